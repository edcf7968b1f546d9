namespace DerAgent.Scl;

/// <summary>Holds the logical nodes of a server against the standards' own class definitions (IEC 61850-7-7): classes, data objects and their presence.</summary>
internal sealed class NsdCheck(NsdLibrary library, TypeTemplates types, SclElement root, SclFindings findings)
{
    private const string BaseNamespace = "IEC 61850-7-4";

    private readonly NsdTypeCheck _typeCheck = new(library, types, findings);
    private readonly NameSpaces _spaces = new(types, root);
    private readonly NsdEditionNote _note = new(library, root, findings);
    private readonly HashSet<(string Type, bool IsRoot, bool IsForeign)> _checked = [];

    /// <summary>Checks every logical node of a server.</summary>
    public void Check(SclElement ied, SclElement server)
    {
        foreach (var ld in server.All("LDevice"))
        {
            var name = SclNames.LogicalDevice(ied, ld);
            var ldNs = _spaces.OfNode(ld.First("LN0"), "ldNs") is { Length: > 0 } named ? named.Split(':')[0] : BaseNamespace;
            var isRoot = SclNames.IsRoot(ld);
            foreach (var ln in SclNames.LogicalNodes(ld))
            {
                Check(ln, $"{name}/{SclNames.LogicalNode(ln)}", isRoot, ldNs, _spaces.Edition(ld, ln));
            }
        }
    }

    /// <summary>Says what was not judged, once all servers were looked at.</summary>
    public void Summarize() => _note.Tell();

    private void Check(SclElement ln, string reference, bool isRoot, string ldNs, ClassEdition edition)
    {
        var lnClass = ln.Get("lnClass");
        if (types.LNodeType(ln["lnType"]) is not { } type || (type["lnClass"] is { } declared && declared != lnClass))
        {
            return;
        }

        var isSecond = edition is ClassEdition.Second or ClassEdition.Current;
        var isWhole = edition == ClassEdition.Current || edition == library.Edition;
        if (library.LnClass(lnClass) is not { } definition)
        {
            UnknownClass(ln, type, reference, isSecond);
            return;
        }

        if (!isWhole)
        {
            _note.Count(edition);
        }

        if (!isWhole && EditionChanges.IsRewritten(lnClass))
        {
            _note.NotJudged(lnClass);
            return;
        }

        var objects = type.All("DO").ToList();
        var isForeign = !library.Includes(ldNs, definition.Namespace);
        var around = new PresenceConditions.Surroundings(
            lnClass == "LLN0", lnClass == "LLN0" && isRoot, null, false, objects.Exists(o => o["name"] == "ClcSrc"), isForeign, false);
        if (isWhole && _checked.Add((type.Get("id"), around.IsRootLn0, isForeign)))
        {
            foreach (var (name, text) in PresenceConditions.Check(definition.Members, objects.ToLookup(o => definition.Find(o.Get("name"))?.Name ?? "", o => o.Get("name"), StringComparer.Ordinal), around))
            {
                findings.Warning(SclCodes.NsdPresence, type, $"{reference}.{name}", $"{name} in {lnClass} ({definition.Namespace}): {text}.", $"Mend the data objects of LNodeType \"{type["id"]}\".");
            }
        }

        foreach (var member in objects)
        {
            CheckObject(ln, member, definition, $"{reference}.{member["name"]}", around, isSecond, isWhole);
        }

        UnknownObjects(ln, type, objects.Where(o => definition.Find(o.Get("name")) is null), definition, reference, isSecond);
    }

    private void UnknownClass(SclElement ln, SclElement type, string reference, bool isSecond)
    {
        var lnClass = ln.Get("lnClass");
        if (_spaces.OfNode(ln, "lnNs") is { Length: > 0 } own)
        {
            findings.Info(SclCodes.NsdUnknownClass, type, reference, $"The class {lnClass} is of the name space {own}, which is not given.", "Add its NSD file to the folder to have it checked.");
        }
        else if (!isSecond && EditionChanges.HadClass(lnClass))
        {
            _note.Count(ClassEdition.First);
            _note.NotJudged(lnClass);
        }
        else
        {
            findings.Warning(SclCodes.NsdUnknownClass, type, reference, $"No name space given defines the class {lnClass}.", "Correct lnClass, give the logical node an lnNs, or add the NSD file of its name space to the folder.");
        }
    }

    private void CheckObject(SclElement ln, SclElement member, NsdClass lnClass, string reference, PresenceConditions.Surroundings around, bool isSecond, bool isWhole)
    {
        if (types.DOType(member["type"]) is not { } type)
        {
            return;
        }

        var name = member.Get("name");
        var instance = InstanceValues.Find(ln, name, null);
        var expected = lnClass.Find(name);
        if (expected?.Type is { } cdc && type["cdc"] is { } actual && actual != cdc && (isSecond || !(EditionChanges.IsRenamed(cdc, actual) || EditionChanges.IsChanged(lnClass.Name, name, actual))))
        {
            findings.Warning(SclCodes.NsdWrongClass, member, reference, $"{name} in {lnClass.Name} is of class {cdc}, not {actual}.", $"Use a DOType of class {cdc}.");
        }

        var isForeignData = expected is { Namespace.Length: > 0 } && expected.Namespace != lnClass.Namespace && IsExtension(expected, lnClass);
        _typeCheck.Check(type, instance, expected?.UnderlyingType, reference, around with { IsForeignData = isForeignData }, isSecond, isWhole);
    }

    /// <summary>One finding for each LNodeType and name space: makers add data objects by the dozen.</summary>
    private void UnknownObjects(SclElement ln, SclElement type, IEnumerable<SclElement> unknown, NsdClass lnClass, string reference, bool isSecond)
    {
        foreach (var group in unknown.ToLookup(o => NameSpaces.OfObject(types.DOType(o["type"]), InstanceValues.Find(ln, o.Get("name"), null), "dataNs"), o => o.Get("name"), StringComparer.Ordinal))
        {
            if (group.Key.Length > 0)
            {
                findings.Info(SclCodes.NsdUnknownDataObject, type, reference, $"{lnClass.Name} ({lnClass.Namespace}) has no {Objects([.. group])}; they are of the name space {group.Key}.", "");
            }
            else if (group.Where(n => isSecond || !EditionChanges.HadObject(lnClass.Name, n)).ToList() is { Count: > 0 } names)
            {
                findings.Warning(SclCodes.NsdUnknownDataObject, type, reference, $"{lnClass.Name} ({lnClass.Namespace}) has no {Objects(names)}.", "Correct the names, or give the objects a dataNs that says where they are from.");
            }
        }
    }

    private static string Objects(List<string> names) => names.Count == 1 ? $"data object {names[0]}" : $"data objects {string.Join(", ", names.SkipLast(1))} and {names[^1]}";

    /// <summary>What a class inherits from an abstract class of another name space is its own; what an extension adds is not.</summary>
    private bool IsExtension(NsdMember member, NsdClass lnClass) => library.IsExtension(lnClass.Name, member.Name);
}
