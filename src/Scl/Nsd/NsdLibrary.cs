using System.Globalization;
using System.Xml;

namespace DerAgent.Scl;

/// <summary>The class definitions of one or more name spaces, read from NSD files (IEC 61850-7-7).</summary>
internal sealed class NsdLibrary
{
    private readonly Dictionary<string, SclElement> _lnClasses = new(StringComparer.Ordinal);
    private readonly List<SclElement> _extensions = [];
    private readonly Dictionary<string, List<SclElement>> _cdcs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SclElement> _constructed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyDictionary<int, string>> _enumerations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SclElement> _serviceCdcs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SclElement> _serviceConstructed = new(StringComparer.Ordinal);
    private readonly Dictionary<SclElement, string> _namespaceOf = [];
    private readonly Dictionary<string, List<string>> _dependsOn = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _versions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, NsdClass?> _resolved = new(StringComparer.Ordinal);

    /// <summary>Reads every <c>*.nsd</c> of a folder; null after a finding says why not.</summary>
    public static NsdLibrary? Load(string folder, SclFindings findings)
    {
        var library = new NsdLibrary();
        try
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*.nsd").Order(StringComparer.Ordinal))
            {
                library.Add(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or XmlException)
        {
            findings.Add(SclCodes.BadReference, SclSeverity.Error, 1, 1, "", $"The class definitions in {folder} cannot be read: {e.Message}", "Give --nsd a folder with NSD files.");
            return null;
        }

        if (library._lnClasses.Count > 0 && library._cdcs.Count > 0)
        {
            return library;
        }

        findings.Add(SclCodes.BadReference, SclSeverity.Error, 1, 1, "", $"{folder} has no NSD files with logical-node classes and common data classes.", "Give --nsd a folder with those of IEC 61850-7-2, 7-3, 7-4 and, for DER, 7-420.");
        return null;
    }

    /// <summary>A logical-node class with what it inherits and what other name spaces add; null where none defines it.</summary>
    public NsdClass? LnClass(string name)
    {
        if (_resolved.TryGetValue(name, out var known))
        {
            return known;
        }

        var resolved = _lnClasses.TryGetValue(name, out var element) ? new NsdClass(name, _namespaceOf[element], Merge(LnMembers(name, 0))) : null;
        _resolved[name] = resolved;
        return resolved;
    }

    /// <summary>Edition of its classes of IEC 61850-7-4.</summary>
    public ClassEdition Edition => _versions.FirstOrDefault(v => v.StartsWith("IEC 61850-7-4:", StringComparison.Ordinal)) is { } version ? NameSpaces.OfVersion(version["IEC 61850-7-4:".Length..]) : ClassEdition.Current;

    /// <summary>The name spaces with their editions.</summary>
    public IEnumerable<string> Versions => _versions;

    /// <summary>Whether a name space is another, or builds on it.</summary>
    public bool Includes(string outer, string inner) =>
        outer == inner || (_dependsOn.TryGetValue(outer, out var bases) && bases.Exists(b => b != outer && Includes(b, inner)));

    /// <summary>Whether another name space adds the data object to a class.</summary>
    public bool IsExtension(string lnClass, string dataObject) => _extensions.Exists(e => e["name"] == lnClass && e.All("DataObject").Any(d => d["name"] == dataObject));

    /// <summary>A common data class in the variant (SP, SG, SE) of a functional constraint.</summary>
    public NsdClass? Cdc(string name, string? variant)
    {
        if (!_cdcs.TryGetValue(name, out var variants))
        {
            return null;
        }

        var element = variants.Find(v => v["variant"] == variant) ?? variants.Find(v => v["variant"] is null) ?? variants[0];
        var members = element.Children.Where(c => c.Name is "DataAttribute" or "SubDataObject").Select(Member);
        if (_serviceCdcs.TryGetValue(name, out var services))
        {
            members = members.Concat(services.Children.Where(c => c.Name == "ServiceDataAttribute").Select(Member));
        }

        return new(name, _namespaceOf[element], Merge(members));
    }

    /// <summary>Whether the class is defined in variants by functional constraint.</summary>
    public bool HasVariants(string cdc) => _cdcs.TryGetValue(cdc, out var variants) && variants.Exists(v => v["variant"] is not null);

    /// <summary>A constructed attribute class, also of the services.</summary>
    public NsdClass? Constructed(string name)
    {
        var element = _constructed.GetValueOrDefault(name) ?? _serviceConstructed.GetValueOrDefault(name);
        return element is null ? null : new(name, _namespaceOf[element], [.. element.Children.Where(c => c.Name == "SubDataAttribute").Select(Member)]);
    }

    /// <summary>Literals by ordinal.</summary>
    public IReadOnlyDictionary<int, string>? Enumeration(string name) => _enumerations.GetValueOrDefault(name);

    private void Add(string file)
    {
        using var stream = File.OpenRead(file);
        using var reader = XmlReader.Create(stream, SclElementReader.Settings());
        reader.MoveToContent();
        var root = SclElementReader.Read(new SclXml(reader));
        var id = root.Get("id");
        _versions.Add($"{id}:{root["version"]}{root["revision"]}{root["release"]}");
        _dependsOn[id] = [.. root.All("DependsOn").Select(d => d.Get("id"))];
        foreach (var section in root.Children)
        {
            foreach (var element in section.Children)
            {
                _namespaceOf[element] = id;
                Add(element);
            }
        }
    }

    private void Add(SclElement element)
    {
        switch (element.Name)
        {
            case "LNClass" when element["isExtension"] == "true":
                _extensions.Add(element);
                break;
            case "LNClass" or "AbstractLNClass":
                _lnClasses.TryAdd(element.Get("name"), element);
                break;
            case "CDC":
                (_cdcs.TryGetValue(element.Get("name"), out var variants) ? variants : _cdcs[element.Get("name")] = []).Add(element);
                break;
            case "ConstructedAttribute":
                _constructed.TryAdd(element.Get("name"), element);
                break;
            case "ServiceConstructedAttribute":
                _serviceConstructed.TryAdd(element.Get("name"), element);
                break;
            case "ServiceCDC":
                _serviceCdcs.TryAdd(element.Get("cdc"), element);
                break;
            case "Enumeration":
                var literals = new Dictionary<int, string>();
                foreach (var literal in element.All("Literal"))
                {
                    if (int.TryParse(literal["literalVal"], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ordinal))
                    {
                        literals.TryAdd(ordinal, literal.Get("name"));
                    }
                }

                _enumerations.TryAdd(element.Get("name"), literals);
                break;
        }
    }

    private IEnumerable<NsdMember> LnMembers(string name, int depth)
    {
        if (!_lnClasses.TryGetValue(name, out var element) || depth > 16)
        {
            return [];
        }

        var inherited = element["base"] is { } parent ? LnMembers(parent, depth + 1) : [];
        var extended = _extensions.Where(e => e["name"] == name);
        return inherited.Concat(extended.Prepend(element).SelectMany(e => e.All("DataObject").Select(d => Member(d) with { Namespace = _namespaceOf[e] })));
    }

    /// <summary>What a derived class says again replaces what it inherits.</summary>
    private static List<NsdMember> Merge(IEnumerable<NsdMember> members)
    {
        var merged = new Dictionary<string, NsdMember>(StringComparer.Ordinal);
        foreach (var member in members)
        {
            merged[member.Name] = member;
        }

        return [.. merged.Values];
    }

    private static bool IsTrue(SclElement e, string attribute) => e.Token(attribute) is "true" or "1";

    private static NsdMember Member(SclElement e)
    {
        var presence = e.Get("presCond", "O");
        return new(
            e.Get("name"), e.Name, e["fc"], e["type"], e.Get("typeKind", e["type"] is null ? "undefined" : "BASIC"), e["underlyingType"], presence, e.Get("presCondArgs"),
            string.Concat(IsTrue(e, "dchg") ? "d" : "", IsTrue(e, "qchg") ? "q" : "", IsTrue(e, "dupd") ? "u" : ""), IsTrue(e, "isArray"))
        {
            StatisticsPresence = e.Get("dsPresCond", presence),
            IsDeprecated = IsTrue(e, "deprecated"),
        };
    }
}
