using DerAgent.Model;
using DerAgent.Scl;

namespace DerAgent.Agent.Conformance;

/// <summary>The model implementation conformance statement (IEC 61850-10): which logical nodes there are, and which of their data objects the classes have.</summary>
internal static class MicsStatement
{
    /// <summary>The page.</summary>
    public static string Write(IedModel model)
    {
        var page = new Markdown().Heading(1, $"MICS of {model.Name}").Text(ConformanceStatement.Origin)
            .Text("M: the class demands it. O: the class has it. ?: it is not among the data objects that the agent knows of the class: optional, or an extension. –: it is a class that the agent does not know.");
        foreach (var device in model.LogicalDevices)
        {
            page.Heading(2, $"Logical device {device.Name}").Table(
                ["logical node", "class", "data objects"],
                device.LogicalNodes.Select(n => (IReadOnlyList<string>)[n.Name, n.LnClass, string.Join(", ", n.DataObjects.Select(d => $"{d.Name} ({d.Cdc}, {Presence(n.LnClass, d.Name)})"))]));
        }

        return page.ToString();
    }

    private static string Presence(string lnClass, string name) => LnClasses.PresenceOf(lnClass, name) switch
    {
        DataObjectPresence.Mandatory => "M",
        DataObjectPresence.Optional => "O",
        DataObjectPresence.Unknown => "?",
        _ => "–",
    };
}
