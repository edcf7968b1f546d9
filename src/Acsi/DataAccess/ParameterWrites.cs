using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Parameters that live in hardware: answered when the device took them and reads them back; the old value stays on failure.</summary>
internal sealed class ParameterWrites(ValueStore values, IProcessOutput output, CommandTable commands, AcsiOptions options)
{
    public bool IsBound(DataNode node) => node.Leaves().Any(output.IsBound);

    public WriteStep Start(DataNode node, List<DataValue> accepted, WriteTicket ticket)
    {
        var bound = node.Leaves().Where(output.IsBound).ToList();
        if (bound.Count > 1)
        {
            // Several registers cannot be written all-or-nothing; each is written by itself.
            return DataAccessError.ObjectAccessUnsupported;
        }

        var leaf = bound[0];
        var value = accepted[leaf.FirstSlot - node.FirstSlot];
        var id = commands.Add(new CommandTable.Handler(
            Accepted: () =>
            {
                for (var i = 0; i < accepted.Count; i++)
                {
                    values.Set(node.FirstSlot + i, accepted[i]);
                }

                return new(ticket, null);
            },
            Failed: outcome => new(ticket, outcome.Failure == AddCause.InconsistentParameters ? DataAccessError.ObjectValueInvalid : DataAccessError.HardwareFault)));
        output.Start(new ProcessCommand(id, leaf, value, options.ParameterTimeout));
        return WriteStep.Pending;
    }
}

/// <summary>Commands under way at the hardware, by id.</summary>
internal sealed class CommandTable
{
    private readonly Dictionary<long, Handler> _open = [];
    private long _next = 1;

    /// <summary>What to do with the outcome; each may settle a variable of a write.</summary>
    /// <param name="Accepted">The device took the value.</param>
    /// <param name="Failed">The device did not.</param>
    /// <param name="Completed">The effect is there, or not; null where nobody waits for it.</param>
    internal sealed record Handler(Func<Settled> Accepted, Func<CommandOutcome, Settled> Failed, Action<CommandOutcome>? Completed = null)
    {
        public bool IsAccepted { get; set; }
    }

    /// <summary>A variable of a write that has its result now; no ticket: none has.</summary>
    internal readonly record struct Settled(WriteTicket? Ticket, DataAccessError? Failure);

    public long Add(Handler handler)
    {
        _open.Add(_next, handler);
        return _next++;
    }

    public Settled Accept(long id)
    {
        if (!_open.TryGetValue(id, out var handler) || handler.IsAccepted)
        {
            return default;
        }

        handler.IsAccepted = true;
        return handler.Accepted();
    }

    public Settled Complete(long id, CommandOutcome outcome)
    {
        if (!_open.Remove(id, out var handler))
        {
            return default;
        }

        if (!handler.IsAccepted)
        {
            var settled = outcome.Succeeded ? handler.Accepted() : handler.Failed(outcome);
            handler.Completed?.Invoke(outcome);
            return settled;
        }

        handler.Completed?.Invoke(outcome);
        return default;
    }
}
