using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>With setting groups, FC SE shows the group being edited beside FC SG, the active one (IEC 61850-7-2 §16.3, IEC 61850-8-1 §16).
/// Templates declare one of the two; this adds the other.</summary>
internal static class SettingMirror
{
    public static void Complete(List<DataNode> constraints)
    {
        var sg = constraints.Find(c => c.Fc == FunctionalConstraint.SG);
        var se = constraints.Find(c => c.Fc == FunctionalConstraint.SE);
        if (sg is not null && se is null)
        {
            constraints.Add(Copy(sg, FunctionalConstraint.SE, "SE"));
        }
        else if (se is not null && sg is null)
        {
            constraints.Add(Copy(se, FunctionalConstraint.SG, "SG"));
        }
    }

    private static DataNode Copy(DataNode node, FunctionalConstraint fc, string name)
    {
        var copy = node.IsLeaf
            ? IedModelBuilder.Mirror(node, fc)
            : IedModelBuilder.Group(name, fc, node.Children.Select(c => Copy(c, fc, c.Name)), node.IsArray);

        // The node of a data object stands directly below its constraint or another data object's node.
        if (node.DataObject is { } dataObject && dataObject.Node(node.Fc) == node)
        {
            IedModelBuilder.Attach(dataObject, copy);
        }

        return copy;
    }
}
