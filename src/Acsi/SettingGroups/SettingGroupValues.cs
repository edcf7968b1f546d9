using System.Globalization;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>The values of all groups: what the SCL file says, with what clients confirmed over it. Each group is stored under a key of its own.</summary>
internal sealed class SettingGroupValues(StepJournal journal)
{
    private readonly UndoDictionary<(int Block, uint Group, int Setting), DataValue> _confirmed = new(journal);
    private readonly Dictionary<(int Block, uint Group), Stored> _stored = [];

    /// <summary>The value of a setting in a group.</summary>
    public DataValue Of(SettingGroupBlock block, uint group, int setting) =>
        _confirmed.TryGetValue((block.Index, group, setting), out var value) ? value : block.Settings[setting].Configured(group);

    /// <summary>A setting has another value in a group from now on.</summary>
    public void Set(SettingGroupBlock block, uint group, int setting, in DataValue value)
    {
        if (Of(block, group, setting) == value)
        {
            return;
        }

        _confirmed.Set((block.Index, group, setting), value);
        if (!_stored.TryGetValue((block.Index, group), out var item))
        {
            _stored.Add((block.Index, group), item = new(this, block, group));
        }

        journal.Touch(item);
    }

    /// <summary>Puts the stored values of a group in place; why not, where they do not fit. What fits is used.</summary>
    /// <param name="block">The block.</param>
    /// <param name="group">The group, as it stands in the key.</param>
    /// <param name="stored">What was stored.</param>
    public string? Restore(SettingGroupBlock block, string group, ReadOnlyMemory<byte> stored)
    {
        if (!uint.TryParse(group, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || !block.Has(number))
        {
            return "there is no such group";
        }

        if (Read(stored) is not { } found)
        {
            return "it is damaged";
        }

        var left = 0;
        foreach (var (reference, value) in found)
        {
            if (block.Find(reference) is { } setting && block.Settings[setting].Active.Type.Accept(value, out var accepted) == ValueFault.None)
            {
                _confirmed.Set((block.Index, number, setting), accepted);
            }
            else
            {
                left++;
            }
        }

        return left == 0 ? null : $"{left} of its {found.Count} values fit no setting of the model";
    }

    /// <summary>What was stored of a group: its confirmed values that are not as the SCL file says; null where it is damaged.</summary>
    public static IReadOnlyList<(string Reference, DataValue Value)>? Read(ReadOnlyMemory<byte> stored) => DataValueBinary.TryRead(stored, Read, out var found) ? found : null;

    private static List<(string Reference, DataValue Value)> Read(BinaryReader input)
    {
        var found = new List<(string, DataValue)>();
        for (var count = DataValueBinary.ReadCount(input); count > 0; count--)
        {
            found.Add((input.ReadString(), DataValueBinary.Read(input)));
        }

        return found;
    }

    private byte[]? Encode(SettingGroupBlock block, uint group)
    {
        var kept = new List<(string Reference, DataValue Value)>();
        for (var i = 0; i < block.Settings.Count; i++)
        {
            if (_confirmed.TryGetValue((block.Index, group, i), out var value) && value != block.Settings[i].Configured(group))
            {
                kept.Add((block.Settings[i].Active.Reference, value));
            }
        }

        return kept.Count == 0 ? null : DataValueBinary.ToArray(output =>
        {
            output.Write7BitEncodedInt(kept.Count);
            foreach (var (reference, value) in kept)
            {
                output.Write(reference);
                DataValueBinary.Write(output, value);
            }
        });
    }

    private sealed class Stored(SettingGroupValues values, SettingGroupBlock block, uint group) : IStoredItem
    {
        public string Key { get; } = string.Create(CultureInfo.InvariantCulture, $"{StoredKeys.Group}{block.Device.Name}/{group}");

        public byte[]? Encode() => values.Encode(block, group);
    }
}
