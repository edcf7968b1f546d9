using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>What a DAI, else the template, says a leaf's value is: one value, or one for each setting group (IEC 61850-6 §9.5.4.2, <c>sGroup</c>).</summary>
/// <param name="Single">The value without group, or the first one; kind None where there is none.</param>
/// <param name="Groups">Values by group number; empty where none has a group.</param>
internal readonly record struct InstanceValues(DataValue Single, IReadOnlyDictionary<uint, DataValue> Groups)
{
    private static readonly IReadOnlyDictionary<uint, DataValue> None = new Dictionary<uint, DataValue>();

    /// <summary>The value while a group is active.</summary>
    public DataValue Of(uint group) => Groups.TryGetValue(group, out var value) ? value : Single;

    /// <summary>Reads the values of a DAI, DA or BDA; <paramref name="bad"/> gets every text that does not fit.</summary>
    public static InstanceValues Read(SclElement source, AttributeType type, Action<SclElement, string> bad)
    {
        var single = default(DataValue);
        Dictionary<uint, DataValue>? groups = null;
        foreach (var val in source.Children)
        {
            if (val.Name != "Val")
            {
                continue;
            }

            var text = val.Text.Trim();
            if (!ValueParser.TryParse(text, type, out var value))
            {
                if (text.Length > 0)
                {
                    bad(val, text);
                }

                continue;
            }

            if (SclAttributes.Group.Find(val) is { } group)
            {
                (groups ??= [])[(uint)group] = value;
            }

            single = single.Kind == DataKind.None ? value : single;
        }

        return new(single, groups ?? None);
    }

    /// <summary>The DOI, SDI or DAI of a name: the one of the index, else the one without an index.</summary>
    public static SclElement? Find(SclElement? around, string name, int? ix)
    {
        if (around is null)
        {
            return null;
        }

        SclElement? best = null;
        foreach (var child in around.Children)
        {
            if (child.Label != name || child.Name is not ("DOI" or "SDI" or "DAI"))
            {
                continue;
            }

            if (ix is not null && SclAttributes.InstanceIndex.Find(child) == ix)
            {
                return child;
            }

            if (string.IsNullOrEmpty(child["ix"]))
            {
                best = child;
            }
        }

        return ix is null || best?["ix"] is null ? best : null;
    }
}
