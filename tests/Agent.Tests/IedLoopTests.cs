using DerAgent.Acsi;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Scl;
using DerAgent.Security;
using DerAgent.Storage;
using DerAgent.Tests;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Agent.Tests;

/// <summary>The one writer of an IED: where its messages run, and what becomes of what they bring about.</summary>
public sealed class IedLoopTests : IProcessOutput, IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 25, 12, 0, 0, TimeSpan.Zero));
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _defects = [];
    private readonly IedLoop _loop;
    private readonly Task _running;

    public IedLoopTests()
    {
        var model = SclLoader.Load(Path.Combine(Corpus.Root, "scl", "pv-inverter.cid")).Model!;
        var store = new MemoryStore();
        var server = new AcsiServer(model, new(this, store, new Authority(), new XerMeasure()), new(), _time);
        _loop = new(server, store, this, new FileWorker(null).Serve, new() { CommitInterval = TimeSpan.Zero, LazyInterval = TimeSpan.Zero }, _time) { OnDefect = (what, e) => _defects.Add($"{what}: {e.Message}") };
        _running = _loop.RunAsync(_stop.Token);
    }

    bool IProcessOutput.IsBound(DataNode leaf) => false;

    void IProcessOutput.Start(ProcessCommand command)
    {
    }

    void IProcessOutput.LetGo(DataNode leaf)
    {
    }

    void IProcessOutput.ShowFailSafe(DataNode leaf, bool isActive, bool isExpired, bool isBlocked)
    {
        // Nobody looks.
    }

    void IProcessOutput.Withdraw(long id)
    {
    }

    public void Dispose() => _stop.Dispose();

    [Fact] // an exchange on an idle agent changes no threads
    public void A_message_to_an_idle_loop_runs_at_once_where_it_is_posted()
    {
        var thread = 0;
        _loop.Post(_ => thread = Environment.CurrentManagedThreadId);
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
    }

    [Fact] // the codec runs outside the loop: what takes its time there keeps nobody's message waiting
    public void While_one_thread_encodes_the_loop_takes_the_messages_of_others()
    {
        var (taken, isFirst) = (false, true);
        _loop.Afterwards = () =>
        {
            if (isFirst)
            {
                isFirst = false;
                var other = new Thread(() => _loop.Post(_ => taken = true));
                other.Start();
                other.Join();
                Assert.True(taken);
            }
        };
        _loop.Post(_ => Assert.False(taken));
        Assert.True(taken);
        Assert.Empty(_defects);
    }

    [Fact]
    public void A_message_that_throws_is_told_and_the_next_one_runs()
    {
        var ran = false;
        _loop.Post(_ => throw new InvalidOperationException("nobody foresaw this"));
        _loop.Post(_ => ran = true);
        Assert.True(ran);
        Assert.Equal(["a message to the server: nobody foresaw this"], _defects);
    }

    [Fact] // its request is answered, whatever broke after it was served
    public void A_request_whose_message_throws_is_answered_that_it_failed()
    {
        var key = new AssociationKey("dso", "a@dso.example/1", "1");
        var answers = new List<MmsPdu>();
        _loop.OnEffect = e => answers.AddRange(e is AcsiEffect.Respond respond ? [respond.Pdu] : []);
        _loop.Post(server => server.Associate(new(key, new("a@dso.example", Right.View, [])), new() { LocalDetailCalling = 65_000 }));
        _loop.Post(server =>
        {
            server.Handle(server.Find(key)!, "iq1", new ConfirmedRequest(1, new IdentifyRequest()));
            throw new InvalidOperationException("nobody foresaw this");
        });
        Assert.IsType<ConfirmedError>(Assert.Single(answers));
    }

    [Fact]
    public async Task What_is_due_runs_by_itself_until_the_loop_is_stopped()
    {
        var key = new AssociationKey("dso", "a@dso.example/1", "1");
        var ended = new List<string>();
        _loop.OnEffect = e => ended.AddRange(e is AcsiEffect.Ended end ? [end.Reason] : []);
        _loop.Post(server => server.Associate(new(key, new("a@dso.example", Right.View, [])), new() { LocalDetailCalling = 65_000 }));
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(["idle"], ended);
        await _stop.CancelAsync();
        await _running;
        var ran = false;
        _loop.Post(_ => ran = true);
        Assert.False(ran);
        await _loop.DisposeAsync();
    }
}
