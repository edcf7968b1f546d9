namespace DerAgent.Scl;

/// <summary>Instances (DOI, SDI, DAI) of which something is lost: they name nothing, stand twice, or have values where there is none to give.</summary>
/// <param name="findings">Where findings go.</param>
internal sealed class InstanceCheck(SclFindings findings)
{
    private const int Few = 16;

    /// <summary>Looks at the instances in another, or in a logical node.</summary>
    /// <param name="around">The DOI, SDI, LN0 or LN.</param>
    /// <param name="known">Names of the type's components.</param>
    /// <param name="sizeOf">Number of elements of the array of that name; null: it is none.</param>
    /// <param name="reference">Reference of what is around.</param>
    public void Check(SclElement around, HashSet<string> known, Func<string, int?> sizeOf, Func<string> reference)
    {
        var children = around.Children;

        // Most have a few; only a large one, or a hostile one, is worth a table.
        var table = children.Count > Few ? new Dictionary<(string Name, long? Index), SclElement>() : null;
        for (var i = 0; i < children.Count; i++)
        {
            var child = children[i];
            if (!IsInstance(child))
            {
                continue;
            }

            var name = child.Label;
            if (!known.Contains(name))
            {
                findings.Warning(SclCodes.InstanceWithoutType, child, $"{reference()}.{name}", $"{child.Name} \"{name}\" names nothing in the type; it is not served.", "Add it to the type, or remove the instance.");
                continue;
            }

            if (child["ix"] is not null)
            {
                CheckIndex(child, name, sizeOf(name), reference);
            }

            if (SclAttributes.InstanceIndex.IsUnreadable(child))
            {
                continue;
            }

            if ((table is null ? First(children, i, name) : Other(table, child, name)) is { } other)
            {
                findings.Warning(
                    SclCodes.DuplicateName, child, $"{reference()}.{name}", $"{child.Name} \"{name}\" stands twice (the other one in line {other.Line}); {(child["ix"] is null ? "the last one" : "the first one")} counts.", "Make one of them.");
            }
        }
    }

    /// <summary>Looks at the instance of an attribute.</summary>
    public void CheckLeaf(SclElement instance, Func<string> reference)
    {
        if (instance.Name != "DAI")
        {
            findings.Warning(SclCodes.InstanceWithoutType, instance, reference(), $"{instance.Name} \"{instance["name"]}\" stands for an attribute without components; what is in it is lost.", "Write a DAI.");
        }
    }

    /// <summary>Looks at the instance of what has components.</summary>
    public void CheckStructure(SclElement instance, Func<string> reference)
    {
        if (instance.Name == "DAI" && (instance.First("Val") is not null || !string.IsNullOrEmpty(instance["sAddr"])))
        {
            findings.Warning(SclCodes.InstanceWithoutType, instance, reference(), $"DAI \"{instance["name"]}\" gives a value or an sAddr to something that has components; it is lost.", "Write an SDI with a DAI for each component.");
        }
    }

    private void CheckIndex(SclElement child, string name, int? size, Func<string> reference)
    {
        if (SclAttributes.InstanceIndex.Find(child) is { } index && !(index < size))
        {
            findings.Warning(
                SclCodes.InstanceWithoutType, child, $"{reference()}.{name}", size is null ? $"ix=\"{child["ix"]}\", and {name} is no array; the instance is not served." : $"ix=\"{child["ix"]}\", and {name} has the elements 0 to {size - 1}; the instance is not served.",
                "Correct ix.");
        }
    }

    /// <summary>The instance before one that is of the same name and index, or null.</summary>
    private static SclElement? First(List<SclElement> children, int index, string name)
    {
        for (var i = 0; i < index; i++)
        {
            var other = children[i];
            if (other.Label == name && IsInstance(other) && SclAttributes.InstanceIndex.Find(other) == SclAttributes.InstanceIndex.Find(children[index]))
            {
                return other;
            }
        }

        return null;
    }

    private static SclElement? Other(Dictionary<(string Name, long? Index), SclElement> table, SclElement child, string name)
    {
        var key = (name, SclAttributes.InstanceIndex.Find(child));
        return table.TryAdd(key, child) ? null : table[key];
    }

    private static bool IsInstance(SclElement element) => element.Name is "DOI" or "SDI" or "DAI";
}
