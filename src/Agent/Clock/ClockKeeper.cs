
namespace DerAgent.Agent.Clock;

/// <summary>What became of asking a server.</summary>
/// <param name="Server">The server.</param>
/// <param name="Sample">What it said; null: nothing that is believed.</param>
/// <param name="Fault">Why not.</param>
/// <param name="Kiss">The code of a kiss of death; empty: there was none.</param>
internal sealed record SntpAnswer(string Server, SntpSample? Sample, string Fault = "", string Kiss = "");

/// <summary>
/// Keeps the agent's clock by what servers say: a state machine without I/O. Whoever runs it asks the servers of <see cref="Due"/> and hands the answers to
/// <see cref="Take"/>, which says by how much the clock is to be adjusted.
/// </summary>
/// <param name="servers">The servers, by preference.</param>
/// <param name="interval">Time between two rounds.</param>
internal sealed class ClockKeeper(IReadOnlyList<string> servers, TimeSpan interval)
{
    /// <summary>Rounds at the beginning that follow each other quickly.</summary>
    private const int Burst = 4;

    private static readonly TimeSpan BurstInterval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);
    private readonly Dictionary<string, TimeSpan> _slow = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _asked = new(StringComparer.Ordinal);
    private readonly HashSet<string> _forbidden = new(StringComparer.Ordinal);
    private readonly List<string> _tells = [];
    private string _told = "";
    private int _rounds;

    /// <summary>What is known.</summary>
    public ClockState State { get; private set; } = ClockState.Unknown with { Channels = [.. servers.Select(_ => false)] };

    /// <summary>When the next round is.</summary>
    public TimeSpan Interval => _rounds < Burst ? BurstInterval : interval;

    /// <summary>Sentences for the log, since the last time.</summary>
    public IReadOnlyList<string> TakeTells()
    {
        string[] tells = [.. _tells];
        _tells.Clear();
        return tells;
    }

    /// <summary>Who is asked in a round: those who forbade it are not, those who find it too often are seldom.</summary>
    /// <param name="elapsed">The time that has passed since the beginning.</param>
    public IReadOnlyList<string> Due(TimeSpan elapsed)
    {
        string[] due = [.. servers.Where(s => !_forbidden.Contains(s) && (!_slow.TryGetValue(s, out var pause) || !_asked.TryGetValue(s, out var at) || elapsed - at >= pause))];
        Array.ForEach(due, s => _asked[s] = elapsed);
        return due;
    }

    /// <summary>The answers of a round: by how much the clock is to be adjusted; null: not at all.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="elapsed">The time that has passed since the beginning.</param>
    public TimeSpan? Take(IReadOnlyList<SntpAnswer> answers, TimeSpan elapsed)
    {
        ArgumentNullException.ThrowIfNull(answers);
        _rounds++;
        foreach (var answer in answers)
        {
            Heed(answer);
        }

        var voters = answers.Where(a => a.Sample is not null).Select(a => new ClockVoter(a.Server, a.Sample!.Value)).ToList();
        var right = ClockVote.Choose(voters, State.BoundAt(elapsed));
        var asked = answers.Select(a => a.Server).ToHashSet(StringComparer.Ordinal);
        State = State with { Channels = [.. servers.Select((s, i) => asked.Contains(s) ? right.Any(r => r.Server == s) : State.Channels[i] && !_forbidden.Contains(s))] };
        if (right.Count == 0)
        {
            Tell(voters.Count > 0
                ? $"the time servers contradict each other, and the clock stays as it is: {string.Join(", ", voters.Select(v => $"{v.Server} {v.Sample.Offset.TotalSeconds:+0.000;-0.000} s"))}"
                : $"no time server answers: {string.Join("; ", answers.Select(a => $"{a.Server}: {a.Fault}"))}");
            return null;
        }

        // Who is followed stays so while he is right: of several that are as good as each other the best one is another each time.
        var best = right.FirstOrDefault(r => r.Server == State.Source) ?? right.MinBy(r => r.Most - r.Least)!;
        var offset = ClockVote.OffsetOf(right);

        // What is made up for gradually is still there for a while.
        var left = offset.Duration() < DisciplinedTime.Step ? offset.Duration() : TimeSpan.Zero;
        State = State with { SynchronizedAt = elapsed, Bound = right.Min(r => r.Sample.Bound) + left, Offset = offset, Source = best.Server };
        var wrong = voters.Except(right).ToList();
        Tell(wrong.Count == 0 ? $"the clock follows {best.Server}" : $"the clock follows {best.Server}; outvoted: {string.Join(", ", wrong.Select(v => $"{v.Server} {v.Sample.Offset.TotalSeconds:+0.000;-0.000} s"))}", wrong.Select(w => w.Server));
        return offset;
    }

    /// <summary>What the server asks of us (RFC 4330 §8): to ask less often, or not any more.</summary>
    private void Heed(SntpAnswer answer)
    {
        switch (answer.Kiss)
        {
            case "":
                break;
            case "RATE":
                var pause = _slow.GetValueOrDefault(answer.Server, interval) * 2;
                _slow[answer.Server] = pause < LongestInterval ? pause : LongestInterval;
                _tells.Add($"{answer.Server} wants to be asked less often: each {_slow[answer.Server].TotalSeconds:0} s from now on");
                break;
            default:
                if (_forbidden.Add(answer.Server))
                {
                    _tells.Add($"{answer.Server} does not want to be asked ({answer.Kiss}), and is not any more until the agent starts anew");
                }

                break;
        }
    }

    /// <summary>The same is told once; numbers that change make nothing new.</summary>
    private void Tell(string text, IEnumerable<string>? about = null)
    {
        var key = about is null ? text[..Math.Min(20, text.Length)] : State.Source + string.Join(',', about);
        if (key != _told)
        {
            _told = key;
            _tells.Add(text);
        }
    }
}
