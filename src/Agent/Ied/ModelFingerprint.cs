using System.Security.Cryptography;
using System.Text;
using DerAgent.Model;

namespace DerAgent.Agent;

/// <summary>Whether two models are the same to a client: names, types, values, data sets, control blocks, capabilities. Where values come from does not count.</summary>
internal static class ModelFingerprint
{
    public static string Of(IedModel model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string text)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text));
            hash.AppendData("\n"u8);
        }

        Add($"{model.Name}/{model.AccessPoint} {model.Identity} {model.Capabilities}");
        var enumerations = new HashSet<EnumType>();
        foreach (var slot in model.Slots)
        {
            Add($"{slot.Reference} {slot.Type.Basic} {slot.Type.Size} {slot.Type.Enumeration?.Id} {slot.Triggers} {slot.ValueKind} {slot.InitialValue} {string.Join(',', slot.GroupValues.Select(g => $"{g.Key}={g.Value}"))}");
            if (slot.Type.Enumeration is { } enumeration && enumerations.Add(enumeration))
            {
                Add(string.Join('|', enumeration.Literals.Select(l => $"{l.Key}={l.Value}")));
            }
        }

        foreach (var ln in model.LogicalDevices.SelectMany(d => d.LogicalNodes))
        {
            foreach (var set in ln.DataSets)
            {
                Add($"{ln.Reference}${set.Name}: {string.Join(' ', set.Members.Select(m => m.Reference))}");
            }

            foreach (var block in ln.ReportControls)
            {
                Add($"{ln.Reference}.{block.Name}: {string.Join(' ', block.Clients)}");
            }

            Add($"{ln.Reference}: {string.Join(' ', ln.Logs)} {string.Join(' ', ln.DataObjects.Select(d => d.Name + d.Cdc))}");
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
