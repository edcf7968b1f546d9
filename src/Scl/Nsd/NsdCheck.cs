namespace DerAgent.Scl;

/// <summary>Holds the logical nodes of a server against the standards' own class definitions (IEC 61850-7-7): classes, data objects and their presence.</summary>
internal sealed class NsdCheck(NsdLibrary library, TypeTemplates types, SclFindings findings)
{
    private const string BaseNamespace = "IEC 61850-7-4";

    private readonly NsdTypeCheck _typeCheck = new(library, types, findings);
    private readonly HashSet<(string Type, bool IsRoot, bool IsForeign)> _checked = [];

    /// <summary>Checks every logical node of a server.</summary>
    public void Check(SclElement ied, SclElement server)
    {
        foreach (var ld in server.All("LDevice"))
        {
            var name = SclNames.LogicalDevice(ied, ld);
            var zero = ld.First("LN0");
            var ldNs = NameSpace(zero, "ldNs") is { Length: > 0 } named ? named.Split(':')[0] : BaseNamespace;
            var isRoot = SclNames.IsRoot(ld);
            foreach (var ln in SclNames.LogicalNodes(ld))
            {
                Check(ln, $"{name}/{SclNames.LogicalNode(ln)}", isRoot, ldNs);
            }
        }
    }

    private void Check(SclElement ln, string reference, bool isRoot, string ldNs)
    {
        if (types.LNodeType(ln["lnType"]) is not { } type)
        {
            return;
        }

        var lnClass = ln.Get("lnClass");
        if (type["lnClass"] is { } declared && declared != lnClass)
        {
            findings.Warning(SclCodes.WrongClass, ln, reference, $"The logical node is of class {lnClass}, its LNodeType \"{type["id"]}\" of class {declared}.", "Use an LNodeType of the same class.");
        }

        if (library.LnClass(lnClass) is not { } definition)
        {
            var own = NameSpace(ln, "lnNs");
            if (own.Length > 0)
            {
                findings.Info(SclCodes.NsdUnknownClass, type, reference, $"The class {lnClass} is of the name space {own}, which is not given.", "Add its NSD file to the folder to have it checked.");
                return;
            }

            findings.Warning(SclCodes.NsdUnknownClass, type, reference, $"No name space given defines the class {lnClass}.", "Correct lnClass, give the logical node an lnNs, or add the NSD file of its name space to the folder.");
            return;
        }

        var objects = type.All("DO").ToList();
        var isForeign = !library.Includes(ldNs, definition.Namespace);
        var around = new PresenceConditions.Surroundings(
            lnClass == "LLN0", lnClass == "LLN0" && isRoot, null, false, objects.Exists(o => o["name"] == "ClcSrc"), isForeign, false);
        if (_checked.Add((type.Get("id"), around.IsRootLn0, isForeign)))
        {
            foreach (var (name, text) in PresenceConditions.Check(definition.Members, objects.ToLookup(o => definition.Find(o.Get("name"))?.Name ?? "", o => o.Get("name"), StringComparer.Ordinal), around))
            {
                findings.Warning(SclCodes.NsdPresence, type, $"{reference}.{name}", $"{name} in {lnClass} ({definition.Namespace}): {text}.", $"Mend the data objects of LNodeType \"{type["id"]}\".");
            }
        }

        foreach (var member in objects)
        {
            CheckObject(ln, member, definition, $"{reference}.{member["name"]}", around);
        }
    }

    private void CheckObject(SclElement ln, SclElement member, NsdClass lnClass, string reference, PresenceConditions.Surroundings around)
    {
        if (types.DOType(member["type"]) is not { } type)
        {
            return;
        }

        var expected = lnClass.Find(member.Get("name"));
        if (expected is null)
        {
            if (type.All("DA").Any(d => d["name"] == "dataNs"))
            {
                findings.Info(SclCodes.NsdUnknownDataObject, member, reference, $"{member["name"]} is not in {lnClass.Name} ({lnClass.Namespace}); its dataNs says where it is from.", "");
            }
            else
            {
                findings.Warning(SclCodes.NsdUnknownDataObject, member, reference, $"{lnClass.Name} ({lnClass.Namespace}) has no data object {member["name"]}.", "Correct the name, or give the object a dataNs that says where it is from.");
            }
        }
        else if (expected.Type is { } cdc && type["cdc"] is { } actual && actual != cdc)
        {
            findings.Warning(SclCodes.NsdWrongClass, member, reference, $"{member["name"]} in {lnClass.Name} is of class {cdc}, not {actual}.", $"Use a DOType of class {cdc}.");
        }

        var isForeignData = expected is { Namespace.Length: > 0 } && expected.Namespace != lnClass.Namespace && IsExtension(expected, lnClass);
        _typeCheck.Check(type, InstanceValues.Find(ln, member.Get("name"), null), expected?.UnderlyingType, reference, around with { IsForeignData = isForeignData });
    }

    /// <summary>What a class inherits from an abstract class of another name space is its own; what an extension adds is not.</summary>
    private bool IsExtension(NsdMember member, NsdClass lnClass) => library.IsExtension(lnClass.Name, member.Name);

    /// <summary>A name space as the name plate of a logical node says it: its own value, else that of its type (IEC 61850 tissue 615).</summary>
    private string NameSpace(SclElement? ln, string attribute)
    {
        var own = InstanceValues.Find(InstanceValues.Find(ln, "NamPlt", null), attribute, null)?.First("Val")?.Text.Trim();
        return own is { Length: > 0 } ? own : OfType(ln?["lnType"], attribute) ?? "";
    }

    private string? OfType(string? lnType, string attribute)
    {
        var plate = types.LNodeType(lnType)?.All("DO").FirstOrDefault(d => d["name"] == "NamPlt");
        return types.DOType(plate?["type"])?.All("DA").FirstOrDefault(d => d["name"] == attribute)?.First("Val")?.Text.Trim();
    }
}
