namespace DerAgent.Scl;

/// <summary>Edition of the standards' classes that a logical node follows.</summary>
internal enum ClassEdition
{
    /// <summary>The file says none: what either edition allows is right.</summary>
    Either,
    /// <summary>IEC 61850-7-4:2003.</summary>
    First,
    /// <summary>IEC 61850-7-4:2010 (2007A, 2007B).</summary>
    Second,
    /// <summary>IEC 61850-7-4:2020 (2007B4 and later), with IEC 61850-7-420:2019 and later.</summary>
    Current,
}

/// <summary>
/// The name spaces of logical nodes and data (IEC 61850-7-1 §14): what an instance says, else its type (IEC 61850 tissue 615). The edition of the classes of a logical node
/// is that of its lnNs, else of its logical device's ldNs, else what the file says of itself.
/// </summary>
/// <param name="types">The types.</param>
/// <param name="root">Root of the file.</param>
internal sealed class NameSpaces(TypeTemplates types, SclElement root)
{
    private const string BaseClasses = "IEC 61850-7-4:";
    private const string DerClasses = "IEC 61850-7-420:";
    private const int SecondSince = 2007;
    private const int CurrentSince = 2018;

    private readonly ClassEdition _ofFile = root.Token("version") is { Length: > 0 } version ? OfVersion($"{version}{root["revision"]}{root["release"]}") : ClassEdition.Either;

    private readonly Dictionary<SclElement, ClassEdition> _ofDevices = [];

    /// <summary>
    /// The edition of a logical node's classes. A class of the second edition in a device of the first has data of the first, and so may have what a file of the first
    /// edition calls the second: either is right.
    /// </summary>
    /// <param name="ld">Its logical device.</param>
    /// <param name="ln">The logical node.</param>
    public ClassEdition Edition(SclElement ld, SclElement ln)
    {
        if (!_ofDevices.TryGetValue(ld, out var around))
        {
            _ofDevices[ld] = around = Of(OfNode(ld.First("LN0"), "ldNs")) ?? _ofFile;
        }

        var own = Of(OfNode(ln, "lnNs")) ?? around;
        return own is ClassEdition.Second or ClassEdition.Current && (around == ClassEdition.First || _ofFile is ClassEdition.Either or ClassEdition.First) ? ClassEdition.Either : own;
    }

    /// <summary>A name space as the name plate of a logical node says it; empty where it says none.</summary>
    public string OfNode(SclElement? ln, string attribute)
    {
        var plate = types.LNodeType(ln?["lnType"])?.All("DO").FirstOrDefault(d => d["name"] == "NamPlt");
        return OfObject(types.DOType(plate?["type"]), InstanceValues.Find(ln, "NamPlt", null), attribute);
    }

    /// <summary>A name space as a data object says it; empty where it says none.</summary>
    /// <param name="type">Its DOType.</param>
    /// <param name="instance">Its DOI.</param>
    /// <param name="attribute">dataNs, cdcNs, ldNs or lnNs.</param>
    public static string OfObject(SclElement? type, SclElement? instance, string attribute)
    {
        var own = InstanceValues.Find(instance, attribute, null)?.First("Val")?.Text.Trim();
        return own is { Length: > 0 } ? own : type?.All("DA").FirstOrDefault(d => d["name"] == attribute)?.First("Val")?.Text.Trim() ?? "";
    }

    /// <summary>The edition of the classes of IEC 61850-7-4 by a version: 2003, 2007A, 2007B, 2007B5.</summary>
    public static ClassEdition OfVersion(string version) =>
        version.Length < 4 || !int.TryParse(version.AsSpan(0, 4), out var year) ? ClassEdition.Either
        : year < SecondSince ? ClassEdition.First
        : year >= CurrentSince || version[4..] is ['B', >= '4', ..] or [>= 'C', ..] ? ClassEdition.Current
        : ClassEdition.Second;

    private static ClassEdition? Of(string nameSpace) =>
        Version(nameSpace, BaseClasses) is { } version ? OfVersion(version)
        : Version(nameSpace, DerClasses) is { } der ? OfVersion(der) == ClassEdition.Current ? ClassEdition.Current : ClassEdition.Either
        : null;

    private static string? Version(string nameSpace, string standard)
    {
        var at = nameSpace.LastIndexOf(standard, StringComparison.Ordinal);
        return at < 0 ? null : new string([.. nameSpace[(at + standard.Length)..].TakeWhile(char.IsAsciiLetterOrDigit)]) is { Length: >= 4 } version ? version : null;
    }
}
