using System.Collections.Concurrent;
using System.Diagnostics;
using DerAgent.Acsi;
using DerAgent.Agent;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Security;

namespace DerAgent.Benchmarks;

/// <summary>A server with its loop and its store on disk; clients that take reports as fast as they come. What it takes from a measurement to its report is noted.</summary>
internal sealed class StoredServer : IProcessOutput, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<MmsPdu>> _asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Association> _peers = [];
    private readonly Task _running;
    private readonly long[] _posted;
    private readonly List<double> _delays = [];
    private uint _invokeId;

    /// <param name="model">The model.</param>
    /// <param name="part">Its part of the store.</param>
    /// <param name="measurements">As many as are measured at most.</param>
    /// <param name="files">Where its files are; null: it has none.</param>
    public StoredServer(IedModel model, IServerStore part, int measurements, FileWorker? files = null)
    {
        Model = model;
        _posted = new long[measurements];
        var server = new AcsiServer(model, new(this, part, new Authority(), new XerMeasure()) { Stored = part.Load() }, new(), TimeProvider.System);
        Loop = new(server, part, this, (files ?? new FileWorker(null)).Serve, new OutboxOptions(), TimeProvider.System) { OnEffect = Take, OnDefect = static (what, e) => throw new InvalidOperationException(what, e) };
        _running = Loop.RunAsync(_stop.Token);
    }

    public IedModel Model { get; }

    public IedLoop Loop { get; }

    /// <summary>Reports that left.</summary>
    public long Reports { get; private set; }

    /// <summary>Milliseconds from a measurement to its report, since the last call; on the loop.</summary>
    public async Task<List<double>> TakeDelaysAsync()
    {
        var taken = new TaskCompletionSource<List<double>>(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(_ =>
        {
            taken.SetResult([.. _delays]);
            _delays.Clear();
        });
        return await taken.Task;
    }

    /// <summary>A client associates.</summary>
    public async Task AssociateAsync(string name)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Loop.Post(server =>
        {
            var key = new AssociationKey("x", $"{name}@b/c", "1");
            server.Associate(new(key, new(key.BarePeer, (Right)(-1), ["*"])), new InitiateRequest());
            _peers[name] = server.Find(key)!;
            done.SetResult();
        });
        await done.Task;
    }

    /// <summary>A client asks; the answer.</summary>
    public Task<MmsPdu> AskAsync(string name, ServiceRequest request)
    {
        var id = Interlocked.Increment(ref _invokeId);
        var answer = new TaskCompletionSource<MmsPdu>(TaskCreationOptions.RunContinuationsAsynchronously);
        _asked[$"{id}"] = answer;
        Loop.Post(server => server.Handle(_peers[name], $"{id}", new ConfirmedRequest(id, request)));
        return answer.Task;
    }

    /// <summary>A client sets something.</summary>
    public async Task WriteAsync(string name, string item, DataValue value)
    {
        var request = new WriteRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", item))]), [value]);
        if (await AskAsync(name, request) is not ConfirmedResponse { Service: WriteResponse { Results: [null] } })
        {
            throw new InvalidOperationException($"{item} was refused");
        }
    }

    /// <summary>Measures the numbers from <paramref name="first"/> on, each a snapshot of its own, evenly.</summary>
    /// <param name="leaves">Where, in turn.</param>
    /// <param name="first">The first number.</param>
    /// <param name="count">How many.</param>
    /// <param name="perSecond">How many a second.</param>
    public void Measure(IReadOnlyList<DataNode> leaves, int first, int count, double perSecond)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            while (Stopwatch.GetElapsedTime(start).TotalSeconds * perSecond < i)
            {
                // Real time is what is measured here: so many a second, evenly.
                Thread.Sleep(1);
            }

            var number = first + i;
            _posted[number] = Stopwatch.GetTimestamp();
            Loop.Post(s => s.Update([new ProcessValue(leaves[number % leaves.Count].FirstSlot, DataValue.Float32(number), Quality.Good, DateTimeOffset.UtcNow)]));
        }
    }

    public bool IsBound(DataNode leaf) => false;

    public void Start(ProcessCommand command)
    {
    }

    public void LetGo(DataNode leaf)
    {
    }

    public void ShowFailSafe(DataNode leaf, bool isActive, bool isExpired, bool isBlocked)
    {
        // Nobody looks.
    }

    public void Withdraw(long id)
    {
    }

    public async ValueTask DisposeAsync()
    {
        await Loop.RetireAsync();
        await _stop.CancelAsync();
        await _running;
        await Loop.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>On the loop.</summary>
    private void Take(AcsiEffect effect)
    {
        switch (effect)
        {
            case AcsiEffect.Respond respond when _asked.TryRemove(respond.RequestId, out var answer):
                answer.SetResult(respond.Pdu);
                break;
            case AcsiEffect.SendReport report:
                Reports++;
                var value = report.Entry.Members[0].Value;
                while (value.Items.Count > 0)
                {
                    value = value.Items[0];
                }

                if (report.Entry.Trigger == TriggerConditions.None && (int)value.AsDouble() is > 0 and var number)
                {
                    _delays.Add(Stopwatch.GetElapsedTime(_posted[number]).TotalMilliseconds);
                }

                Loop.Post(s => s.ReportSent(report.Association, report.Ticket));
                break;
        }
    }
}
