using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>Partners that come, command and go, hardware that refuses now and then, restarts and clocks that are set; and a plain account of what must be in force.</summary>
internal sealed class FailSafeWorld(string rule, int seed)
{
    private const string Owner = "control@dso.example";
    private readonly Random _random = new(seed);
    private readonly MemoryStore _store = new();
    private TestIed _ied = null!;
    private Association? _peer;
    private bool _refuses;
    private double _obeying;
    private double _written = 100;
    private double? _commanded;
    private double _gone;
    private bool _wasAway;
    private bool _isReleased;
    private double? _left;

    /// <summary>Does so many things one after the other, and looks at what is in force after each.</summary>
    public void Run(int steps)
    {
        Start(null);
        for (var i = 0; i < steps; i++)
        {
            Step();
            Pass(_random.Next(1, 90));
        }

        // Never stuck: who is there and commands is obeyed.
        _refuses = false;
        Pass(30);
        Associate();
        Command(45);
        Pass(30);
        Assert.Equal(45, _written);
        Assert.Equal((false, false, false), _ied.FailSafes.GetValueOrDefault(_ied.Model.Node("PV1LD0", "DWMX1$CO$WMaxSptPct$Oper$ctlVal$f")!.Reference));
    }

    private void Start(Microsoft.Extensions.Time.Testing.FakeTimeProvider? time)
    {
        _ied = FailSafeTests.Ied(rule, store: _store, time: time);
        _peer = null;
        if (rule.Contains("\"device\"", StringComparison.Ordinal))
        {
            // What was commanded is nobody's any more, and nothing is written until somebody commands.
            (_commanded, _isReleased) = (null, false);
            _left = _written;
        }
    }

    private void Step()
    {
        switch (_random.Next(9))
        {
            case 0 or 1:
                Associate();
                Command(_random.Next(5, 95));
                break;
            case 2 when _peer is not null:
                Command(100);
                break;
            case 3 or 4 when _peer is not null:
                _ied.Server.Abort(_peer, AssociationEndCause.PeerGone, "gone");
                (_peer, _gone) = (null, 0);
                break;
            case 5:
                Associate();
                break;
            case 6:
                _refuses = !_refuses;
                break;
            case 7:
                // The agent dies and is there again; who was associated is not.
                _gone = _peer is null ? _gone : 0;
                Start(new(_ied.Time.GetUtcNow() + TimeSpan.FromSeconds(1)));
                _wasAway = true;
                break;
            default:
                var step = TimeSpan.FromSeconds(_random.Next(-7200, 7200));
                _ied.Time.AutoAdvanceAmount = TimeSpan.Zero;
                if (step > TimeSpan.Zero)
                {
                    _ied.Time.SetUtcNow(_ied.Time.GetUtcNow() + step);
                    _ied.Outbox.ClockStepped(step);
                    _ied.Drain();
                }

                break;
        }
    }

    private void Associate()
    {
        _peer ??= _ied.Associate();
        _ied.Drain();
        _gone = 0;
        Obey();
    }

    private void Command(double value)
    {
        Obey();
        if (FailSafeTests.Operate(_ied, _peer!, value) is null)
        {
            _left = null;
            Obey();
            _commanded = _refuses ? null : value >= 100 ? null : value;
            _isReleased = !_refuses && value >= 100;
            _wasAway = false;
        }
    }

    private void Pass(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            _ied.Advance(1);
            Obey();
            _gone += _peer is null ? 1 : 0;
            _obeying = _refuses ? 0 : _obeying + 1;
        }

        Check();
    }

    /// <summary>The hardware does what it is told, or not.</summary>
    private void Obey()
    {
        while (_ied.Commands.TryDequeue(out var command))
        {
            if (_ied.Withdrawn.Contains(command.Id))
            {
                continue;
            }

            if (_refuses)
            {
                _ied.Server.CommandCompleted(command.Id, CommandOutcome.Refused("no"));
            }
            else
            {
                _written = command.Targets[0].Value.AsDouble();
                _ied.Server.CommandAccepted(command.Id);
                _ied.Server.CommandCompleted(command.Id, CommandOutcome.Success);
            }

            _ied.Drain();
        }

        if (_ied.ToldToLetGo.Count > 0)
        {
            _ied.ToldToLetGo.Clear();
            _written = 100;
        }
    }

    /// <summary>With an owner who is there, and has commanded in this life, what he commanded is in force; once he is gone for long enough, the fail-safe's value.</summary>
    private void Check()
    {
        Assert.Equal(_left ?? _written, _written);
        // What the hardware refused comes again within ten seconds.
        if (_obeying <= 10 || _wasAway)
        {
            return;
        }

        if (_commanded is not { } commanded)
        {
            Assert.True(!_isReleased || _written == 100, $"{_written} after all was let go of");
            return;
        }

        if (_peer is null && _gone > 75)
        {
            var due = rule.Contains("\"keep\"", StringComparison.Ordinal) ? commanded : rule.Contains("value=\"60\"", StringComparison.Ordinal) ? 60 : rule.Contains("value=\"20\"", StringComparison.Ordinal) ? 20 : 100;
            var isRamped = rule.Contains("ramp", StringComparison.Ordinal);
            Assert.InRange(_written, Math.Min(due, commanded) - 0.01, isRamped || due == commanded ? Math.Max(due, commanded) + 0.01 : due + 0.01);
            if (_gone > 60 + 600)
            {
                Assert.Equal(due, _written);
            }
        }
    }
}
