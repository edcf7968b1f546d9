using System.Security.Cryptography;

namespace DerAgent.Xmpp;

/// <summary>
/// Pauses between attempts: full jitter over a doubling ceiling, for a fleet must not come back in step. The longer an outage lasts, the higher the ceiling may
/// rise: who comes back soon is found soon, and who stays away is not worn out. Pure but for its source of chance.
/// </summary>
/// <param name="options">The first ceiling, and the highest.</param>
/// <param name="share">A share greater than 0 and up to 1.</param>
internal sealed class BackOff(XmppOptions options, Func<double> share)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SoonEnds = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LaterEnds = TimeSpan.FromHours(1);
    private static readonly TimeSpan ConflictFirst = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RefusedFirst = TimeSpan.FromSeconds(25);
    private const int RefusedSoon = 3;

    /// <summary>
    /// A fifth of the first ceiling passes in any case: a server that gives a session away while it still handles what came over the old line counts some of it as
    /// not come, and gets it twice (ejabberd 23).
    /// </summary>
    private const int LeastShare = 5;
    private int _attempt;
    private int _refused;
    private int _conflicts;

    /// <summary>A random share.</summary>
    public static double RandomShare() => RandomNumberGenerator.GetInt32(1, 1_000_001) / 1_000_000.0;

    /// <summary>The next pause after a failure. After a refused password it is long at once. After a conflict it is long, and longer each time: another copy is running, and fighting helps nobody.</summary>
    /// <param name="failure">What failed.</param>
    /// <param name="outage">How long there has been no session.</param>
    public TimeSpan Next(XmppFailure failure, TimeSpan outage)
    {
        if (failure.IsRefused)
        {
            // Three tries in the first minute, then one in five: accounts get locked, and a password is mended by people.
            return ++_refused < RefusedSoon ? RefusedFirst * (0.8 + (0.2 * share())) : options.MaxBackOff * (0.8 + (0.2 * share()));
        }

        _refused = 0;
        if (failure.Kind == XmppFailureKind.Conflict)
        {
            // 5 to 15 s at first: a third of the ceiling, and a random share of the rest.
            var most = Doubled(ConflictFirst, _conflicts++, options.MaxBackOff);
            return (most / 3) + (most * 2 / 3 * share());
        }

        var ceiling = outage < SoonEnds ? Soon : outage < LaterEnds ? Later : options.MaxBackOff;
        var least = options.MinBackOff / LeastShare;
        return least + ((Doubled(options.MinBackOff, _attempt++, Least(ceiling, options.MaxBackOff)) - least) * share());
    }

    /// <summary>A session ended; one that served starts the pauses over. That it was not another copy that ended it starts those after conflicts over.</summary>
    /// <param name="lived">How long it was.</param>
    /// <param name="cause">Why it ended.</param>
    public void SessionEnded(TimeSpan lived, XmppFailureKind cause)
    {
        _attempt = lived >= options.BackOffReset ? 0 : _attempt;
        _conflicts = cause == XmppFailureKind.Conflict ? _conflicts : 0;
    }

    private static TimeSpan Doubled(TimeSpan first, int times, TimeSpan most) => TimeSpan.FromTicks(Math.Min(most.Ticks, first.Ticks << Math.Min(times, 20)));

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
