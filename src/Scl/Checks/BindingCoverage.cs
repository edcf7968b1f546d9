using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Mandatory data that nothing feeds: clients would see it invalid for ever. Only where the file declares devices; without them all data is somebody else's.</summary>
internal static class BindingCoverage
{
    /// <summary>Classes whose data the agent makes itself.</summary>
    private static readonly HashSet<string> OwnClasses = new(["FSCH", "FSCC", "LTMS", "LTIM", "LCCH", "LTRK", "GSAL"], StringComparer.Ordinal);

    private static readonly HashSet<string> OwnObjects = new(["Beh", "Mod", "LocSta", "NamPlt"], StringComparer.Ordinal);

    public static void Check(SclElement at, LogicalNode ln, SclFindings findings)
    {
        if (OwnClasses.Contains(ln.LnClass))
        {
            return;
        }

        foreach (var expected in LnClassTable.Find(ln.LnClass)?.Where(o => o.IsMandatory && !OwnObjects.Contains(o.Name)) ?? [])
        {
            if (ln.DataObject(expected.Name) is { } dataObject && !IsFed(dataObject) && ToDoCheck.Mark(InstanceValues.Find(at, expected.Name, null)) is null)
            {
                findings.Warning(SclCodes.UnboundData, at, $"{ln.Reference}.{dataObject.Name}", $"{dataObject.Name} is mandatory in {ln.LnClass}; nothing feeds it and it has no value: clients see it invalid.", "Bind its value with sAddr, or give it a Val.");
            }
        }
    }

    private static bool IsFed(DataObject dataObject) => dataObject.Nodes.SelectMany(n => n.Leaves())
        .Any(l => l.ShortAddress is not null || (l.InitialValue.Kind != DataKind.None && l.Fc is not (FunctionalConstraint.CF or FunctionalConstraint.EX)));
}
