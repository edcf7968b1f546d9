using System.Globalization;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Commands at start (architecture: a command): what waited for its time waits again; anything else has ended, whether it was carried out is not known, and it is never written again.</summary>
internal static class CommandRestore
{
    private const string Damaged = "a command was under way when the agent stopped, and its record is damaged";

    /// <summary>Restores what was stored.</summary>
    /// <param name="controls">Takes what belongs to a control object; what of it has ended is told by <see cref="ControlService.TellFound"/>.</param>
    /// <param name="door">Gives no id of an earlier command to another.</param>
    /// <param name="model">The model.</param>
    /// <param name="stored">What was stored.</param>
    /// <param name="journal">The first step.</param>
    /// <param name="now">The time.</param>
    /// <returns>Records of what has ended and belongs to no object.</returns>
    public static List<ServiceRecord> Run(ControlService controls, CommandDoor door, IedModel model, StoredState stored, StepJournal journal, DateTimeOffset now)
    {
        var found = new List<ServiceRecord>();
        stored.Each(StoredKeys.Control, (reference, value) =>
        {
            if (!controls.Restore(Node(model, reference), c => StoredControl.Decode(c, value)))
            {
                End(StoredKeys.Control + reference, StoredControl.Ended(reference, value, now));
            }

            return null;
        });
        stored.Each(StoredKeys.Waiting, (reference, value) =>
        {
            if (!controls.Restore(Node(model, reference), c => StoredControl.DecodeWaiting(c, value), isOld: true))
            {
                return "the command fits no control of the model, or is damaged";
            }

            journal.Change(new(StateChangeKind.Remove, StoredKeys.Waiting + reference));
            return null;
        });
        stored.Each(StoredKeys.Command, (id, value) =>
        {
            door.Reserve(long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0);
            End(StoredKeys.Command + id, StoredCommand.Ended(value, now) ?? Nobody(StoredKeys.Command + id, now));
            return null;
        });
        return found;

        void End(string key, ServiceRecord record)
        {
            // It is told once.
            journal.Change(new(StateChangeKind.Remove, key));
            found.Add(record);
        }
    }

    private static ServiceRecord Nobody(string key, DateTimeOffset now) =>
        new(ServiceName.InternalChange, key, ServiceStatus.FailedDueToServerConstraint, "", now) { IsOutcome = true, Cause = AddCause.Unknown, Remark = Damaged };

    private static DataNode? Node(IedModel model, string reference) =>
        reference.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? model.Node(reference[..slash], reference[(slash + 1)..]) : null;
}
