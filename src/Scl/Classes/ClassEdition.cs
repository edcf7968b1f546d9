namespace DerAgent.Scl;

/// <summary>Edition of the standards' classes that a logical node follows.</summary>
internal enum ClassEdition
{
    /// <summary>The file says none: what either edition allows is right.</summary>
    Either,
    /// <summary>IEC 61850-7-4:2003.</summary>
    First,
    /// <summary>IEC 61850-7-4:2010 and later.</summary>
    Second,
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
    private const int DerClassesSince = 2019;

    private readonly ClassEdition _ofFile = root.Token("version") switch { null or "" => ClassEdition.Either, "2003" => ClassEdition.First, _ => ClassEdition.Second };

    /// <summary>
    /// The edition of a logical node's classes. A class of the second edition in a device of the first has data of the first, and so may have what a file of the first
    /// edition calls the second: either is right.
    /// </summary>
    /// <param name="ld">Its logical device.</param>
    /// <param name="ln">The logical node.</param>
    public ClassEdition Edition(SclElement ld, SclElement ln)
    {
        var around = Of(OfNode(ld.First("LN0"), "ldNs")) ?? _ofFile;
        var own = Of(OfNode(ln, "lnNs")) ?? around;
        return own == ClassEdition.Second && (around == ClassEdition.First || _ofFile != ClassEdition.Second) ? ClassEdition.Either : own;
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

    private static ClassEdition? Of(string nameSpace) =>
        Year(nameSpace, BaseClasses) is { } year ? year < SecondSince ? ClassEdition.First : ClassEdition.Second
        : Year(nameSpace, DerClasses) is { } der ? der < DerClassesSince ? ClassEdition.Either : ClassEdition.Second
        : null;

    private static int? Year(string nameSpace, string standard)
    {
        var at = nameSpace.LastIndexOf(standard, StringComparison.Ordinal);
        return at >= 0 && nameSpace.Length >= at + standard.Length + 4 && int.TryParse(nameSpace.AsSpan(at + standard.Length, 4), out var year) ? year : null;
    }
}
