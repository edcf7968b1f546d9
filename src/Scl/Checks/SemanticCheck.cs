using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>What a schema cannot say about a server and its types (IEC 61850-6, IEC 61850-7-2). Every check only adds findings; what can be served is served.</summary>
internal static class SemanticCheck
{
    public static void Run(SclDocument document, TypeTemplates types, ServerChoice choice, IedModel model, SclFindings findings)
    {
        var classes = new ClassCheck(types, SclEdition.Of(document.Root), findings);
        var controls = new ControlModelCheck(findings);
        var names = new NameCheck(findings);
        if (document.Root.First("Header")?["nameStructure"] == "FuncName")
        {
            findings.Warning(SclCodes.NotServed, document.Root.First("Header")!, "", "nameStructure=\"FuncName\" takes the names of logical devices from the function structure; they are made of IED name and inst here.", "Use nameStructure=\"IEDName\", or give each LDevice an ldName.");
        }

        var elements = new Dictionary<string, SclElement>(StringComparer.Ordinal);
        var blocks = new ControlBlockCheck(choice, findings);
        foreach (var ld in choice.Server.All("LDevice"))
        {
            var name = ld["ldName"] is { Length: > 0 } given ? given : choice.Ied.Get("name") + ld.Get("inst");
            names.LogicalDevice(ld, name);
            CheckNodes(ld, name, findings);
            blocks.Check(ld, name);
            foreach (var ln in ld.Children.Where(c => c.Name is "LN0" or "LN"))
            {
                var lnName = ln.Get("prefix") + ln.Get("lnClass") + (ln.Name == "LN" ? ln.Get("inst") : "");
                elements.TryAdd($"{name}/{lnName}", ln);
                names.LogicalNode(ln, name, lnName);
                classes.Check(ln, $"{name}/{lnName}", IsRoot(ld));
            }
        }

        blocks.CheckNumberOfReports();
        CheckPhysicalDevice(choice, findings);
        foreach (var ln in model.LogicalDevices.SelectMany(d => d.LogicalNodes))
        {
            var at = elements.GetValueOrDefault(ln.Reference, choice.Server);
            names.Attributes(at, ln);
            if (model.Devices.Count > 0)
            {
                BindingCoverage.Check(at, ln, findings);
            }

            foreach (var dataObject in ln.DataObjects)
            {
                controls.Check(at, dataObject);
            }
        }
    }

    /// <summary>The root logical device is the one without a reference to a higher one (IEC 61850-7-1 §8.2.5).</summary>
    private static bool IsRoot(SclElement ld) =>
        ld.First("LN0")?.All("DOI").Any(d => d["name"] == "GrRef") != true;

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
