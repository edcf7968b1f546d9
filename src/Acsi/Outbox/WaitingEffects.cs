namespace DerAgent.Acsi;

/// <summary>
/// Effects that wait for a commit, in the order of their steps. A step waits for its own changes and for earlier steps of its lanes; the answers, errors and
/// terminations of an association are one lane, everything for the hardware is one.
/// </summary>
internal sealed class WaitingEffects
{
    private readonly List<Waiting> _waiting = [];
    private long _hardwareWaitsFor;

    /// <summary>An effect, what it waits for, and whether it is dropped where its step is taken back.</summary>
    private readonly record struct Waiting(AcsiEffect Effect, long Step, long WaitsFor, long LastEntry, bool IsUndoable);

    /// <summary>Whether somebody waits, and not only the log.</summary>
    public bool IsUrgent => _waiting.Exists(w => w.Effect is not AcsiEffect.Log);

    /// <summary>The step whose commit a step's effects wait for; 0 where there is none.</summary>
    public long WaitOf(in Step step)
    {
        var wait = Math.Max(IsAwaited(step.Changes) ? step.Number : 0, step.WaitsFor);
        for (var i = 0; i < step.Effects.Count; i++)
        {
            wait = Math.Max(wait, step.Effects[i] is AcsiEffect.Order ? _hardwareWaitsFor : PeerOf(step.Effects[i])?.AnswersWaitFor ?? 0);
        }

        return wait;
    }

    public void Add(in Step step, AcsiEffect effect, long waitsFor)
    {
        _waiting.Add(new(effect, step.Number, waitsFor, step.LastEntry, step.IsUndoable));
        if (effect is AcsiEffect.Order)
        {
            _hardwareWaitsFor = waitsFor;
        }
        else if (PeerOf(effect) is { } peer)
        {
            peer.AnswersWaitFor = waitsFor;
            peer.Waiting += effect is AcsiEffect.Respond ? 1 : 0;
        }
    }

    /// <summary>Takes an order back that has not been given; false where it has.</summary>
    public bool Withdraw(long id) => _waiting.RemoveAll(w => w.Effect is AcsiEffect.Order order && order.Command.Id == id) > 0;

    /// <summary>Nobody waits for what an ended association was to be told.</summary>
    public void Forget(Association peer) => _waiting.RemoveAll(w => w.Effect is AcsiEffect.Respond or AcsiEffect.Notify or AcsiEffect.Ask && PeerOf(w.Effect) == peer);

    /// <summary>Takes out what may leave, together with reports: those made before an effect's step leave before it, the others after all.</summary>
    /// <param name="committed">The last committed step.</param>
    /// <param name="reports">Reports that may leave.</param>
    /// <param name="release">Takes each.</param>
    public void Release(long committed, IReadOnlyList<AcsiEffect.SendReport> reports, Action<AcsiEffect> release)
    {
        if (_waiting.Count == 0)
        {
            for (var i = 0; i < reports.Count; i++)
            {
                release(reports[i]);
            }

            return;
        }

        var left = 0;
        var told = new bool[reports.Count];
        for (var i = 0; i < _waiting.Count; i++)
        {
            var waiting = _waiting[i];
            if (waiting.WaitsFor > committed)
            {
                _waiting[left++] = waiting;
                continue;
            }

            Tell(reports, told, waiting.LastEntry, release);
            Out(waiting.Effect, release);
        }

        _waiting.RemoveRange(left, _waiting.Count - left);
        Tell(reports, told, long.MaxValue, release);
    }

    /// <summary>The store takes nothing: what was asked is refused in its place, what has happened is told.</summary>
    public void GiveUp(IReadOnlyList<(long Step, IReadOnlyList<AcsiEffect> Effects)> refusals, Action<AcsiEffect> release)
    {
        Waiting[] waiting = [.. _waiting];
        _waiting.Clear();
        var next = 0;
        foreach (var one in waiting)
        {
            next = Refuse(refusals, next, one.Step, release);
            Out(one.Effect, one.IsUndoable ? static _ => { } : release);
        }

        Refuse(refusals, next, long.MaxValue, release);
    }

    /// <summary>Releases the refusals up to a step, from the one at <paramref name="next"/> on; where the rest begins.</summary>
    private static int Refuse(IReadOnlyList<(long Step, IReadOnlyList<AcsiEffect> Effects)> refusals, int next, long through, Action<AcsiEffect> release)
    {
        for (; next < refusals.Count && refusals[next].Step <= through; next++)
        {
            foreach (var effect in refusals[next].Effects)
            {
                release(effect);
            }
        }

        return next;
    }

    private static void Tell(IReadOnlyList<AcsiEffect.SendReport> reports, bool[] told, long through, Action<AcsiEffect> release)
    {
        for (var i = 0; i < told.Length; i++)
        {
            if (!told[i] && reports[i].Place <= through)
            {
                told[i] = true;
                release(reports[i]);
            }
        }
    }

    private static void Out(AcsiEffect effect, Action<AcsiEffect> release)
    {
        if (effect is AcsiEffect.Respond { Association: var peer })
        {
            peer.Waiting--;
        }

        release(effect);
    }

    /// <summary>Whether anything of a step must be durable before it is told.</summary>
    private static bool IsAwaited(IReadOnlyList<StateChange> changes)
    {
        for (var i = 0; i < changes.Count; i++)
        {
            if (!changes[i].IsLazy)
            {
                return true;
            }
        }

        return false;
    }

    private static Association? PeerOf(AcsiEffect effect) => effect switch
    {
        AcsiEffect.Respond respond => respond.Association,
        AcsiEffect.Notify notify => notify.Association,
        AcsiEffect.Ask ask => ask.Association,
        AcsiEffect.Ended ended => ended.Association,
        _ => null,
    };
}
