using System.Threading.Channels;
using DerAgent.Acsi;

namespace DerAgent.Agent;

/// <summary>The one writer of an IED: everything that touches the server passes through here, one message after the other.</summary>
/// <remarks>An idle loop takes a message on the thread that posts it: a request costs no change of threads. Whoever posts holds no lock that an effect might need.</remarks>
public sealed class IedLoop : IAsyncDisposable
{
    private readonly Channel<Action<AcsiServer>> _messages = Channel.CreateUnbounded<Action<AcsiServer>>(new() { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly AcsiServer _server;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    /// <summary>A loop around a server.</summary>
    public IedLoop(AcsiServer server, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _server = server;
        _time = time;
        _timer = time.CreateTimer(_ => Post(static s => s.Tick()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Called with each effect, in order, on the loop.</summary>
    public Action<AcsiEffect> OnEffect { get; set; } = static _ => { };

    /// <summary>Called when a message or an effect failed: a defect of ours. The loop goes on; one peer's message must not end the others' service.</summary>
    public Action<string, Exception> OnDefect { get; set; } = static (_, _) => { };

    /// <summary>Queues a message; it runs on the loop.</summary>
    public void Post(Action<AcsiServer> message) => _messages.Writer.TryWrite(message);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (await _messages.Reader.WaitToReadAsync(cancel))
            {
                while (_messages.Reader.TryRead(out var message))
                {
                    Process(message);
                }

                Arm();
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _messages.Writer.TryComplete();
        await _timer.DisposeAsync();
    }

    private void Process(Action<AcsiServer> message)
    {
#pragma warning disable CA1031 // whatever it is, the loop must live on
        IReadOnlyList<AcsiEffect> effects = [];
        try
        {
            message(_server);
            effects = _server.TakeEffects();
        }
        catch (Exception e)
        {
            // What it did is undone; the next message finds the server as the last one left it.
            _server.Undo();
            OnDefect("a message to the server", e);
        }

        foreach (var effect in effects)
        {
            try
            {
                OnEffect(effect);
            }
            catch (Exception e)
            {
                OnDefect(effect.ToString(), e);
            }
        }
#pragma warning restore CA1031
    }

    private void Arm()
    {
        if (_server.NextDue is not { } due)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        // Rounded up: a timer that fires a moment early would only be armed again.
        var rest = due - _time.GetUtcNow();
        _timer.Change(rest > TimeSpan.Zero ? TimeSpan.FromMilliseconds(Math.Min(Math.Ceiling(rest.TotalMilliseconds), uint.MaxValue - 2)) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
