using System.Xml;

namespace DerAgent.Scl;

/// <summary>The types a scaffold needs, each written once.</summary>
internal sealed class TypeCatalog
{
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<(string Id, string Class, IReadOnlyList<(string Name, string Type)> Objects)> _nodes = [];
    private readonly List<(string Id, string Cdc, IReadOnlyList<Member> Members)> _objects = [];
    private readonly SortedDictionary<string, IReadOnlyList<Member>> _attributes = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _enumerations = new(StringComparer.Ordinal);

    private sealed record Member(string Name, string? Fc, string BasicType, string? Type, string Triggers);

    /// <summary>Id of the LNodeType of a logical node.</summary>
    public string Node(ScaffoldNode node)
    {
        var objects = node.Objects.Select(o => (o.Name, Object(node.Class, o))).ToList();
        var id = Id(node.Class, node.Name, $"{node.Class}: {string.Join(' ', objects)}", out var isNew);
        if (isNew)
        {
            _nodes.Add((id, node.Class, objects));
        }

        return id;
    }

    /// <summary>Writes the DataTypeTemplates.</summary>
    public void Write(XmlWriter xml)
    {
        xml.WriteStartElement("DataTypeTemplates");
        foreach (var (id, lnClass, objects) in _nodes)
        {
            xml.WriteStartElement("LNodeType");
            xml.WriteAttributeString("id", id);
            xml.WriteAttributeString("lnClass", lnClass);
            foreach (var (name, type) in objects)
            {
                xml.WriteStartElement("DO");
                xml.WriteAttributeString("name", name);
                xml.WriteAttributeString("type", type);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        foreach (var (id, cdc, members) in _objects)
        {
            xml.WriteStartElement("DOType");
            xml.WriteAttributeString("id", id);
            xml.WriteAttributeString("cdc", cdc);
            Write(xml, members, "DA");
            xml.WriteEndElement();
        }

        foreach (var (id, members) in _attributes)
        {
            xml.WriteStartElement("DAType");
            xml.WriteAttributeString("id", id);
            Write(xml, members, "BDA");
            xml.WriteEndElement();
        }

        foreach (var id in _enumerations)
        {
            xml.WriteStartElement("EnumType");
            xml.WriteAttributeString("id", id);
            foreach (var (ordinal, literal) in EnumTable.Find(id)!)
            {
                xml.WriteStartElement("EnumVal");
                xml.WriteAttributeString("ord", XmlConvert.ToString(ordinal));
                xml.WriteString(literal);
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void Write(XmlWriter xml, IReadOnlyList<Member> members, string element)
    {
        foreach (var member in members)
        {
            var isSub = member.Fc == "DO";
            xml.WriteStartElement(isSub ? "SDO" : element);
            xml.WriteAttributeString("name", member.Name);
            if (!isSub)
            {
                if (member.Fc is { } fc)
                {
                    xml.WriteAttributeString("fc", fc);
                }

                xml.WriteAttributeString("bType", member.BasicType);
            }

            if (member.Type is { } type)
            {
                xml.WriteAttributeString("type", type);
            }

            foreach (var trigger in member.Triggers)
            {
                xml.WriteAttributeString(trigger switch { 'd' => "dchg", 'q' => "qchg", _ => "dupd" }, "true");
            }

            xml.WriteEndElement();
        }
    }

    private string Object(string lnClass, ScaffoldObject scaffold)
    {
        var definition = ScaffoldClasses.Find(lnClass, scaffold.Name) ?? throw new InvalidOperationException($"{lnClass} has no {scaffold.Name}.");
        return Object(definition.Cdc, definition.Enumeration, scaffold.Name, [.. scaffold.Values.Select(v => v.Path)], scaffold.Unit is not null, scaffold.Value("ctlModel"));
    }

    private string Object(string cdc, string? enumeration, string name, IReadOnlyList<string> paths, bool hasUnit, string? controlModel)
    {
        var roots = paths.Select(p => p.Split('.')[0]).ToHashSet(StringComparer.Ordinal);
        var members = new List<Member>();
        foreach (var attribute in CdcTable.Find(cdc)!)
        {
            if (attribute.IsSubDataObject && roots.Contains(attribute.Name))
            {
                var below = paths.Where(p => p.StartsWith(attribute.Name + ".", StringComparison.Ordinal)).Select(p => p[(attribute.Name.Length + 1)..]).ToList();
                members.Add(new(attribute.Name, "DO", "", Object(attribute.Type, null, name, below, hasUnit, null), ""));
            }
            else if (!attribute.IsSubDataObject && IsWanted(cdc, attribute, roots, hasUnit, controlModel))
            {
                members.Add(Attribute(attribute, enumeration));
            }
        }

        members.AddRange(Services(cdc, enumeration, controlModel));
        var id = Id(cdc, $"{cdc}_{name}", $"{cdc}: {string.Join(' ', members)}", out var isNew);
        if (isNew)
        {
            _objects.Add((id, cdc, members));
        }

        return id;
    }

    private static bool IsWanted(string cdc, CdcAttribute attribute, HashSet<string> roots, bool hasUnit, string? controlModel) =>
        roots.Contains(attribute.Name)
        || (attribute.IsMandatory && attribute.Name != "setTm")
        || (attribute.Name == "units" && hasUnit && cdc is not ("WYE" or "DEL"))
        || (cdc is "BCR" && attribute.Name is "t")
        || (cdc is "LPL" && attribute.Name is "d")
        || (CdcTable.IsControllable(cdc) && attribute.Name switch
        {
            "origin" or "ctlNum" or "stVal" or "q" or "t" => true,
            "stSeld" or "sboTimeout" => controlModel?.StartsWith("sbo", StringComparison.Ordinal) == true,
            "operTimeout" => controlModel?.EndsWith("enhanced-security", StringComparison.Ordinal) == true,
            _ => false,
        });

    private Member Attribute(CdcAttribute attribute, string? enumeration)
    {
        if (attribute.Constructed is { } constructed)
        {
            return new(attribute.Name, attribute.Fc, "Struct", Constructed(constructed), attribute.Triggers);
        }

        if (!attribute.IsEnumeration)
        {
            return new(attribute.Name, attribute.Fc, attribute.Type, null, attribute.Triggers);
        }

        var kind = attribute.Type.Length > 1 ? attribute.Type[1..] : enumeration ?? throw new InvalidOperationException($"{attribute.Name} has no enumeration.");
        _enumerations.Add(kind);
        return new(attribute.Name, attribute.Fc, "Enum", kind, attribute.Triggers);
    }

    private string Constructed(string name)
    {
        if (!_attributes.ContainsKey(name))
        {
            // Analogue values are floats here: integers would need a scale of their own (sVC).
            _attributes[name] = [.. CdcTable.Constructed(name)!
                .Where(c => name is "AnalogueValue" or "AnalogueValueCtl" ? c.Name == "f" : c.IsMandatory)
                .Select(c => Attribute(c with { Fc = null!, Triggers = "" }, null))];
        }

        return name;
    }

    /// <summary>The service parameters a control model needs (IEC 61850-8-1 §20).</summary>
    private IEnumerable<Member> Services(string cdc, string? enumeration, string? controlModel)
    {
        if (controlModel is null or "status-only")
        {
            yield break;
        }

        var value = ControlValue(cdc, enumeration);
        var key = value.Type ?? value.BasicType;
        if (controlModel == "sbo-with-normal-security")
        {
            yield return new("SBO", "CO", "ObjRef", null, "");
        }

        if (controlModel == "sbo-with-enhanced-security")
        {
            yield return new("SBOw", "CO", "Struct", Command("Oper", key, value, hasCheck: true), "");
        }

        yield return new("Oper", "CO", "Struct", Command("Oper", key, value, hasCheck: true), "");
        if (controlModel.StartsWith("sbo", StringComparison.Ordinal))
        {
            yield return new("Cancel", "CO", "Struct", Command("Cancel", key, value, hasCheck: false), "");
        }
    }

    private Member ControlValue(string cdc, string? enumeration)
    {
        switch (cdc)
        {
            case "APC":
                return new("ctlVal", null, "Struct", Constructed("AnalogueValueCtl"), "");
            case "INC":
                return new("ctlVal", null, "INT32", null, "");
            case "ENC":
                _enumerations.Add(enumeration!);
                return new("ctlVal", null, "Enum", enumeration, "");
            default:
                return new("ctlVal", null, "BOOLEAN", null, "");
        }
    }

    private string Command(string service, string key, Member value, bool hasCheck)
    {
        var id = $"{service}_{key}";
        if (!_attributes.ContainsKey(id))
        {
            List<Member> members = [value, new("origin", null, "Struct", Constructed("Originator"), ""), new("ctlNum", null, "INT8U", null, ""), new("T", null, "Timestamp", null, ""), new("Test", null, "BOOLEAN", null, "")];
            if (hasCheck)
            {
                members.Add(new("Check", null, "Check", null, ""));
            }

            _attributes[id] = members;
        }

        return id;
    }

    private string Id(string plain, string full, string signature, out bool isNew)
    {
        isNew = !_ids.TryGetValue(signature, out var id);
        if (!isNew)
        {
            return id!;
        }

        id = plain;
        for (var i = 1; !_names.Add(id); i++)
        {
            id = i == 1 && full != plain ? full : $"{full}_{i}";
        }

        return _ids[signature] = id;
    }
}

/// <summary>Classes for scaffolds: those of the tables, and the one of 7-420:2009 that grid operators still ask for.</summary>
internal static class ScaffoldClasses
{
    public static ClassDataObject? Find(string lnClass, string name) => lnClass != "DRCT" ? LnClassTable.Find(lnClass, name) : name switch
    {
        "NamPlt" => new(name, "LPL", null, true, false),
        "Beh" => new(name, "ENS", "BehaviourModeKind", true, false),
        "DERNum" => new(name, "ING", null, true, false),
        "DERTyp" => new(name, "ENG", "DERUnitKind", true, false),
        _ => new(name, "ASG", null, false, false),
    };
}
