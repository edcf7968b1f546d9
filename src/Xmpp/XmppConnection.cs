using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Polly;
using Polly.Retry;

namespace DerAgent.Xmpp;

/// <summary>
/// A connection to an XMPP server that is kept up for as long as <see cref="RunAsync"/> runs: dials out, encrypts, logs in, resumes
/// (XEP-0198) or binds anew, pings, and starts over with a growing pause when the line breaks.
/// </summary>
public sealed class XmppConnection : IXmppConnection
{
    private readonly Lock _gate = new();
    private readonly XmppOptions _options;
    private readonly TimeProvider _time;
    private readonly StreamManagement _management = new();
    private readonly RequestTable _requests = new();
    private readonly BackOff _backOff;
    private readonly SessionIntake _intake;
    private readonly Channel<XmppNotice> _notices = Channel.CreateBounded<XmppNotice>(new BoundedChannelOptions(4096) { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly string _idPrefix = Convert.ToHexString(RandomNumberGenerator.GetBytes(4)).ToLowerInvariant();
    private XmppSession? _session;
    private Jid? _address;
    private bool _wasFull;
    private long _nextId;

    /// <summary>A connection; nothing happens before <see cref="RunAsync"/>.</summary>
    /// <param name="options">Where and who.</param>
    /// <param name="services">Answers pings and the like.</param>
    /// <param name="time">Clock and timers.</param>
    public XmppConnection(XmppOptions options, PeerServices services, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time) = (options, time);
        _backOff = new BackOff(options, BackOff.RandomShare);
        _intake = new SessionIntake(_management, _gate, _requests, services, _notices.Writer, this);
    }

    /// <inheritdoc/>
    public ChannelReader<XmppNotice> Notices => _notices.Reader;

    /// <summary>Called with every stanza on the line (true: outgoing). Logins are not shown.</summary>
    public Action<bool, ReadOnlyMemory<byte>>? Trace { get; init; }

    /// <inheritdoc/>
    public Jid? Address => Volatile.Read(ref _address);

    /// <inheritdoc/>
    public string NewId() => $"{_idPrefix}{Interlocked.Increment(ref _nextId):x}";

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancel)
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddRetry(new RetryStrategyOptions
            {
                // Whatever it is: a line that ends for a reason nobody foresaw is dialled again like any other.
                ShouldHandle = a => ValueTask.FromResult(a.Outcome.Exception is not null && !cancel.IsCancellationRequested),
                MaxRetryAttempts = int.MaxValue,
                DelayGenerator = async a => await PauseAsync(a.Outcome.Exception is XmppException known ? known.Failure : XmppFailure.Defect(a.Outcome.Exception!), cancel),
            })
            .Build();
        try
        {
            await pipeline.ExecuteAsync(async token => await ConnectAndServeAsync(token), cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Stopped on purpose.
        }
        finally
        {
            _requests.FailAll();
            _notices.Writer.TryComplete();
        }
    }

    /// <inheritdoc/>
    public bool HasRoom
    {
        get
        {
            lock (_gate)
            {
                var has = _management.Unacknowledged < _options.MaxUnacknowledged / 2 && (_session?.Unwritten ?? 0) < _options.MaxUnwritten / 2;
                _wasFull |= !has;
                return has;
            }
        }
    }

    /// <inheritdoc/>
    public bool TrySend(Stanza stanza, Action? written = null)
    {
        ArgumentNullException.ThrowIfNull(stanza);
        var xml = stanza.ToArray();
        lock (_gate)
        {
            if ((_session is null && _management.Resumption is null) || _management.Unacknowledged >= _options.MaxUnacknowledged || _session?.Unwritten >= _options.MaxUnwritten)
            {
                return false;
            }

            _management.Sent(xml);
            _session?.Send(xml, written);
        }

        Trace?.Invoke(true, xml);
        return true;
    }

    /// <summary>Sends an iq and waits for its answer, an error included.</summary>
    /// <exception cref="XmppException">There is no session, or no answer in time.</exception>
    public async Task<Stanza> RequestAsync(Stanza request, TimeSpan timeout, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var answer = _requests.Add(request);
        try
        {
            if (!TrySend(request))
            {
                throw new XmppException(new(XmppFailureKind.Connection, "there is no session"));
            }

            return await answer.WaitAsync(timeout, _time, cancel);
        }
        catch (TimeoutException e)
        {
            throw new XmppException(new(XmppFailureKind.Silence, $"{request.To?.ToString() ?? "the server"} did not answer within {timeout.TotalSeconds:0.#} s"), e);
        }
        finally
        {
            _requests.Remove(request);
        }
    }

    private async Task ConnectAndServeAsync(CancellationToken cancel)
    {
        var servers = _options.Servers.Count > 0 ? _options.Servers : await new ServerResolver(Random.Shared, _options.NameServers).ResolveAsync(_options.Jid.Domain, cancel);
        if (_management.Location is { } location)
        {
            // Where the session to be resumed is kept (XEP-0198 §3).
            servers = [location, .. servers];
        }

        var last = new XmppException(new(XmppFailureKind.Connection, $"{_options.Jid.Domain} offers no XMPP service"));
        foreach (var server in servers)
        {
            try
            {
                await ServeAsync(server, cancel);
            }
            catch (XmppException e)
            {
                last = e;
                if (e is SessionEndedException)
                {
                    break;
                }
            }
        }

        throw last;
    }

    private async Task ServeAsync(XmppEndpoint server, CancellationToken cancel)
    {
        await using var session = new XmppSession(_options, _management, _gate, _time, TellRoom);
        NegotiationStep step;
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel))
        {
            limit.CancelAfter(_options.ConnectTimeout);
            try
            {
                step = await session.OpenAsync(server, limit.Token);
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                throw new XmppException(new(XmppFailureKind.Connection, $"{server} did not complete the login within {_options.ConnectTimeout.TotalSeconds:0} s"));
            }
            catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or CryptographicException)
            {
                throw new XmppException(new(XmppFailureKind.Connection, $"{server}: the line broke during the login: {e.Message}"), e);
            }
        }

        var since = _time.GetTimestamp();
        var failure = XmppFailure.Closed;
        var mayResume = false;
        try
        {
            failure = await AttachAsync(session, step, cancel) ?? await ServeUntilEndAsync(session, cancel);
        }
        finally
        {
            mayResume = Detach(failure.Kind);
        }

        _backOff.SessionEnded(_time.GetElapsedTime(since));
        await _notices.Writer.WriteAsync(new XmppNotice.Disconnected(failure, mayResume), cancel);
        throw new SessionEndedException(failure);
    }

    /// <summary>Something went out or was acknowledged: whoever found no room is told when there is.</summary>
    internal void TellRoom()
    {
        lock (_gate)
        {
            if (!_wasFull)
            {
                return;
            }
        }

        if (HasRoom && _notices.Writer.TryWrite(new XmppNotice.Room()))
        {
            lock (_gate)
            {
                _wasFull = false;
            }
        }
    }

    /// <summary>The session is gone; whether it may be resumed. What a server sent once it sends again after resuming: where that was the cause, a new session is bound.</summary>
    private bool Detach(XmppFailureKind cause)
    {
        lock (_gate)
        {
            _session = null;
            var mayResume = _management.Resumption is not null && cause is XmppFailureKind.Connection or XmppFailureKind.Silence or XmppFailureKind.Closed;
            if (!mayResume)
            {
                _management.Reset();
                _requests.FailAll();
            }

            return mayResume;
        }
    }

    /// <summary>The session serves from now on. A failure where it ended at once.</summary>
    private async Task<XmppFailure?> AttachAsync(XmppSession session, NegotiationStep step, CancellationToken cancel)
    {
        IReadOnlyList<StreamEvent> early = [];
        lock (_gate)
        {
            switch (step)
            {
                case NegotiationStep.Bound bound:
                    // What was kept for a session that could not be resumed is gone with it, and so are the answers.
                    Volatile.Write(ref _address, bound.Address);
                    _management.Reset(bound.Management);
                    _requests.FailAll();
                    early = bound.Early ?? [];
                    break;
                case NegotiationStep.Resumed { Handled: var h } when !_management.Acknowledge(h):
                    return new(XmppFailureKind.Protocol, $"the server resumed with h=\"{h}\", which fits nothing we sent");
                case NegotiationStep.Resumed:
                    session.Watch.Resumed();
                    session.RequestAcknowledge();
                    foreach (var xml in _management.ToResend())
                    {
                        session.Send(xml);
                    }

                    break;
            }

            _session = session;
        }

        var resumed = step is NegotiationStep.Resumed;
        await _notices.Writer.WriteAsync(new XmppNotice.Connected(_address!, resumed), cancel);

        if (!resumed)
        {
            TrySend(Stanza.Iq("get", NewId(), null, Encoding.UTF8.GetBytes($"<query xmlns=\"{Namespaces.Roster}\"/>")));
            TrySend(Stanza.Presence(null, null, Encoding.UTF8.GetBytes($"<priority>{_options.Priority}</priority>")));
        }

        foreach (var stanza in early)
        {
            if (await _intake.TakeAsync(session, stanza, isCounted: false, cancel) is { } failure)
            {
                return failure;
            }
        }

        return null;
    }

    private async Task<XmppFailure> ServeUntilEndAsync(XmppSession session, CancellationToken cancel)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var reading = GuardAsync(_intake.RunAsync(session, stop.Token));
        var writing = GuardAsync(session.WriteLoopAsync(stop.Token));
        var watching = GuardAsync(WatchLoopAsync(session, stop.Token));
        var first = await Task.WhenAny(reading, writing, watching);
        if (cancel.IsCancellationRequested)
        {
            await stop.CancelAsync();
            await Task.WhenAll(reading, writing, watching);
            await session.CloseAsync();
            cancel.ThrowIfCancellationRequested();
        }

        var failure = await first;
        await stop.CancelAsync();
        await Task.WhenAll(reading, writing, watching);
        return failure;
    }

    /// <summary>A loop that ends by a defect ends its session and nothing else.</summary>
    private static async Task<XmppFailure> GuardAsync(Task<XmppFailure> loop)
    {
#pragma warning disable CA1031 // whatever it is, the connection must live on
        try
        {
            return await loop;
        }
        catch (Exception e)
        {
            return XmppFailure.Defect(e);
        }
#pragma warning restore CA1031
    }

    /// <summary>Pings a silent server and asks for acknowledgements that are long in coming.</summary>
    private async Task<XmppFailure> WatchLoopAsync(XmppSession session, CancellationToken cancel)
    {
        var step = TimeSpan.FromMilliseconds(Math.Clamp(Math.Min(_options.PingTimeout.TotalMilliseconds, _options.AcknowledgeInterval.TotalMilliseconds) / 3, 50, 5_000));
        using var timer = new PeriodicTimer(step, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel))
            {
                switch (session.Watch.Next(HasUnacknowledged()))
                {
                    case WatchStep.Ping:
                        TrySend(Stanza.Iq("get", NewId(), Jid.Parse(_options.Jid.Domain), Encoding.UTF8.GetBytes($"<ping xmlns=\"{Namespaces.Ping}\"/>")));
                        break;
                    case WatchStep.RequestAcknowledge:
                        session.RequestAcknowledge();
                        break;
                    case WatchStep.Silent:
                        return new(XmppFailureKind.Silence, $"the server has been silent for {session.Watch.Silence.TotalSeconds:0} s and did not answer a ping");
                    case WatchStep.Deaf:
                        return new(XmppFailureKind.Deaf, $"the server resumed the session and acknowledged nothing for {_options.PingTimeout.TotalSeconds:0.#} s; a new session is bound");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The session ended elsewhere.
        }

        return XmppFailure.Closed;
    }

    private bool HasUnacknowledged()
    {
        lock (_gate)
        {
            return _management.Unacknowledged > 0;
        }
    }

    private async ValueTask<TimeSpan?> PauseAsync(XmppFailure failure, CancellationToken cancel)
    {
        var pause = _backOff.Next(failure.Kind);
        await _notices.Writer.WriteAsync(new XmppNotice.Waiting(failure, pause), cancel);
        return pause;
    }
}
