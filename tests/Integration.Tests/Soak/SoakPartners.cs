using System.Collections.Concurrent;
using System.Globalization;
using DerAgent.Client;
using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Xmpp;

namespace DerAgent.Integration.Tests.Soak;

/// <summary>A partner that comes back whatever happens to it, for as long as it is not told to stop.</summary>
internal abstract class SoakPartner(SoakSite site, string account, FaultyCable? cable, string resource = "soak")
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(300);
    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.Ordinal);
    private volatile CancellationTokenSource? _crash;

    /// <summary>Its associations so far.</summary>
    public int Associations { get; private set; }

    /// <summary>What failed, and how often.</summary>
    public IReadOnlyDictionary<string, int> Failures => _failures;

    public FaultyCable? Cable => cable;

    /// <summary>It is gone from one moment to the next, and comes back under the same JID.</summary>
    public void Crash()
    {
        cable!.Mood = CableMood.Refuse;
        _crash?.Cancel();
        cable.Mood = CableMood.Whole;
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            using var crash = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            _crash = crash;
            try
            {
                await using var client = await site.ConnectAsync(account, resource, cable, crash.Token);
                Associations++;
                await ServeAsync(client, crash.Token);
            }
            catch (Exception e) when (e is AcsiException or XmppException or OperationCanceledException or TimeoutException)
            {
                if (!cancel.IsCancellationRequested)
                {
                    _failures.AddOrUpdate(e.Message.Length > 90 ? e.Message[..90] : e.Message, 1, (_, n) => n + 1);
                    await Task.Delay(Breath, CancellationToken.None);
                }
            }
            finally
            {
                _crash = null;
            }
        }
    }

    /// <summary>Does what it does, until something fails.</summary>
    protected abstract Task ServeAsync(AcsiClient client, CancellationToken cancel);
}

/// <summary>Commands one value after the other, each once, and writes down what it was told.</summary>
internal sealed class Commander(SoakSite site, FaultyCable? cable, TimeSpan pause) : SoakPartner(site, "control", cable)
{
    private int _next;

    /// <summary>Values by what their commander was told: done, refused, or nothing that can be relied on.</summary>
    public ConcurrentDictionary<ushort, string> Told { get; } = new();

    /// <summary>Values to be commanded at most.</summary>
    public int Most { get; init; } = 60_000;

    protected override async Task ServeAsync(AcsiClient client, CancellationToken cancel)
    {
        var command = new OperateCommand(client, TimeProvider.System);
        while (_next < Most)
        {
            var value = (ushort)++_next;
            Told[value] = "unknown";
            var outcome = await command.RunAsync(SoakSite.SetPoint, value.ToString(CultureInfo.InvariantCulture), new() { ControlNumber = (byte)value, TerminationTimeout = TimeSpan.FromSeconds(40) }, cancel);

            // A refused Operate was never written; how much of one that ended badly was, nobody knows.
            Told[value] = outcome.Succeeded ? "done" : outcome.Failure is not null ? "refused" : "ended badly";
            await Task.Delay(pause, cancel);
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, cancel);
    }
}

/// <summary>Takes the reports of a buffered block, and goes on after the last one it has when it comes back.</summary>
internal sealed class Reporter(SoakSite site, string account, int block, FaultyCable? cable) : SoakPartner(site, account, cable)
{
    private static readonly TimeSpan LookEach = TimeSpan.FromSeconds(1);
    private readonly string _block = string.Create(CultureInfo.InvariantCulture, $"LLN0$BR$brcb{block:00}");
    private readonly List<uint> _values = [];
    private readonly HashSet<string> _entries = new(StringComparer.Ordinal);
    private OctetString? _last;

    /// <summary>Values that came, in order.</summary>
    public IReadOnlyList<uint> Values
    {
        get
        {
            lock (_values)
            {
                return [.. _values];
            }
        }
    }

    /// <summary>Entries that came twice.</summary>
    public int Doubled { get; private set; }

    /// <summary>Reports that told of a loss.</summary>
    public int Overflows { get; private set; }

    protected override async Task ServeAsync(AcsiClient client, CancellationToken cancel)
    {
        await SetAsync(client, "RptEna", DataValue.Boolean(false), cancel);
        if (_last is { } last)
        {
            await SetAsync(client, "EntryID", DataValue.Octets(last.Span.ToArray()), cancel);
        }

        await SetAsync(client, "RptEna", DataValue.Boolean(true), cancel);
        var reading = ReadAsync(client, cancel);
        using var timer = new PeriodicTimer(LookEach);
        while (await timer.WaitForNextTickAsync(cancel) && !reading.IsCompleted)
        {
            await client.ReadAsync(SoakSite.Counter, cancel);
        }

        await reading;
    }

    private async Task ReadAsync(AcsiClient client, CancellationToken cancel)
    {
        await foreach (var information in client.InformationReports.ReadAllAsync(cancel))
        {
            if (ReportFormat.Read(information) is not { } report)
            {
                continue;
            }

            // The first one of all comes after no entry that it knew.
            Overflows += report.BufferOverflow == true && _last is not null ? 1 : 0;
            if (!_entries.Add(report.EntryId!.Value.ToString()))
            {
                Doubled++;
                continue;
            }

            _last = report.EntryId;
            lock (_values)
            {
                _values.AddRange(report.Members.Where(m => m.Reason.HasFlag(TriggerConditions.DataChange)).Select(m => (uint)m.Value.Items[0].AsInteger()));
            }
        }
    }

    private async Task SetAsync(AcsiClient client, string attribute, DataValue value, CancellationToken cancel)
    {
        if (await client.WriteAsync(ObjectName.In("PV1LD0", $"{_block}${attribute}"), value, cancel) is { } failure)
        {
            throw new AcsiException($"{attribute}: {failure}");
        }
    }
}

/// <summary>Reads without a pause: when it is served, and when it is not.</summary>
internal sealed class Prober(SoakSite site) : SoakPartner(site, "control", null, "probe")
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);
    private long _served;

    /// <summary>The moment of the last answer.</summary>
    public long Served => Interlocked.Read(ref _served);

    /// <summary>The longest of all reads that were answered, in the time between two looks.</summary>
    public TimeSpan Longest { get; private set; }

    public int Reads { get; private set; }

    protected override async Task ServeAsync(AcsiClient client, CancellationToken cancel)
    {
        while (true)
        {
            var began = TimeProvider.System.GetTimestamp();
            await client.ReadAsync(SoakSite.Counter, cancel);
            Interlocked.Exchange(ref _served, TimeProvider.System.GetTimestamp());
            var took = TimeProvider.System.GetElapsedTime(began);
            Longest = took > Longest ? took : Longest;
            Reads++;
            await Task.Delay(Pace, cancel);
        }
    }

    /// <summary>The longest read since the last call.</summary>
    public TimeSpan TakeLongest()
    {
        var longest = Longest;
        Longest = TimeSpan.Zero;
        return longest;
    }
}
