using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Client;

/// <summary>What an SGCB says.</summary>
/// <param name="Count">NumOfSG.</param>
/// <param name="Active">ActSG.</param>
/// <param name="Edited">EditSG; 0: none.</param>
/// <param name="ActivatedAt">LActTm, as it is written for people.</param>
/// <param name="Reservation">ResvTms in s; null where the block has none.</param>
internal sealed record SettingGroupStatus(ulong Count, ulong Active, ulong Edited, string ActivatedAt, ulong? Reservation);

/// <summary>Setting groups of a logical device (IEC 61850-7-2 §16.3).</summary>
internal static class SettingGroupServices
{
    private const string Block = "LLN0$SP$SGCB";

    /// <summary>GetSGCBValues.</summary>
    /// <exception cref="AcsiException">The logical device has no setting groups.</exception>
    public static async Task<SettingGroupStatus> GetSgcbValuesAsync(this AcsiClient client, string logicalDevice, CancellationToken cancel)
    {
        var name = ObjectName.In(logicalDevice, Block);
        var type = await client.GetDefinitionAsync(name, cancel) as TypeDescription.Structure ?? throw new AcsiException($"{name} is no SGCB");
        var value = await client.ReadAsync(name, cancel);
        var parts = type.Components.Zip(value.Items, static (c, v) => (c.Name, Value: v)).ToDictionary(static p => p.Name, static p => p.Value, StringComparer.Ordinal);
        return new(
            parts["NumOfSG"].AsUnsigned(), parts["ActSG"].AsUnsigned(), parts["EditSG"].AsUnsigned(), parts["LActTm"].ToString(),
            parts.TryGetValue("ResvTms", out var reservation) ? reservation.AsUnsigned() : null);
    }

    /// <summary>SelectActiveSG; null is success. Answered when the devices have the group's values.</summary>
    public static Task<DataAccessError?> SelectActiveGroupAsync(this AcsiClient client, string logicalDevice, uint group, CancellationToken cancel) =>
        client.WriteAsync(ObjectName.In(logicalDevice, Block + "$ActSG"), DataValue.Unsigned(group), cancel);

    /// <summary>SelectEditSG; 0 gives the edited group up.</summary>
    public static Task<DataAccessError?> SelectEditGroupAsync(this AcsiClient client, string logicalDevice, uint group, CancellationToken cancel) =>
        client.WriteAsync(ObjectName.In(logicalDevice, Block + "$EditSG"), DataValue.Unsigned(group), cancel);

    /// <summary>ConfirmEditSGValues.</summary>
    public static Task<DataAccessError?> ConfirmEditGroupAsync(this AcsiClient client, string logicalDevice, CancellationToken cancel) =>
        client.WriteAsync(ObjectName.In(logicalDevice, Block + "$CnfEdit"), DataValue.Boolean(true), cancel);
}
