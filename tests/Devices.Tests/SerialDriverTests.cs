using System.Text;
using DerAgent.Model;
using DerAgent.Tests;

namespace DerAgent.Devices.Tests;

/// <summary>The CHP unit on an ASCII line, over the real line, writer and driver, in virtual time: as it should be, and with what goes wrong on lines.</summary>
public sealed class SerialDriverTests : IAsyncDisposable
{
    private readonly VirtualTime _time = new(new DateTimeOffset(2026, 11, 27, 12, 0, 0, TimeSpan.Zero));
    private readonly ChpSimulator _chp = new(20_000, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
    private readonly Dictionary<string, Reading> _readings = new(StringComparer.Ordinal);
    private readonly List<string> _told = [];
    private readonly List<(TimeSpan At, string Text)> _asked = [];
    private readonly SiteLines _lines;
    private readonly DeviceProfile _profile;
    private DeviceStream _stream = null!;
    private TimeSpan _stepped;

    public SerialDriverTests()
    {
        _profile = ProfileReader.Load(Path.Combine(Corpus.Root, "device-profiles", "ascii-chp.yaml")).Profile!;
        _lines = new(_time);
        Answer = question => [ChpLine.Wrap(question)];
        var line = new ChpLine(_chp, 1);
        var wanted = _profile.Own.ToHashSet(StringComparer.Ordinal);
        var placement = new DevicePlacement(new("chp", _profile, wanted), DeviceUrl.Parse("serial-tcp://bench:4001?unit=1", out _)!.With(_profile.Modbus));
        Assert.True(_lines.UseAsync([placement], [], (url, traits) => new SerialBus(new() { Transport = LineMaster.TransportOf(url), ConnectDelay = traits.ConnectDelay, AnswersInline = true }, _time, _ => ValueTask.FromResult<Stream>(Open(line))), null, new(
            (_, readings) =>
            {
                foreach (var reading in readings)
                {
                    _readings[reading.Point] = reading;
                }
            },
            state => _told.Add(state.Text))).IsCompletedSuccessfully);
    }

    /// <summary>What comes for an answer of the unit, in how many pieces.</summary>
    private Func<string, byte[][]> Answer { get; set; }

    public async ValueTask DisposeAsync()
    {
        var ended = _lines.DisposeAsync().AsTask();
        Pass(30);
        await ended;
    }

    [Fact]
    public void Everything_the_unit_says_is_read()
    {
        _chp.Memory[ChpSimulator.Command] = 1;
        Pass(70);
        Assert.Equal(["counters", "set", "state", "water", "who"], _profile.Serial!.Exchanges.Keys.Where(e => _profile.Points.Values.Any(p => p.Said!.In == e)).Order(StringComparer.Ordinal));
        Assert.Equal(_profile.Own.Order(StringComparer.Ordinal), _readings.Keys.Where(k => k[0] != '@').Order(StringComparer.Ordinal));
        Assert.All(_readings.Values, r => Assert.True(r.Quality.IsGood, r.Point));
        Assert.Equal((20_000, 36_000, 1500, 1), (_readings["W"].Value.Number, _readings["HeatW"].Value.Number, _readings["EngSpd"].Value.Number, _readings["Starts"].Value.Number));
        Assert.Equal(("running", "SIM-0003", "Simulated CHP unit"), (_readings["DERState"].Value.Text, _readings["SN"].Value.Text, _readings["Md"].Value.Text));
        Assert.Contains(_asked, a => a.Text == "$U01 ST?*4C\r\n");
    }

    [Fact] // fast each second, slow each minute, and 20 ms between an answer and the next question
    public void Exchanges_are_made_as_often_as_their_most_urgent_point_needs()
    {
        Pass(121);
        Assert.InRange(_asked.Count(a => a.Text.Contains("ST?", StringComparison.Ordinal)), 118, 123);
        Assert.InRange(_asked.Count(a => a.Text.Contains("CT?", StringComparison.Ordinal)), 2, 3);
        Assert.Equal(1, _asked.Count(a => a.Text.Contains("ID?", StringComparison.Ordinal)));
        Assert.All(_asked.Zip(_asked.Skip(1)), p => Assert.True(p.Second.At - p.First.At >= TimeSpan.FromMilliseconds(20)));
    }

    [Theory] // an octet is wrong on the way: nothing of it is believed, the rest goes on, and it is told why
    [InlineData("state")]
    public void A_wrong_checksum_gives_no_value(string exchange)
    {
        Pass(5);
        var before = _readings["W"];
        Answer = text => text.Contains(" ST ", StringComparison.Ordinal) ? [Broken(text)] : [ChpLine.Wrap(text)];
        Pass(10);
        Assert.Equal((Validity.Invalid, before.Value.Number), (_readings["W"].Quality.Validity, _readings["W"].Value.Number));
        Assert.True(_readings["TmpFlow"].Quality.IsGood);
        Assert.Contains(_told, t => t.Contains(exchange, StringComparison.Ordinal) && t.Contains("wrong checksum", StringComparison.Ordinal));
        Answer = text => [ChpLine.Wrap(text)];
        Pass(30);
        Assert.True(_readings["W"].Quality.IsGood);
    }

    [Fact] // carriage return in one piece, line feed in the next; and every octet alone
    public void A_split_terminator_is_one()
    {
        Answer = text => ChpLine.Wrap(text) is var octets ? [octets[..^1], octets[^1..]] : [];
        Pass(5);
        Assert.True(_readings["W"].Quality.IsGood);
        Answer = text => [.. ChpLine.Wrap(text).Select(o => new[] { o })];
        _readings.Clear();
        Pass(5);
        Assert.True(_readings["W"].Quality.IsGood);
    }

    [Fact]
    public void A_silent_unit_is_old_and_its_last_values_stay()
    {
        Pass(5);
        _chp.Fault = SimulatedFault.Silent;
        Pass(20);
        Assert.All(_readings.Values.Where(r => r.Point[0] != '@'), r => Assert.Equal(Validity.Invalid, r.Quality.Validity));
        Assert.Contains(_told, t => t.Contains("unit 1 did not answer within", StringComparison.Ordinal));
        _chp.Fault = SimulatedFault.None;
        Pass(70);
        Assert.True(_readings["W"].Quality.IsGood);
    }

    [Fact] // an event that the profile knows is nothing; one that it does not know is told where there are many
    public void Messages_that_nobody_asked_for_are_passed_over()
    {
        Answer = text => [ChpLine.Wrap("U01 EVT 17 oil level"), ChpLine.Wrap(text)];
        Pass(70);
        Assert.All(_readings.Values, r => Assert.True(r.Quality.IsGood, r.Point));
        Assert.DoesNotContain(_told, t => t.Contains("nobody here asked", StringComparison.Ordinal));
        Answer = text => [ChpLine.Wrap("U02 ST RUN 9.9 9.9 9"), ChpLine.Wrap(text)];
        Pass(70);
        Assert.NotEqual(9900, _readings["W"].Value.Number);
        Assert.Contains(_told, t => t.Contains("nobody here asked", StringComparison.Ordinal));
    }

    [Fact] // the answer to a question that was given up looks like the answer to the same question asked again
    public void A_late_answer_is_taken_for_no_other()
    {
        _chp.Memory[ChpSimulator.Command] = 1;
        Pass(30);
        byte[]? held = null;
        Answer = text =>
        {
            if (held is null && text.Contains(" ST ", StringComparison.Ordinal))
            {
                held = ChpLine.Wrap("U01 ST RUN 77.7 77.7 777");
                return [];
            }

            byte[][] answers = held is { Length: > 0 } late && text.Contains(" ST ", StringComparison.Ordinal) ? [late, ChpLine.Wrap(text)] : [ChpLine.Wrap(text)];
            held = answers.Length == 2 ? [] : held;
            return answers;
        };
        var seen = new List<double>();
        for (var i = 0; i < 100; i++)
        {
            Pass(0.1);
            seen.Add(_readings["W"].Value.Number);
        }

        Assert.Empty(held!);
        Assert.DoesNotContain(77_700, seen);
        Assert.Equal(20_000, seen[^1]);
    }

    [Fact]
    public void A_command_is_written_read_back_and_let_go_of()
    {
        _chp.Memory[ChpSimulator.Command] = 1;
        Pass(30);
        Assert.True(Command("WSptPct", 60).Succeeded);
        Assert.Contains(_asked, a => a.Text.StartsWith("$U01 PWR 060.0*", StringComparison.Ordinal));
        Pass(10);
        Assert.Equal((12_000, 60), (_readings["W"].Value.Number, _readings["WSptPct"].Value.Number));
        Assert.True(Command("Run", 0).Succeeded);
        Assert.Equal("off", _readings["Run"].Value.Text);
    }

    [Theory] // a command whose answer is lost is read back: the unit has taken it
    [InlineData("PWR", "U01 NAK RANGE", AddCause.InconsistentParameters)]
    [InlineData("PWR", "U01 NAK KEY SWITCH", AddCause.BlockedByProcess)]
    [InlineData("PWR", "U01 BSY", AddCause.BlockedByProcess)]
    [InlineData("PWR", null, AddCause.None)]
    [InlineData("", null, AddCause.AbortionByCommunicationLoss)]
    [InlineData("SP?", "U01 SP ON 100.0 20.0", AddCause.AbortionDueToDeviation)]
    public void What_the_unit_says_to_a_command_is_its_outcome(string to, string? says, AddCause cause)
    {
        Pass(5);
        Answer = text => _asked[^1].Text.Contains(to, StringComparison.Ordinal) ? says is null ? [] : [ChpLine.Wrap(says)] : [ChpLine.Wrap(text)];
        Assert.Equal(cause, Command("WSptPct", 60).Failure);
    }

    private CommandOutcome Command(string point, double value)
    {
        var running = _lines.WriteAsync("chp", point, "client", _ => value, static () => { }, CancellationToken.None);
        for (var i = 0; i < 600 && !running.IsCompleted; i++)
        {
            Pass(0.1);
        }

        Assert.True(running.IsCompletedSuccessfully);
        // It has ended: Result does not wait.
        return running.Result;
    }

    private void Pass(double seconds)
    {
        for (var until = _time.Now + TimeSpan.FromSeconds(seconds); _time.Now < until;)
        {
            var next = _time.Now + TimeSpan.FromMilliseconds(100);
            _time.RunUntil(next < until ? next : until);
            _chp.Step(_time.GetUtcNow(), _time.Now - _stepped);
            _stepped = _time.Now;
        }
    }

    private DeviceStream Open(ChpLine line) => _stream = new DeviceStream(octets =>
    {
        var text = Encoding.ASCII.GetString(octets.Span);
        _asked.Add((_time.Now, text));
        if (line.Answer(text[1..^5]) is { } answer)
        {
            foreach (var piece in Answer(answer))
            {
                _stream.Give(piece);
            }
        }
    });

    private static byte[] Broken(string text)
    {
        var octets = ChpLine.Wrap(text);
        octets[8] ^= 1;
        return octets;
    }
}
