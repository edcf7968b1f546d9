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
    private readonly XmppOptions _options;
    private readonly TimeProvider _time;
    private readonly ConnectionLoop _loop;
    private readonly BackOff _backOff;
    private readonly string _idPrefix = Convert.ToHexString(RandomNumberGenerator.GetBytes(4)).ToLowerInvariant();
    private readonly OctetBudget _budget;
    private readonly XmppLane _own;
    private long _nextId;
    private long _lines;
    private XmppEndpoint? _sentTo;
    private int _sent;
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

    /// <summary>Called with every stanza on the line (true: outgoing). Logins are not shown.</summary>
    public Action<bool, ReadOnlyMemory<byte>>? Trace { get; init; }

    /// <inheritdoc/>
    public Jid? Address => _loop.Address;

    /// <inheritdoc/>
    public string NewId() => $"{_idPrefix}{Interlocked.Increment(ref _nextId):x}";

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
        _loop.Post(core => core.CloseLane(lane, discard));
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
                if (Sent(e.Failure) is { } other)
                {
                    servers.Insert(0, other);
                }
            }
        }

        throw last;
    }

    private async Task<List<XmppEndpoint>> ServersAsync(CancellationToken cancel)
    {
        var servers = _options.Servers.Count > 0 ? _options.Servers : await new ServerResolver(Random.Shared, _options.NameServers).ResolveAsync(_options.Jid.Domain, cancel);

        // Where we were sent, then where the session to be resumed is kept (XEP-0198 §3).
        var wanted = new[] { _sentTo, await _loop.AskAsync(static core => core.Location) }.OfType<XmppEndpoint>();
        _sentTo = null;
        return [.. wanted.Concat(servers).Distinct()];
    }

    private async Task ServeAsync(List<XmppEndpoint> servers, CancellationToken cancel)
    {
        var (line, step) = await LogInAsync(servers, cancel);
        await using (line)
        {
            var since = _time.GetTimestamp();
            var failure = await _loop.ServeAsync(line, step, _options, cancel);
            var lived = _time.GetElapsedTime(since);
            _backOff.SessionEnded(lived, failure.Kind);
            if (lived >= _options.BackOffReset)
            {
                (_sent, _outageSince) = (0, _time.GetTimestamp());
            }

            _sentTo = Sent(failure);
            cancel.ThrowIfCancellationRequested();
            throw new SessionEndedException(failure);
        }
    }

    private async Task<(XmppLine Line, NegotiationStep Step)> LogInAsync(List<XmppEndpoint> servers, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var timer = _time.CreateTimer(_ => limit.Cancel(), null, _options.ConnectTimeout, Timeout.InfiniteTimeSpan);
        XmppLine? line = null;
        XmppEndpoint? server = null;
        try
        {
            (var socket, server) = await new Dialler(_time).ConnectAsync(servers, limit.Token);
            line = new XmppLine(++_lines, socket, _options, _time);
            if (servers.Count > 0 && _options.ConnectTimeout > _options.OtherServerAfter)
            {
                // Another one may be better.
                timer.Change(_options.OtherServerAfter, Timeout.InfiniteTimeSpan);
            }

            var step = await line.LoginAsync(() => _loop.AskAsync(static core => core.Resumption), mayBind: true, limit.Token);
            var result = (line, step);
            line = null;
            return result;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            var who = server?.ToString() ?? string.Join(", ", servers);
            servers.RemoveAll(_ => server is null);
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
    private XmppEndpoint? Sent(XmppFailure failure) => failure.Other is { } other && ++_sent <= _options.MaxRedirects ? other : null;

    private TimeSpan Pause(XmppFailure failure)
    {
        var pause = _backOff.Next(failure.Kind, _time.GetElapsedTime(_outageSince));
        _loop.Tell(new XmppNotice.Waiting(failure, pause));
        return pause;
    }
}
