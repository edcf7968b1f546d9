using System.Security.Cryptography;

namespace DerAgent.Xmpp;

/// <summary>Pauses between attempts: full jitter over a doubling ceiling, for a fleet must not come back in step. Pure but for its source of chance.</summary>
/// <param name="options">Shortest and longest pause.</param>
/// <param name="share">A share greater than 0 and up to 1.</param>
internal sealed class BackOff(XmppOptions options, Func<double> share)
{
    private int _attempt;

    /// <summary>A random share.</summary>
    public static double RandomShare() => RandomNumberGenerator.GetInt32(1, 1_000_001) / 1_000_000.0;

    /// <summary>The next pause after a failure. After a conflict it is long: another copy is running, and fighting helps nobody.</summary>
    public TimeSpan Next(XmppFailureKind failure)
    {
        var isConflict = failure == XmppFailureKind.Conflict;
        var ceiling = isConflict ? options.MaxBackOff : TimeSpan.FromTicks(Math.Min(options.MaxBackOff.Ticks, options.MinBackOff.Ticks << Math.Min(_attempt, 20)));
        _attempt++;
        return ceiling * (isConflict ? 0.5 + (share() / 2) : share());
    }

    /// <summary>A session ended; a long one starts the pauses over.</summary>
    public void SessionEnded(TimeSpan lived)
    {
        if (lived >= options.BackOffReset)
        {
            _attempt = 0;
        }
    }
}
