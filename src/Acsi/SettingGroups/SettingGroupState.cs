using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>State of a setting-group control block: a value (IEC 61850-7-2 §16.2). Its attributes show it, and are never read back.</summary>
/// <param name="Active">ActSG.</param>
/// <param name="ActivatedAt">LActTm.</param>
/// <param name="Edited">EditSG: the group being edited; 0 where nobody edits.</param>
/// <param name="Editor">The association that edits.</param>
/// <param name="EditEnds">When its time is over.</param>
internal readonly record struct SettingGroupState(uint Active, Timestamp ActivatedAt, uint Edited = 0, AssociationKey? Editor = null, DateTimeOffset? EditEnds = null)
{
    /// <summary>Values on their way to devices; null where none are.</summary>
    public SettingPush? Push { get; init; }

    /// <summary>When something of it is due next.</summary>
    public DateTimeOffset? Due => Push is null ? EditEnds : DueQueue.Earliest(Push.ValueEnds, Push.AnswerDue);

    /// <summary>A group is edited from now on; its editor has that long.</summary>
    public SettingGroupState Edit(uint group, AssociationKey editor, DateTimeOffset ends) => this with { Edited = group, Editor = editor, EditEnds = ends };

    /// <summary>Nobody edits any more.</summary>
    public SettingGroupState EndEdit() => this with { Edited = 0, Editor = null, EditEnds = null };

    /// <summary>Another group is active.</summary>
    public SettingGroupState Activate(uint group, Timestamp now) => this with { Active = group, ActivatedAt = now };
}
