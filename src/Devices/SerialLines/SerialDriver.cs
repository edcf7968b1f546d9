using System.Runtime.CompilerServices;
using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>A device that speaks a line protocol of its own: messages that its profile describes.</summary>
internal sealed class SerialDriver : IDeviceDriver
{
    private static readonly Dictionary<string, string> NoValues = new(StringComparer.Ordinal);
    private readonly DevicePlacement _device;
    private readonly TurnLine<LineQuestion, LineMessage> _line;
    private readonly TimeProvider _time;
    private readonly WakeWatch _wake;
    private readonly NoneWatch _none = new();
    private readonly Plausibility _plausibility = new();
    private DeviceProfile _profile;
    private LineMessages _messages;

    /// <summary>A driver; the line is not disposed here.</summary>
    public SerialDriver(DevicePlacement device, TurnLine<LineQuestion, LineMessage> line, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(device);
        (_device, _line, _time, _profile) = (device, line, time, device.Profile);
        (_wake, _messages) = (new(time), new(Traits, Unit));
    }

    /// <inheritdoc/>
    public bool IsConnected => _line.IsConnected;

    /// <inheritdoc/>
    public long Connections => _line.Connections;

    /// <inheritdoc/>
    public LineOddities Oddities => new(_line.DroppedAnswers, _line.ForeignFrames, _line.ClosesGivenUp);

    /// <inheritdoc/>
    public TimeSpan LongestWait => LineWaits.Of(_device.Url, IsConnected);

    /// <inheritdoc/>
    public TimeSpan Timeout => _profile.Modbus.Timeout;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, PointDefinition> Points => _profile.Points;

    /// <inheritdoc/>
    public PollPeriods Polls => _profile.Polls;

    private SerialTraits Traits => _profile.Serial!;

    private byte Unit => _device.Url.Unit!.Value;

    /// <inheritdoc/>
    public async IAsyncEnumerable<DiscoveryStep> DiscoverAsync(TimeSpan limit, [EnumeratorCancellation] CancellationToken cancel)
    {
        Use(_device.Profile);
        var variants = new VariantFinder(_profile, static point => point.Said?.In is not null, point => ValueAsync(point, limit, cancel));
        await foreach (var step in variants.FindAsync())
        {
            yield return step;
        }

        Use(variants.Profile);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ReadBlock> Plan(IReadOnlyCollection<string> points) => SerialPlan.Of(PlannedPoints.Of(points, Points, _profile), Traits, _device.Cost);

    /// <inheritdoc/>
    public SplitResult Split(ReadBlock block) => SplitResult.Nothing;

    /// <inheritdoc/>
    public void Forget()
    {
        // A message is read as a whole: nothing was learned of its parts.
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Reading>> ReadAsync(ReadBlock block, TimeSpan limit, CancellationToken cancel)
    {
        var serial = (SerialBlock)block;
        var said = await ReadAsync(serial.Exchange, limit, cancel);
        var now = _time.GetUtcNow();
        var values = serial.Points.Select(p => (p, SaidCodec.Decode(p, said.GetValueOrDefault(p.Said!.Capture)))).ToList();
        return [.. _none.Sift(_profile, values).Select(v => new Reading(v.Point.Name, v.Value, _plausibility.QualityOf(v.Point, v.Value), now))];
    }

    /// <inheritdoc/>
    public string Explain(PointDefinition point, in PointValue value) => _plausibility.Explain(point, value);

    /// <inheritdoc/>
    public async ValueTask<WriteResult> WriteAsync(IReadOnlyList<PointWrite> values, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(values);
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        LineExchange? exchange = null;
        foreach (var value in values)
        {
            if (!Points.TryGetValue(value.Point, out var point) || point.Said?.To is not { } to)
            {
                return new(WriteAnswer.Refused, $"the device has no point {value.Point} that is written");
            }

            if (SaidCodec.Encode(point, value.Value, value.Rounding) is not { } text)
            {
                return new(WriteAnswer.OutOfRange, $"{(value.IsSecret ? "the secret" : value.Value)} does not fit its place in the message \"{to}\"");
            }

            (exchange, texts[value.Point]) = (Traits.Exchanges[to], text);
        }

        if (exchange is null)
        {
            return WriteResult.Taken;
        }

        try
        {
            var answer = await AskAsync(exchange, texts, isRead: false, Timeout, cancel);
            return _messages.Refusal(answer) switch
            {
                null => WriteResult.Taken,
                WriteAnswer.Busy => new(WriteAnswer.Busy, $"it answers \"{MessageFormat.Shown(answer)}\": busy"),
                WriteAnswer.OutOfRange => new(WriteAnswer.OutOfRange, $"it answers \"{MessageFormat.Shown(answer)}\": the value does not suit"),
                _ => new(WriteAnswer.Refused, $"it answers \"{MessageFormat.Shown(answer)}\"{(_profile.RefusedHint.Length == 0 ? "" : $"; {_profile.RefusedHint}")}"),
            };
        }
        catch (ModbusException e)
        {
            return new(e.Failure == ModbusFailure.NoConnection && !e.WasSent ? WriteAnswer.NoLine : WriteAnswer.Unanswered, e.Message);
        }
    }

    /// <summary>What the device turned out to be; its messages are made anew where that is another than before.</summary>
    private void Use(DeviceProfile profile)
    {
        if (!ReferenceEquals(profile, _profile))
        {
            (_profile, _messages) = (profile, new(profile.Serial!, Unit));
        }
    }

    private async Task<PointValue> ValueAsync(PointDefinition point, TimeSpan limit, CancellationToken cancel) =>
        SaidCodec.Decode(point, (await ReadAsync(Traits.Exchanges[point.Said!.In!], limit, cancel)).GetValueOrDefault(point.Said.Capture));

    private async Task<IReadOnlyDictionary<string, string>> ReadAsync(LineExchange exchange, TimeSpan limit, CancellationToken cancel)
    {
        string answer;
        try
        {
            answer = await AskAsync(exchange, NoValues, isRead: true, limit, cancel);
        }
        catch (ModbusException e)
        {
            throw new DeviceException(e.Failure == ModbusFailure.NoConnection ? DeviceFailure.NoLine : e.IsGarbled ? DeviceFailure.Nonsense : DeviceFailure.Silent, e.Message, e);
        }

        return _messages.Read(exchange, answer) ?? throw new DeviceException(_messages.Refusal(answer) == WriteAnswer.Busy ? DeviceFailure.Busy : DeviceFailure.Refused, $"{exchange.Name}: it answers \"{MessageFormat.Shown(answer)}\"");
    }

    private async Task<string> AskAsync(LineExchange exchange, IReadOnlyDictionary<string, string> values, bool isRead, TimeSpan limit, CancellationToken cancel)
    {
        var octets = _messages.Wrap(exchange, values);
        LineQuestion Ask() => new(Unit, exchange, _messages, isRead, octets, new(limit, _profile.Modbus.Gap, _profile.Modbus.UnitChangeDelay));
        LineMessage answer;
        try
        {
            answer = await _line.AskAsync(Ask, cancel);
        }
        catch (ModbusException e) when (isRead && e is { Failure: ModbusFailure.Timeout, IsGarbled: false } && _profile.IsWoken && _wake.MaySleep)
        {
            // The first question has woken it; its silence does not count.
            answer = await _line.AskAsync(Ask, cancel);
        }

        _wake.Answered();
        return answer.Text;
    }
}
