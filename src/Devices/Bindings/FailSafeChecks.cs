using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>Whether the fail-safes of a site lead somewhere, and their values make sense there.</summary>
internal static class FailSafeChecks
{
    /// <summary>Looks at the fail-safes of a model.</summary>
    public static void Run(IedModel model, BindingTable bindings, IReadOnlyDictionary<string, DeviceProfile> profiles, List<SiteFinding> findings)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(bindings);
        foreach (var (node, rule) in model.FailSafes)
        {
            var commands = node.Constraint(FunctionalConstraint.CO)?.Leaves().Select(bindings.OfLeaf).OfType<Binding>().ToList() ?? [];
            if (commands.Count == 0)
            {
                findings.Add(new(SiteFindingKind.Binding, $"{node.LogicalDevice.Name}/{node.Name}", false, $"{node.LogicalDevice.Name}/{node.Name} has a fail-safe, and nothing of it commands a device.", "Bind ctlVal of its set point with sAddr, or take the fail-safe away.", null));
            }

            foreach (var (command, term) in commands.SelectMany(c => c.Expression.Terms.Select(t => (c, t))))
            {
                var value = (rule.Number - command.Expression.Offset) / term.Factor;
                if (profiles.GetValueOrDefault(term.Device)?.Points.GetValueOrDefault(term.Point) is { Range: { } range } && (value < range.Low || value > range.High))
                {
                    findings.Add(SiteFinding.OfBinding(command.Target, $"The fail-safe of {node.LogicalDevice.Name}/{node.Name} has the value {rule.Number}, and \"{term.Point}\" of \"{term.Device}\" goes from {range.Low} to {range.High}.", "Correct value in the FailSafe."));
                }
            }
        }
    }
}
