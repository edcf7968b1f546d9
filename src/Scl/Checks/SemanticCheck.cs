using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>What a schema cannot say about a server and its types (IEC 61850-6, IEC 61850-7-2). Every check only adds findings; what can be served is served.</summary>
internal static class SemanticCheck
{
    public static void Run(SclDocument document, TypeTemplates types, ServerChoice choice, IedModel model, SclFindings findings)
    {
        var classes = new ClassCheck(types, findings);
        var spaces = new NameSpaces(types, document.Root);
        var controls = new ControlModelCheck(findings);
        var names = new NameCheck(SclEdition.Of(document.Root).Name == "2003", findings);
        if (SclAttributes.NameStructure.Of(document.Root.First("Header")) == "FuncName")
        {
            findings.Warning(SclCodes.NotServed, document.Root.First("Header")!, "", "nameStructure=\"FuncName\" takes the names of logical devices from the function structure; they are made of IED name and inst here.", "Use nameStructure=\"IEDName\", or give each LDevice an ldName.");
        }

        var ranges = new ValueRangeCheck(findings);
        var settings = new BlockSettingCheck(findings);
        var elements = new Dictionary<string, (SclElement Ln, ClassEdition Edition)>(StringComparer.Ordinal);
        var blocks = new ControlBlockCheck(choice, findings);
        names.Ied(choice.Ied);
        foreach (var ld in choice.Server.All("LDevice"))
        {
            var name = SclNames.LogicalDevice(choice.Ied, ld);
            names.LogicalDevice(ld, name);
            CheckNodes(ld, name, findings);
            blocks.Check(ld, name);
            foreach (var ln in SclNames.LogicalNodes(ld))
            {
                var lnName = SclNames.LogicalNode(ln);
                var edition = spaces.Edition(ld, ln);
                elements.TryAdd($"{name}/{lnName}", (ln, edition));
                settings.Check(ln, $"{name}/{lnName}");
                ToDoCheck.Run(ln, $"{name}/{lnName}", findings);
                names.LogicalNode(ln, types.LNodeType(ln["lnType"]), name, lnName, edition);
                classes.Check(ln, $"{name}/{lnName}", SclNames.IsRoot(ld), edition);
            }
        }

        blocks.CheckNumberOfReports();
        CheckPhysicalDevice(choice, findings);
        foreach (var ln in model.LogicalDevices.SelectMany(d => d.LogicalNodes))
        {
            var (at, edition) = elements.GetValueOrDefault(ln.Reference, (choice.Server, ClassEdition.Either));
            names.Attributes(at, ln);
            if (model.Devices.Count > 0)
            {
                BindingCoverage.Check(at, ln, findings);
            }

            foreach (var dataObject in ln.DataObjects)
            {
                controls.Check(at, dataObject, edition);
                ranges.Check(at, dataObject);
            }
        }
    }

    private static void CheckNodes(SclElement ld, string name, SclFindings findings)
    {
        var zeros = ld.All("LN0").ToList();
        if (zeros.Count == 0)
        {
            findings.Warning(SclCodes.MissingNode, ld, name, "The logical device has no LN0.", "Add <LN0 lnClass=\"LLN0\" inst=\"\" lnType=…/>.");
        }

        foreach (var zero in zeros.Where(z => z["lnClass"] is { } lnClass && lnClass != "LLN0"))
        {
            findings.Warning(SclCodes.BadAttribute, zero, name, $"LN0 has lnClass \"{zero["lnClass"]}\" instead of LLN0.", "Write lnClass=\"LLN0\".");
        }
    }

    private static void CheckPhysicalDevice(ServerChoice choice, SclFindings findings)
    {
        if (choice.Server.All("LDevice").SelectMany(d => d.All("LN")).All(n => n["lnClass"] != "LPHD"))
        {
            findings.Warning(SclCodes.MissingNode, choice.Server, choice.Ied.Get("name"), "The server has no LPHD: nobody sees the nameplate and the health of the device.", "Add an LN of class LPHD to the root logical device.");
        }
    }
}
