using System.Globalization;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>
/// Keeps the last seconds of the polled points, and when a disturbance begins the next ones too: they become a record in <c>COMTRADE/</c>. What comes from a source is
/// recorded as it comes, before deadbands and substitutes. One record at a time; what happens while one is made is in it.
/// </summary>
/// <param name="files">Takes the records.</param>
/// <param name="effects">Takes what is told.</param>
internal sealed class DisturbanceRecorder(RecordFiles files, Queue<AcsiEffect> effects)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly Dictionary<int, int> _channels = [];
    private readonly Dictionary<int, List<(DisturbanceTrigger Trigger, int Index)>> _triggers = [];
    private readonly LinkedList<DisturbanceSample> _samples = [];
    private DisturbanceOptions _options = new();
    private bool?[] _isMet = [];
    private double[] _present = [];
    private (string Trigger, DateTimeOffset Time, DateTimeOffset Ends)? _recording;
    private readonly Queue<DateTimeOffset> _begun = new();
    private bool _isCut;
    private bool _isTold;

    /// <summary>Records so from now on; without channels or triggers nothing. What it has so far is forgotten, unless nothing is other than before.</summary>
    public void Use(DisturbanceOptions options)
    {
        if (IsSame(options, _options))
        {
            return;
        }

        (_options, _recording, _isCut) = (options, null, false);
        _samples.Clear();
        _channels.Clear();
        _triggers.Clear();
        for (var i = 0; i < options.Channels.Count; i++)
        {
            _channels.TryAdd(options.Channels[i].FirstSlot, i);
        }

        for (var i = 0; i < options.Triggers.Count; i++)
        {
            var slot = options.Triggers[i].Leaf.FirstSlot;
            (_triggers.TryGetValue(slot, out var list) ? list : _triggers[slot] = []).Add((options.Triggers[i], i));
        }

        _isMet = new bool?[options.Triggers.Count];
        _present = new double[options.Channels.Count];
        Array.Fill(_present, double.NaN);
    }

    private static bool IsSame(DisturbanceOptions one, DisturbanceOptions other) =>
        one with { Channels = other.Channels, Triggers = other.Triggers } == other
        && one.Channels.Select(c => c.Reference).SequenceEqual(other.Channels.Select(c => c.Reference), StringComparer.Ordinal)
        && one.Triggers.Select(t => t.ToString()).SequenceEqual(other.Triggers.Select(t => t.ToString()), StringComparer.Ordinal);

    /// <summary>When <see cref="Tick"/> is to be called next.</summary>
    public DateTimeOffset? NextDue => _recording?.Ends;

    /// <summary>The clock was set: a record under way is as long as it was to be.</summary>
    public void Shift(TimeSpan by)
    {
        if (_recording is { } recording)
        {
            _recording = recording with { Ends = recording.Ends + by };
        }
    }

    /// <summary>Values came, as one snapshot.</summary>
    public void Take(IReadOnlyList<ProcessValue> batch, DateTimeOffset now)
    {
        if (_options.Channels.Count == 0 || _triggers.Count == 0)
        {
            return;
        }

        Tick(now);
        double[]? next = null;
        DisturbanceTrigger? begun = null;
        for (var i = 0; i < batch.Count; i++)
        {
            var value = batch[i];
            if (_channels.TryGetValue(value.Slot, out var channel) && ValueOf(value, _present[channel]) is var number && !number.Equals(_present[channel]))
            {
                next ??= [.. _present];
                next[channel] = number;
            }

            if (_triggers.TryGetValue(value.Slot, out var triggers))
            {
                begun = Met(triggers, value) ?? begun;
            }
        }

        if (next is not null || begun is not null)
        {
            _present = next ?? _present;
            Add(new(now, _present), now);
        }

        if (begun is not null && _recording is null && MayBegin(now))
        {
            _recording = (begun.ToString(), now, now + _options.After);
            effects.Enqueue(new AcsiEffect.Log($"Disturbance: {begun}; recording until {now + _options.After:HH:mm:ss}", IsWarning: true));
        }
    }

    /// <summary>A condition that comes and goes all day wears out no medium: of more records within an hour the rest is left out, and that is told.</summary>
    private bool MayBegin(DateTimeOffset now)
    {
        while (_begun.TryPeek(out var first) && now - first >= Hour)
        {
            _begun.Dequeue();
        }

        var may = _begun.Count < _options.PerHour;
        if (may)
        {
            _begun.Enqueue(now);
        }
        else if (!_isTold)
        {
            effects.Enqueue(new AcsiEffect.Log($"Disturbance: {_options.PerHour} records were made within an hour; the next ones are left out", IsWarning: true));
        }

        _isTold = !may;
        return may;
    }

    /// <summary>A record that is long enough is written.</summary>
    public void Tick(DateTimeOffset now)
    {
        if (_recording is not { } recording || recording.Ends > now)
        {
            return;
        }

        _recording = null;
        if (_isCut)
        {
            effects.Enqueue(new AcsiEffect.Log(string.Create(CultureInfo.InvariantCulture, $"Disturbance: the record is shorter than it should be: more than {_options.MaxValues} values came"), IsWarning: true));
        }

        // The last ones stand for the end too.
        var end = _samples.Last is { Value.Time: var last } && last > recording.Ends ? last : recording.Ends;
        files.Write(new(_options.Channels, [.. _samples, new(end, _present)], recording.Trigger, recording.Time), _options.Keep);
        Forget(now);
    }

    private static double ValueOf(in ProcessValue value, double before) =>
        value.Quality.Validity == Validity.Invalid ? double.NaN : value.Value.Kind == DataKind.None ? before : DisturbanceChannels.NumberOf(value.Value);

    /// <summary>The first trigger that has come true; what is true when it is first seen has begun before.</summary>
    private DisturbanceTrigger? Met(List<(DisturbanceTrigger Trigger, int Index)> triggers, in ProcessValue value)
    {
        DisturbanceTrigger? begun = null;
        if (value.Value.Kind == DataKind.None || value.Quality.Validity == Validity.Invalid)
        {
            return null;
        }

        foreach (var (trigger, index) in triggers)
        {
            var isMet = trigger.IsMet(value.Value);
            if (isMet && _isMet[index] == false)
            {
                begun ??= trigger;
            }

            _isMet[index] = isMet;
        }

        return begun;
    }

    private void Add(DisturbanceSample sample, DateTimeOffset now)
    {
        if (_samples.Last is { Value.Time: var last } && last > sample.Time)
        {
            // The clock was set back: what was before is no past any more. A record under way goes on with it, in order.
            if (_recording is null)
            {
                _samples.Clear();
            }
            else
            {
                sample = sample with { Time = last };
            }
        }

        _samples.AddLast(sample);
        Forget(now);
        while (_samples.Count > 1 && (long)_samples.Count * _options.Channels.Count > _options.MaxValues)
        {
            _samples.RemoveFirst();
            _isCut |= _recording is not null;
        }
    }

    /// <summary>What is older than a record would have it goes; the last one before stays: it is what stood at its beginning.</summary>
    private void Forget(DateTimeOffset now)
    {
        if (_recording is not null)
        {
            return;
        }

        _isCut = false;
        var from = now - _options.Before;
        while (_samples.First is { Next: { } next } && next.Value.Time <= from)
        {
            _samples.RemoveFirst();
        }

        if (_samples.First is { Value.Time: var first } oldest && first < from)
        {
            oldest.Value = oldest.Value with { Time = from };
        }
    }
}
