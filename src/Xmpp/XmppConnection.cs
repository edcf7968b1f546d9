using System.Security.Cryptography;
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
    private readonly TimeProvider _time;
    private readonly ConnectionLoop _loop;
    private readonly BackOff _backOff;
    private readonly string _idPrefix = Convert.ToHexString(RandomNumberGenerator.GetBytes(4)).ToLowerInvariant();
    private readonly OctetBudget _budget;
    private readonly SaltedPasswords _salted = new();
    private readonly XmppLane _own;
    private volatile XmppOptions _options;
    private volatile XmppLine? _line;
    private int _isRenewing;
    private long _nextId;
    private long _lines;
    private XmppEndpoint? _sentTo;
    private int _redirects;
    private long _outageSince;

    /// <summary>A connection; nothing happens before <see cref="RunAsync"/>.</summary>
    /// <param name="options">Where and who.</param>
    /// <param name="services">Answers pings and the like.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="whole">What all connections together may hold, or null.</param>
    public XmppConnection(XmppOptions options, PeerServices services, TimeProvider time, OctetBudget? whole = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        (_options, _time) = (options, time);
        _backOff = new BackOff(options, BackOff.RandomShare);
        _budget = new(options.MaxHeld, whole);
        var core = new ConnectionCore(options, services, _budget, NewId) { Trace = (outgoing, xml) => Trace?.Invoke(outgoing, xml) };
        _own = core.Output.Own;
        _loop = new(core, time);
    }

    /// <inheritdoc/>
    public ChannelReader<XmppNotice> Notices => _loop.Notices;

    /// <summary>Called with every stanza on the line (true: outgoing), on the connection's loop. Logins are not shown, and nothing that strangers send.</summary>
    public Action<bool, ReadOnlyMemory<byte>>? Trace { get; init; }

    /// <summary>Remembers which servers let us in; null: nobody does.</summary>
    public IKnownServers? KnownServers { get; init; }

    /// <inheritdoc/>
    public Jid? Address => _loop.Address;

    /// <inheritdoc/>
    public string NewId() => $"{_idPrefix}{Interlocked.Increment(ref _nextId):x}";

    /// <inheritdoc/>
    public void Beat(Action answer) => _loop.Beat(answer);

    /// <inheritdoc/>
    public XmppLane OpenLane(string name)
    {
        var lane = new XmppLane(name, _budget, _options.MaxLane);
        _loop.Post(core => core.Output.Open(lane));
        return lane;
    }

    /// <inheritdoc/>
    public void CloseLane(XmppLane lane, bool discard)
    {
        ArgumentNullException.ThrowIfNull(lane);
        lane.IsClosed = true;
        _loop.Post(core => core.Output.Close(lane, discard));
    }

    /// <inheritdoc/>
    public bool TrySend(IReadOnlyList<Stanza> stanzas, XmppLane? lane = null, bool isUrgent = false, Action? written = null)
    {
        ArgumentNullException.ThrowIfNull(stanzas);
        lane ??= _own;
        if (!_loop.IsTaking)
        {
            return false;
        }

        var traits = isUrgent ? StanzaTraits.Urgent : StanzaTraits.None;
        OutgoingStanza[] outgoing = [.. stanzas.Select((s, i) => OutgoingStanza.Of(s, traits, i == stanzas.Count - 1 ? written : null))];
        if (!lane.TryTake(outgoing.Sum(static o => o.Cost)))
        {
            return false;
        }

        _loop.Post(core => core.Send(lane, outgoing, _loop.Now));
        return true;
    }

    /// <summary>Sends an iq and waits for its answer, an error included.</summary>
    /// <exception cref="XmppException">There is no session, or no answer in time.</exception>
    public async Task<Stanza> RequestAsync(Stanza request, TimeSpan timeout, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        var answer = new TaskCompletionSource<Stanza>(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(core => core.Requests.Add(request, answer));
        try
        {
            if (!this.TrySend(request))
            {
                throw new XmppException(new(XmppFailureKind.Connection, "there is no session, or no room in it"));
            }

            return await answer.Task.WaitAsync(timeout, _time, cancel);
        }
        catch (TimeoutException e)
        {
            throw new XmppException(new(XmppFailureKind.Silence, $"{request.To?.ToString() ?? "the server"} did not answer within {timeout.TotalSeconds:0.#} s"), e);
        }
        finally
        {
            _loop.Post(core => core.Requests.Remove(request));
        }
    }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken cancel)
    {
        _outageSince = _time.GetTimestamp();
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddRetry(new RetryStrategyOptions
            {
                // Whatever it is: a line that ends for a reason nobody foresaw is dialled again like any other.
                ShouldHandle = a => ValueTask.FromResult(a.Outcome.Exception is not null && !cancel.IsCancellationRequested),
                MaxRetryAttempts = int.MaxValue,
                DelayGenerator = a => ValueTask.FromResult<TimeSpan?>(Pause(a.Outcome.Exception is XmppException known ? known.Failure : XmppFailure.Defect(a.Outcome.Exception!))),
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
            _loop.End();
        }
    }

    /// <summary>Goes through the servers once, and serves with the first that lets us in until that session ends.</summary>
    private async Task ConnectAndServeAsync(CancellationToken cancel)
    {
        var servers = await ServersAsync(cancel);
        var last = new XmppException(new(XmppFailureKind.Connection, $"{_options.Jid.Domain} offers no XMPP service"));
        while (servers.Count > 0)
        {
            try
            {
                await ServeAsync(servers, cancel);
            }
            catch (SessionEndedException)
            {
                throw;
            }
            catch (XmppException e)
            {
                last = e;
                if (e.Failure.IsRefused)
                {
                    // The servers of a list share their accounts: each try counts.
                    break;
                }

                if (NextRedirect(e.Failure) is { } other)
                {
                    servers.Insert(0, other);
                }
            }
        }

        throw last;
    }

    private async Task<List<XmppEndpoint>> ServersAsync(CancellationToken cancel)
    {
        var servers = _options.Servers.Count > 0 ? _options.Servers : await new ServerResolver(Random.Shared, _options.NameServers).ResolveAsync(_options.Jid.Domain, KnownServers?.Servers.Select(s => s.Server) ?? [], cancel);

        // Where we were sent, then where the session to be resumed is kept (XEP-0198 §3).
        var wanted = new[] { _sentTo, await _loop.AskAsync(static core => core.Location) }.OfType<XmppEndpoint>();
        _sentTo = null;
        return [.. wanted.Concat(servers).Distinct()];
    }

    private async Task ServeAsync(List<XmppEndpoint> servers, CancellationToken cancel)
    {
        var (line, step) = await LogInAsync(servers, _options, () => _loop.AskAsync(static core => core.Resumption), mayBind: true, cancel);
        var since = _time.GetTimestamp();
        _line = line;
        _loop.Attach(line, step);
        if (line.RemoteAddress is { } address)
        {
            KnownServers?.Served(new(line.Server, address));
        }

        var failure = XmppFailure.Closed;
        for (var next = line; next is not null;)
        {
            await using var serving = next;
            (failure, next) = await _loop.ServeAsync(serving, _options, cancel);
            _line = next;
        }

        var lived = _time.GetElapsedTime(since);
        _backOff.SessionEnded(lived, failure.Kind);
        if (lived >= _options.BackOffReset)
        {
            (_redirects, _outageSince) = (0, _time.GetTimestamp());
        }

        _sentTo = NextRedirect(failure);
        cancel.ThrowIfCancellationRequested();
        throw new SessionEndedException(failure);
    }

    /// <inheritdoc/>
    public async Task<XmppFailure?> RenewAsync(XmppOptions options, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (Interlocked.Exchange(ref _isRenewing, 1) != 0)
        {
            return new(XmppFailureKind.NotResumed, "the line is being renewed already");
        }

        try
        {
            if (_line is not { } old || !_loop.IsServing)
            {
                // Nothing is there to be kept: the next login is with the new options.
                _options = options;
                return null;
            }

            if (old.Fault(options) is { } distrusted)
            {
                // An anchor that was taken away is not trusted for a moment longer.
                _options = options;
                var end = new XmppFailure(XmppFailureKind.Tls, distrusted);
                _loop.Break(old, end);
                return end;
            }

            return await HandOverAsync(old, options, cancel);
        }
        finally
        {
            Volatile.Write(ref _isRenewing, 0);
        }
    }

    private async Task<XmppFailure?> HandOverAsync(XmppLine old, XmppOptions options, CancellationToken cancel)
    {
        try
        {
            List<XmppEndpoint> servers = [old.Server];
            var (line, step) = await LogInAsync(servers, options, () => _loop.HandOverAsync(options.PingTimeout), mayBind: false, cancel);
            if (await _loop.TakeOverAsync(line, step))
            {
                _line = line;
            }
            else
            {
                // The session was given up meanwhile: the next login is with the new options.
                await line.DisposeAsync();
            }

            _options = options;
            return null;
        }
#pragma warning disable CA1031 // whatever it is, the old line must go on, or come to its end
        catch (Exception e)
        {
            _loop.Post(core => core.Return(_loop.Now));
            cancel.ThrowIfCancellationRequested();
            var failure = e is XmppException known ? known.Failure : XmppFailure.Defect(e);
            if (_loop.IsServing || failure.Kind is XmppFailureKind.Authentication or XmppFailureKind.Tls)
            {
                return failure;
            }

            // The old line broke meanwhile, and nobody has said that the new options are wrong.
            _options = options;
            return null;
        }
#pragma warning restore CA1031
    }

    private async Task<(XmppLine Line, NegotiationStep Step)> LogInAsync(List<XmppEndpoint> servers, XmppOptions options, Func<Task<Resumption?>> resumption, bool mayBind, CancellationToken cancel)
    {
        using var timer = new CancellationTokenSource(options.ConnectTimeout, _time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel, timer.Token);
        XmppLine? line = null;
        XmppEndpoint? server = null;
        try
        {
            (var socket, server) = await new Dialler(_time, KnownServers).ConnectAsync(servers, limit.Token);
            line = new XmppLine(Interlocked.Increment(ref _lines), server, socket, options, _time);
            if (servers.Count > 0 && options.ConnectTimeout > options.OtherServerAfter)
            {
                // Another one may be better.
                timer.CancelAfter(options.OtherServerAfter);
            }

            var step = await line.LoginAsync(resumption, mayBind, _salted, limit.Token);
            var result = (line, step);
            line = null;
            return result;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            var who = server?.ToString() ?? string.Join(", ", servers);
            if (server is null)
            {
                // None of them took the connection.
                servers.Clear();
            }

            throw new XmppException(new(XmppFailureKind.Connection, $"{who} did not complete the login in time"));
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or CryptographicException)
        {
            throw new XmppException(new(XmppFailureKind.Connection, $"{server}: the line broke during the login: {e.Message}"), e);
        }
        finally
        {
            if (line is not null)
            {
                await line.DisposeAsync();
            }
        }
    }

    /// <summary>Where the server sends us, unless it is the fourth in a row (RFC 6120 §4.9.3.19). In the clear nobody sends us anywhere.</summary>
    private XmppEndpoint? NextRedirect(XmppFailure failure) => failure.Other is { } other && ++_redirects <= _options.MaxRedirects ? other : null;

    private TimeSpan Pause(XmppFailure failure)
    {
        var pause = _backOff.Next(failure, _time.GetElapsedTime(_outageSince));
        _loop.Tell(new XmppNotice.Waiting(failure, pause));
        return pause;
    }
}
