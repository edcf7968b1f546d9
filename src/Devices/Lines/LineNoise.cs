namespace DerAgent.Devices;

/// <summary>What was odd on a line since the start.</summary>
/// <param name="Dropped">Answers that came too late.</param>
/// <param name="Foreign">Frames nobody here asked for.</param>
/// <param name="ClosesGivenUp">Ports that did not close in time.</param>
internal readonly record struct LineOddities(long Dropped, long Foreign, long ClosesGivenUp);

/// <summary>Tells what is odd on a line, once a minute at most: the first signs of a slow device, a second master, a driver that hangs. Touched by its line only.</summary>
internal sealed class LineNoise(Action<string> tell)
{
    /// <summary>Frames nobody asked for, within a minute, that are no accident any more.</summary>
    private const int MostForeign = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);
    private LineOddities _told;
    private TimeSpan _droppedToldAt = -Pause;
    private (long Count, TimeSpan At) _foreignFrom;
    private TimeSpan _foreignToldAt = -Pause;

    /// <summary>Looks at what was counted by now.</summary>
    public void Look(LineOddities now, TimeSpan at)
    {
        if (now.Dropped > _told.Dropped && at - _droppedToldAt >= Pause)
        {
            tell($"{now.Dropped - _told.Dropped} answers came too late, or to a question nobody asked, and were dropped ({now.Dropped} since the start)");
            (_told, _droppedToldAt) = (_told with { Dropped = now.Dropped }, at);
        }

        if (at - _foreignFrom.At >= Pause)
        {
            _foreignFrom = (now.Foreign, at);
        }

        if (now.Foreign - _foreignFrom.Count > MostForeign && at - _foreignToldAt >= Pause)
        {
            tell($"another master on this bus: {now.Foreign - _foreignFrom.Count} frames within a minute that nobody here asked for ({now.Foreign} since the start); a line has one master, take the other off, or give it a line of its own");
            _foreignToldAt = at;
        }

        if (now.ClosesGivenUp > _told.ClosesGivenUp)
        {
            tell($"the driver of the port did not close it within its time; {now.ClosesGivenUp} times since the start");
            _told = _told with { ClosesGivenUp = now.ClosesGivenUp };
        }
    }
}
