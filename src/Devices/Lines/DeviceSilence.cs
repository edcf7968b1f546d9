namespace DerAgent.Devices;

/// <summary>
/// What a device's silence means: three questions in a row without any answer, and each of its blocks among those asked, and it is silent. Then it is asked ever more rarely, with little patience,
/// so that it does not slow its neighbours. Touched by its line only.
/// </summary>
internal sealed class DeviceSilence(bool isExpectedByNight, IDeviceDriver driver, DeviceReadings readings, DeviceReport report)
{
    private const int MostUnanswered = 3;
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestProbe = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest night: who is silent for longer is out of order.</summary>
    private static readonly TimeSpan LongestNight = TimeSpan.FromHours(18);
    private TimeSpan _wait;
    private TimeSpan _slowest;
    private int _unanswered;

    public bool IsSilent => report.Health.SilentSince is not null;

    /// <summary>How long an answer may take: a device that is silent costs its neighbours no more than a short time.</summary>
    public TimeSpan Limit => !IsSilent && _unanswered < MostUnanswered ? driver.Timeout
        : _slowest == TimeSpan.Zero ? Shorter(driver.Timeout, LongestProbe)
        : Shorter(driver.Timeout, Shorter(LongestProbe, Longer(ShortestProbe, _slowest * 2)));

    /// <summary>An answer took this long.</summary>
    public void Took(TimeSpan time) => _slowest = Longer(_slowest, time);

    /// <summary>It answered something.</summary>
    /// <param name="now">When.</param>
    /// <param name="isRead">Whether values came: a device that only refuses is there, and not yet well.</param>
    /// <param name="count">Number of values.</param>
    public void Answered(TimeSpan now, bool isRead, int count = 0)
    {
        _unanswered = 0;
        if (isRead)
        {
            _wait = TimeSpan.Zero;
            report.Answers(count, now);
        }
    }

    /// <summary>It did not answer; gives when to find out again what it has, null while it is polled on.</summary>
    public TimeSpan? Unanswered(string why, IReadOnlyList<PlannedBlock> blocks, TimeSpan now)
    {
        _unanswered++;

        // Who is known to be silent is asked one question a step, whatever there is to ask.
        if (IsSilent)
        {
            return Wait(why, now);
        }

        if (_unanswered < MostUnanswered)
        {
            return null;
        }

        // While one block may still answer, the device is not silent: that block alone is old. Whether it does is asked now.
        if (report.Health.IsAnswering && blocks.FirstOrDefault(b => b is { Missed: 0, IsRefused: false, Period: not null }) is { } unasked)
        {
            unasked.Hurry(now);
            return null;
        }

        return Wait(why, now);
    }

    /// <summary>It did not say what it has.</summary>
    public TimeSpan DiscoveryFailed(string why, TimeSpan now) => ++_unanswered < MostUnanswered && !IsSilent ? Soon : Wait(why, now);

    /// <summary>A defect of ours.</summary>
    public TimeSpan Broken(string why, TimeSpan now) => Wait(why, now);

    private TimeSpan Wait(string why, TimeSpan now)
    {
        _wait = Shorter(_wait + Step, driver.LongestWait);
        report.FallsSilent(why, isExpectedByNight && IsDusk, now);
        if (report.Health is { IsNight: true, SilentSince: { } since } && now - since > LongestNight)
        {
            report.NightIsOver(now);
        }

        return _wait;
    }

    /// <summary>Whether what it gave before says that the sun is down: next to nothing. Of who has never given anything nobody can say so.</summary>
    private bool IsDusk => readings.Of("W") is { } power && (power.IsNone || Math.Abs(power.Number) <= Math.Max(50, 0.01 * ((readings.Of("WRtg") ?? readings.Of("WMax"))?.Number ?? 0)));

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
