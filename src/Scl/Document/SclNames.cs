namespace DerAgent.Scl;

/// <summary>Names of logical devices and nodes as they are made of their elements (IEC 61850-6 §8.5), and the way down to them.</summary>
internal static class SclNames
{
    /// <summary>Name of an LDevice: <c>ldName</c>, else IED name and <c>inst</c>.</summary>
    public static string LogicalDevice(SclElement ied, SclElement ld) => ld["ldName"] is { Length: > 0 } given ? given : ied.Get("name") + ld.Get("inst");

    /// <summary>Name of an LN0 or LN: prefix, class and, but for LN0, instance.</summary>
    public static string LogicalNode(SclElement ln) => ln.Get("prefix") + ln.Get("lnClass") + (ln.Name == "LN" ? ln.Get("inst") : "");

    /// <summary>Name of the logical node an FCDA means.</summary>
    public static string LogicalNodeOf(SclElement fcda) => fcda.Get("prefix") + fcda.Get("lnClass") + (fcda["lnClass"] == "LLN0" ? "" : fcda.Get("lnInst"));

    /// <summary>Name of the logical node whose log a LogControl writes.</summary>
    public static string LogicalNodeOfLog(SclElement block) => block.Get("prefix") + (block["lnClass"] is { Length: > 0 } given ? given : "LLN0") + block.Get("lnInst");

    /// <summary>Name of a log: one without a name is the general one (IEC 61850-7-2 §17.3.3).</summary>
    public static string Log(string? name) => string.IsNullOrEmpty(name) ? "GeneralLog" : name;

    /// <summary>A name without the number at its end, e.g. <c>AnIn</c> of <c>AnIn1</c>.</summary>
    public static string WithoutNumber(string name) => name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');

    /// <summary>LN0 and LNs of an LDevice, in order.</summary>
    public static IEnumerable<SclElement> LogicalNodes(SclElement ld) => ld.Children.Where(c => c.Name is "LN0" or "LN");

    /// <summary>LN0s and LNs of a Server with their LDevice, in order.</summary>
    public static IEnumerable<(SclElement Ld, SclElement Ln)> AllLogicalNodes(SclElement server) => server.All("LDevice").SelectMany(ld => LogicalNodes(ld).Select(ln => (ld, ln)));

    /// <summary>Whether an LDevice is a root: it refers to no higher one (IEC 61850-7-1 §8.2.5).</summary>
    public static bool IsRoot(SclElement ld) => ld.First("LN0")?.All("DOI").Any(d => d["name"] == "GrRef") != true;
}
