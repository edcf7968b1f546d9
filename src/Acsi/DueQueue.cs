namespace DerAgent.Acsi;

/// <summary>Which of many things is due first: a binary heap that knows where each thing stands. Asking costs nothing, setting <c>log n</c>, and neither allocates.</summary>
internal sealed class DueQueue
{
    private const int None = -1;
    private readonly int[] _heap;
    private readonly int[] _places;
    private readonly DateTimeOffset[] _dues;
    private int _count;

    /// <summary>A queue of the things 0 to <paramref name="size"/> - 1, none of them due.</summary>
    public DueQueue(int size)
    {
        (_heap, _places, _dues) = (new int[size], new int[size], new DateTimeOffset[size]);
        Array.Fill(_places, None);
    }

    /// <summary>The earlier of two moments; null stands for never.</summary>
    public static DateTimeOffset? Earliest(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;

    /// <summary>The earliest of several moments; null stands for never.</summary>
    public static DateTimeOffset? Earliest(params ReadOnlySpan<DateTimeOffset?> moments)
    {
        DateTimeOffset? earliest = null;
        foreach (var moment in moments)
        {
            earliest = Earliest(earliest, moment);
        }

        return earliest;
    }

    /// <summary>When the first one is due; null where none is.</summary>
    public DateTimeOffset? First => _count == 0 ? null : _dues[_heap[0]];

    /// <summary>The first one if it is due by <paramref name="now"/>, else null.</summary>
    public int? DueBy(DateTimeOffset now) => _count > 0 && _dues[_heap[0]] <= now ? _heap[0] : null;

    /// <summary>Says when a thing is due; null takes it out.</summary>
    public void Set(int thing, DateTimeOffset? due)
    {
        var place = _places[thing];
        if (due is { } at)
        {
            _dues[thing] = at;
            if (place == None)
            {
                place = _count++;
                Put(place, thing);
            }

            Sink(Rise(place));
        }
        else if (place != None)
        {
            _places[thing] = None;
            var last = _heap[--_count];
            if (last != thing)
            {
                Put(place, last);
                Sink(Rise(place));
            }
        }
    }

    private int Rise(int place)
    {
        while (place > 0 && IsBefore(place, (place - 1) / 2))
        {
            Swap(place, (place - 1) / 2);
            place = (place - 1) / 2;
        }

        return place;
    }

    private void Sink(int place)
    {
        while (true)
        {
            var first = place;
            for (var child = (2 * place) + 1; child <= (2 * place) + 2 && child < _count; child++)
            {
                first = IsBefore(child, first) ? child : first;
            }

            if (first == place)
            {
                return;
            }

            Swap(place, first);
            place = first;
        }
    }

    private bool IsBefore(int a, int b) => _dues[_heap[a]] < _dues[_heap[b]];

    private void Swap(int a, int b)
    {
        var thing = _heap[a];
        Put(a, _heap[b]);
        Put(b, thing);
    }

    private void Put(int place, int thing)
    {
        _heap[place] = thing;
        _places[thing] = place;
    }
}
