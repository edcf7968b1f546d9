using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Steps that wait for their commit and can be taken back: requests, and commands whose time has come.</summary>
internal sealed class KeptSteps(ValueStore values)
{
    private readonly List<Kept> _kept = [];

    private sealed record Kept(long Number, long WaitsFor, IReadOnlyList<Action> Undo, IReadOnlyList<ValueChange> Values, CallTable.UnderWay? Request);

    /// <summary>A step is over and waits for the commit of another, or of itself.</summary>
    public void Add(long number, long waitsFor, IReadOnlyList<Action> undo, CallTable.UnderWay? request) => _kept.Add(new(number, waitsFor, undo, [.. values.Changes], request));

    public void Committed(long through)
    {
        for (var i = _kept.Count - 1; i >= 0; i--)
        {
            if (_kept[i].WaitsFor <= through)
            {
                _kept.RemoveAt(i);
            }
        }
    }

    /// <summary>Takes them back, the last one first; the requests among them with their steps, the first one first.</summary>
    public IReadOnlyList<(long Step, CallTable.UnderWay Request)> TakeBack()
    {
        for (var i = _kept.Count - 1; i >= 0; i--)
        {
            foreach (var undo in _kept[i].Undo)
            {
                undo();
            }

            for (var change = _kept[i].Values.Count - 1; change >= 0; change--)
            {
                values.Set(_kept[i].Values[change].Slot, _kept[i].Values[change].Old);
            }
        }

        (long, CallTable.UnderWay)[] requests = [.. _kept.Where(k => k.Request is not null).Select(k => (k.Number, k.Request!))];
        _kept.Clear();
        return requests;
    }
}
