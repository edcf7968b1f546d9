using System.Globalization;
using System.Security.Cryptography;
using System.Threading.Channels;
using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Xmpp;

namespace DerAgent.Client;

/// <summary>An ACSI client with one association (IEC 61850-7-2 over XMPP).</summary>
internal sealed class AcsiClient : IAsyncDisposable
{
    private readonly AcsiClientOptions _options;
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly XmppConnection _xmpp;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<InformationReport> _reports = Channel.CreateBounded<InformationReport>(1024);
    private readonly Task _running;
    private readonly Task _reading;
    private readonly Lock _gate = new();
    private readonly AssociationEnd _end;
    private XmppFailure? _lastFailure;
    private FileOffer? _offer;

    private AcsiClient(AcsiClientOptions options, TimeProvider time, Action<bool, ReadOnlyMemory<byte>>? trace)
    {
        _options = options;
        _end = new(options.AssociationId ?? RandomNumberGenerator.GetInt32(1, 1_000).ToString(CultureInfo.InvariantCulture), options.Dialect);
        var services = new PeerServices(options.Xmpp.Jid, new("client", "bot", "der-agent client", []), j => j == options.Server.Bare);
        // An answer of the greatest PDU may hold more elements than a server should take from strangers.
        var limits = options.Xmpp.Limits with { MaxElements = Math.Max(options.Xmpp.Limits.MaxElements, options.MaxPduSize) };
        _xmpp = new XmppConnection(options.Xmpp with { Limits = limits }, services, time) { Trace = trace };
        _running = _xmpp.RunAsync(_stop.Token);
        _reading = ReadAsync();
    }

    /// <summary>What the server sent unasked: reports and control notices, in order. The oldest wait; a full channel stops the reading.</summary>
    public ChannelReader<InformationReport> InformationReports => _reports.Reader;

    /// <summary>Ends when the association is lost: the server aborts it, to us it goes offline (IEC TR 61850-80-3 §7.5.4), or our own session could not be resumed.</summary>
    public Task Aborted => _aborted.Task;

    /// <summary>What was negotiated.</summary>
    public InitiateResponse? Association { get; private set; }

    /// <summary>The XMPP connection underneath.</summary>
    public XmppConnection Connection => _xmpp;

    /// <summary>Connects and associates.</summary>
    /// <exception cref="XmppException">The XMPP server or the agent cannot be reached.</exception>
    /// <exception cref="AcsiException">The agent refuses.</exception>
    public static async Task<AcsiClient> ConnectAsync(AcsiClientOptions options, TimeProvider time, Action<bool, ReadOnlyMemory<byte>>? trace, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(options);
        var client = new AcsiClient(options, time, trace);
        try
        {
            await client.WaitForSessionAsync(time, cancel);
            // The agent learns of our presence, and of its end, without a roster (RFC 6121 §4.6).
            client._xmpp.TrySend(Stanza.Presence(null, options.Server));
            await client.AssociateAsync(cancel);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the server may read of us while it obtains a file (ISO 9506-2 annex D.2); null: nothing.</summary>
    public FileOffer? Offer
    {
        get => Volatile.Read(ref _offer);
        set => Volatile.Write(ref _offer, value);
    }

    /// <summary>Octets of a file that fit a PDU.</summary>
    public int FilePart => (Math.Min(_end.MaxPduSize, _options.MaxPduSize) - FileOffer.Envelope) / 2;

    /// <summary>One confirmed service.</summary>
    /// <exception cref="AcsiException">The server answered with an error.</exception>
    public Task<T> RequestAsync<T>(ServiceRequest service, CancellationToken cancel)
        where T : ServiceResponse => RequestAsync<T>(service, _options.RequestTimeout, cancel);

    /// <summary>One confirmed service that may take its time.</summary>
    /// <param name="service">The service.</param>
    /// <param name="timeout">How long to wait for the answer.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="AcsiException">The server answered with an error.</exception>
    public async Task<T> RequestAsync<T>(ServiceRequest service, TimeSpan timeout, CancellationToken cancel)
        where T : ServiceResponse
    {
        AskedRequest? request;
        lock (_gate)
        {
            request = _end.Ask(service);
        }

        if (request is null)
        {
            throw new AcsiException($"{_end.MaxOutstanding} requests are outstanding, as many as were negotiated");
        }

        try
        {
            return await ExchangeAsync(request.Iq, request.Content, timeout, cancel) switch
            {
                ConfirmedResponse { Service: T response } answer when answer.InvokeId == request.InvokeId => response,
                ConfirmedError error => throw new AcsiException(error.Error.ToString(), error.Error),
                RejectPdu reject => throw new AcsiException($"rejected: {reject.Reason}"),
                var other => throw new AcsiException($"unexpected answer {other.GetType().Name}"),
            };
        }
        finally
        {
            lock (_gate)
            {
                _end.Forget(request.InvokeId);
            }
        }
    }

    /// <summary>Sends any PDU as an iq and gives the PDU of the answer.</summary>
    public Task<MmsPdu> ExchangeAsync(MmsPdu pdu, CancellationToken cancel) => ExchangeAsync(ServiceTable.IqTypeOf(pdu), AssociationEnvelope.Write(_end.Id, pdu, _end.Dialect), _options.RequestTimeout, cancel);

    private async Task<MmsPdu> ExchangeAsync(IqType type, byte[] content, TimeSpan timeout, CancellationToken cancel)
    {
        var answer = await _xmpp.RequestAsync(Stanza.Iq(type.Name(), _xmpp.NewId(), _options.Server, content), timeout, cancel);
        if (answer.Type == "error")
        {
            var error = StanzaError.Of(answer);
            throw new AcsiException(error.Condition == "service-unavailable"
                ? $"{_options.Server} does not answer (service-unavailable): it is offline, has another resource than that, or may not be seen by this account"
                : $"{_options.Server} answered {error}");
        }

        var body = AssociationEnvelope.Read(answer.Element!.Xml, out var fault) ?? throw new AcsiException($"the answer makes no sense: {fault}");
        var result = _end.Read(body);
        return result.Pdu ?? throw new AcsiException($"the answer cannot be read: {result.Description}");
    }

    /// <summary>Ends the association.</summary>
    public async Task ReleaseAsync(CancellationToken cancel)
    {
        if (Association is not null)
        {
            Association = null;
            await ExchangeAsync(new ConcludeRequest(), cancel);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Association is not null)
        {
            try
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
                await ReleaseAsync(limit.Token);
            }
            catch (Exception e) when (e is XmppException or AcsiException or OperationCanceledException)
            {
                // The end of the stream ends the association as well.
            }
        }

        await _stop.CancelAsync();
        await _running;
        await _reading;
        _stop.Dispose();
    }

    private async Task WaitForSessionAsync(TimeProvider time, CancellationToken cancel)
    {
        try
        {
            await _connected.Task.WaitAsync(_options.ConnectTimeout, time, cancel);
        }
        catch (TimeoutException e)
        {
            throw new XmppException(_lastFailure ?? new(XmppFailureKind.Connection, "no XMPP server answered in time"), e);
        }
    }

    private async Task AssociateAsync(CancellationToken cancel)
    {
        var request = new InitiateRequest
        {
            LocalDetailCalling = _options.MaxPduSize,
            DataStructureNestingLevel = MmsCodec.DefaultNesting,
            ParameterCbb = ParameterCbb.Iec61850,
            ServicesSupportedCalling = ServiceSupport.Of(
                MmsService.Identify, MmsService.Read, MmsService.Write, MmsService.GetNameList, MmsService.GetVariableAccessAttributes, MmsService.GetNamedVariableListAttributes, MmsService.DefineNamedVariableList,
                MmsService.DeleteNamedVariableList, MmsService.ReadJournal, MmsService.InitializeJournal, MmsService.ObtainFile, MmsService.FileOpen, MmsService.FileRead, MmsService.FileClose, MmsService.FileDelete,
                MmsService.FileDirectory, MmsService.StoreDomainContents, MmsService.InformationReport, MmsService.Conclude, MmsService.Cancel),
        };
        Association = await ExchangeAsync(request, cancel) switch
        {
            InitiateResponse accepted => accepted,
            InitiateError refused => throw new AcsiException($"{_options.Server} refused the association: {refused.Error}", refused.Error),
            var other => throw new AcsiException($"unexpected answer {other.GetType().Name}"),
        };
        lock (_gate)
        {
            _end.Negotiated(Association, isCalling: true);
        }
    }

    private async Task ReadAsync()
    {
        await foreach (var notice in _xmpp.Notices.ReadAllAsync())
        {
            switch (notice)
            {
                case XmppNotice.Connected { IsResumed: false } or XmppNotice.Disconnected { MayResume: false } when Association is not null:
                    // Of what was on its way in the session before nobody knows whether it came: the association ended with it.
                    Lose();
                    break;
                case XmppNotice.Connected:
                    _connected.TrySetResult();
                    break;
                case XmppNotice.Waiting { Failure: var failure }:
                    _lastFailure = failure;
                    if (failure.Kind is XmppFailureKind.Authentication or XmppFailureKind.Tls || (failure.Kind == XmppFailureKind.Connection && !_options.RetryUnreachable))
                    {
                        // Trying again mends neither a password nor a certificate.
                        _connected.TrySetException(new XmppException(failure));
                    }

                    break;
                case XmppNotice.Received { Stanza: var stanza }:
                    await TakeAsync(stanza);
                    break;
            }
        }

        _connected.TrySetException(new XmppException(_lastFailure ?? new(XmppFailureKind.Closed, "closed")));
        _reports.Writer.TryComplete();
    }

    /// <summary>The answer to a request of the server's about the file that it obtains; null: it asks for nothing that is to be had.</summary>
    private Stanza? AnswerTo(Stanza request)
    {
        if (request.From != _options.Server || Association is null || Offer is not { } offer
            || AssociationEnvelope.Read(request.Element!.Xml, out _) is not { } envelope || envelope.AssociationId != _end.Id || _end.Read(envelope).Pdu is not ConfirmedRequest asked)
        {
            return null;
        }

        return Stanza.Iq("result", request.Id ?? "", _options.Server, _end.Write(offer.Answer(asked, FilePart)));
    }

    /// <summary>The association is no more, and we did not end it.</summary>
    private void Lose()
    {
        Association = null;
        _aborted.TrySetResult();
        _reports.Writer.TryComplete();
    }

    private async Task TakeAsync(Stanza stanza)
    {
        if (stanza.IsRequest)
        {
            _xmpp.TrySend(AnswerTo(stanza) ?? stanza.Error(StanzaErrorCondition.ServiceUnavailable));
            return;
        }

        if (stanza is { Kind: StanzaKind.Presence, Type: "unavailable" } && stanza.From == _options.Server && Association is not null)
        {
            Lose();
            return;
        }

        if (stanza.Kind == StanzaKind.Message
            && Association is not null
            && stanza.From == _options.Server
            && AssociationEnvelope.Read(stanza.Element!.Xml, out _) is { } payload
            && payload.AssociationId == _end.Id
            && _end.Read(payload).Pdu is UnconfirmedPdu unconfirmed)
        {
            await _reports.Writer.WriteAsync(unconfirmed.Report, _stop.Token);
        }
    }
}
