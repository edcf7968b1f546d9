using DerAgent.Acsi;
using DerAgent.Model;
using DerAgent.Scl;

namespace DerAgent.Agent;

/// <summary>Logical nodes that are to calculate something and cannot (the Clc data objects of IEC 61850-7-4 §6.2): their values would stay invalid, and nobody would know why.</summary>
internal static class StatisticsFindings
{
    /// <summary>Finds them.</summary>
    /// <param name="file">Name of the SCL file.</param>
    /// <param name="model">The model.</param>
    /// <param name="load">How it was loaded.</param>
    public static IEnumerable<SclFinding> Find(string file, IedModel model, SclLoad load)
    {
        ValueStore? values = null;
        foreach (var node in model.LogicalDevices.SelectMany(d => d.LogicalNodes).Where(StatisticsRule.IsStatistical))
        {
            var (rule, fault) = StatisticsRule.Of(node, values ??= new(model));
            if (fault is null && rule is not null && StatisticsObject.Of(node, rule.Source, model).Count == 0)
            {
                fault = $"none of its values has one of the same name in {rule.Source.Reference}";
            }

            if (fault is not null)
            {
                var place = load.NodePlaces.GetValueOrDefault(node);
                yield return new(
                    SclCodes.Statistics, SclSeverity.Warning, file, place.Line, place.Column, node.Reference,
                    $"Nothing is calculated here: {fault}.", "Correct its Clc objects (docs/devices.md, Statistics); ClcMth UNSPECIFIED says that nothing is to be calculated.");
            }
        }
    }
}
