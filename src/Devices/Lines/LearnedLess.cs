namespace DerAgent.Devices;

/// <summary>How long what was learned of a device's refusals holds: a minute, then twice as long each time, up to an hour. A device that refused everything while it started is soon read as before.</summary>
internal sealed class LearnedLess
{
    private static readonly TimeSpan First = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);
    private TimeSpan _holds = First;
    private TimeSpan? _until;

    /// <summary>Something was learned.</summary>
    public void Learn(TimeSpan now) => _until ??= now + _holds;

    /// <summary>Whether it no longer holds; it is asked once.</summary>
    public bool IsOver(TimeSpan now)
    {
        if (_until is not { } until || now < until)
        {
            return false;
        }

        _until = null;
        _holds = _holds * 2 < Longest ? _holds * 2 : Longest;
        return true;
    }
}
