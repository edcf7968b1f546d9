using System.Collections.Concurrent;
using System.Threading.Channels;
using DerAgent.Acsi;
using DerAgent.Devices;
using Microsoft.Extensions.Logging;

namespace DerAgent.Agent.Hosting;

/// <summary>
/// Keeps in the store what must not be forgotten of devices. One commit at a time, the newest record of each device; whoever waits is told when his would survive a power cut, or when the store
/// takes nothing: a limit is not held back by a full disk.
/// </summary>
internal sealed class DeviceMemory : IDeviceMemory, IAsyncDisposable
{
    /// <summary>Under which name the store has it.</summary>
    public const string Part = "devices";

    private const string Prefix = "device/";
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10);
    private readonly Channel<TaskCompletionSource?> _waiting = Channel.CreateUnbounded<TaskCompletionSource?>(new() { SingleReader = true, AllowSynchronousContinuations = true });

    // Lines give and read on loops of their own.
    private readonly ConcurrentDictionary<string, DeviceRecord> _records = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _changed = new(StringComparer.Ordinal);
    private readonly IStateStore _store;
    private readonly ILogger _log;
    private readonly ITimer _again;
    private readonly Task _running;
    private bool _isFailing;

    /// <summary>What the store has is taken at once.</summary>
    /// <param name="store">Where it is kept.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="log">Where it is said what is lost.</param>
    public DeviceMemory(IStateStore store, TimeProvider time, ILogger log)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(time);
        (_store, _log) = (store, log);
        foreach (var (device, record) in Read(store.Load()))
        {
            if (record is not null)
            {
                _records[device] = record;
            }
            else
            {
                log.LogError("What was in force on {Device} and how often it was written is not known any more: its record in the store is damaged, or of a later version", device);
            }
        }

        _again = time.CreateTimer(_ => _waiting.Writer.TryWrite(null), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _running = RunAsync();
    }

    /// <summary>The records in what the store has; null: one that cannot be read.</summary>
    public static IEnumerable<(string Device, DeviceRecord? Record)> Read(IReadOnlyDictionary<string, byte[]> state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Where(k => k.Key.StartsWith(Prefix, StringComparison.Ordinal)).Select(k => (k.Key[Prefix.Length..], DeviceRecordCodec.Decode(k.Value)));
    }

    /// <inheritdoc/>
    public DeviceRecord? Of(string device) => _records.GetValueOrDefault(device);

    /// <inheritdoc/>
    public Task KeepAsync(string device, DeviceRecord record)
    {
        _records[device] = record;
        _changed[device] = 0;

        // Whoever waits is a line's loop, which is woken by a message: it is told on this one.
        var kept = new TaskCompletionSource();
        return _waiting.Writer.TryWrite(kept) ? kept.Task : Task.CompletedTask;
    }

    /// <summary>Keeps what is still to be kept.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _running;
        await _again.DisposeAsync();
    }

    private async Task RunAsync()
    {
        var waiting = new List<TaskCompletionSource>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            while (_waiting.Reader.TryRead(out var next))
            {
                if (next is not null)
                {
                    waiting.Add(next);
                }
            }

            await CommitAsync();
            waiting.ForEach(w => w.TrySetResult());
            waiting.Clear();
        }
    }

    private async Task CommitAsync()
    {
        var devices = _changed.Keys.Where(d => _changed.TryRemove(d, out _)).ToList();
        if (devices.Count == 0)
        {
            return;
        }

#pragma warning disable CA1031 // whatever the store says, it was not kept, and is tried again
        try
        {
            await _store.CommitAsync([.. devices.Select(d => new StateChange(StateChangeKind.Put, Prefix + d, Value: DeviceRecordCodec.Encode(_records[d])))], CancellationToken.None);
            if (_isFailing)
            {
                _isFailing = false;
                _log.LogInformation("What is in force on devices is kept again");
            }
        }
        catch (Exception e)
        {
            devices.ForEach(d => _changed[d] = 0);
            if (!_isFailing)
            {
                _isFailing = true;
                _log.LogError("What is in force on {Devices} cannot be kept over a restart: {Failure}; it is tried again every {Retry:0} s", string.Join(", ", devices), e.Message, Retry.TotalSeconds);
            }

            _again.Change(Retry, Timeout.InfiniteTimeSpan);
        }
#pragma warning restore CA1031
    }
}
