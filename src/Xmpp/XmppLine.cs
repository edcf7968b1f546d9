using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DerAgent.Xmpp;

/// <summary>One TCP connection from its login to its end: socket, TLS and parser. It is a pipe and decides nothing; a connection may exchange it.</summary>
internal sealed class XmppLine : IAsyncDisposable
{
    private static readonly byte[] StreamEnd = "</stream:stream>"u8.ToArray();
    private readonly XmppOptions _options;
    private readonly TimeProvider _time;
    private readonly PromptLine _tcp;
    private readonly byte[] _input = new byte[16 * 1024];
    private readonly TaskCompletionSource<(XmppFailure Failure, XmppLine? Successor)> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Stream _stream;
    private StreamParser _parser;
    private IEnumerator<StreamEvent>? _events;
    private long _received;
    private long? _acknowledged;
    private ServerCertificates? _certificates;
    private bool _isMidElement;

    /// <summary>A line over a connected socket.</summary>
    /// <param name="number">Names it.</param>
    /// <param name="server">Where it leads.</param>
    /// <param name="socket">The socket; it is closed with the line.</param>
    /// <param name="options">Who logs in.</param>
    /// <param name="time">Clock and timers.</param>
    public XmppLine(long number, XmppEndpoint server, Socket socket, XmppOptions options, TimeProvider time)
    {
        (Number, Server, _options, _time) = (number, server, options, time);
        _stream = _tcp = new PromptLine(socket);
        _parser = new(options.Limits);
        RemoteAddress = (socket.RemoteEndPoint as IPEndPoint)?.Address;
    }

    /// <summary>Names it.</summary>
    public long Number { get; }

    /// <summary>Where it leads.</summary>
    public XmppEndpoint Server { get; }

    /// <summary>Where the server is.</summary>
    public IPAddress? RemoteAddress { get; }

    /// <summary>What is wrong with the server's certificate by other options than it was let in with; null: nothing.</summary>
    public string? Fault(XmppOptions options) => _certificates is { } presented ? TlsUpgrade.Check(presented.Own, presented.Others, options, _time) : null;

    /// <summary>Whether its reader waits, because what came has not been taken.</summary>
    public bool IsReadingPaused { get; set; }

    /// <summary>Ends when the connection has no more use for it: why, and the line that took its session over, or null.</summary>
    public Task<(XmppFailure Failure, XmppLine? Successor)> Closed => _closed.Task;

    /// <summary>How far it has come; what TCP acknowledged is as of the last <see cref="Look"/>.</summary>
    public LineProgress Progress => new(Interlocked.Read(ref _received), Volatile.Read(ref _isMidElement), _tcp.Written, _acknowledged, IsReadingPaused);

    /// <summary>Asks the system how far it has come. Called on the connection's loop.</summary>
    public LineProgress Look()
    {
        _acknowledged = _tcp.Acknowledged;
        return Progress;
    }

    /// <summary>The connection has no more use for it.</summary>
    public void Close(XmppFailure failure, XmppLine? successor) => _closed.TrySetResult((failure, successor));

    /// <summary>Encrypts and logs in.</summary>
    /// <param name="resumption">Called when a session could be resumed: which, or null.</param>
    /// <param name="mayBind">Whether a new session is bound where none can be resumed.</param>
    /// <param name="salted">Salted passwords that are known.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="XmppException">It failed.</exception>
    public async Task<NegotiationStep> LoginAsync(Func<Task<Resumption?>> resumption, bool mayBind, SaltedPasswords salted, CancellationToken cancel)
    {
        var negotiation = new StreamNegotiation(new(_options.Jid, _options.Password, _options.Mechanisms, _options.AllowPlain, salted), mayBind, ScramMechanism.NewNonce);
        var steps = new Queue<NegotiationStep>([Server.IsDirectTls ? new NegotiationStep.StartTls() : negotiation.Open()]);
        while (true)
        {
            while (steps.TryDequeue(out var step))
            {
                switch (step)
                {
                    case NegotiationStep.Send send:
                        await WriteAsync(Encoding.UTF8.GetBytes(send.Xml), cancel);
                        break;
                    case NegotiationStep.Restart:
                        Restart();
                        break;
                    case NegotiationStep.StartTls:
                        // Whatever was sent in the clear after <proceed/> is dropped with the parser.
                        Restart();
                        (_stream, _certificates) = await TlsUpgrade.StartAsync(_stream, _options, Server.IsDirectTls, _time, cancel);
                        steps.Enqueue(negotiation.TlsStarted());
                        break;
                    case NegotiationStep.AskResumption:
                        Add(negotiation.Resume(await resumption()));
                        break;
                    case NegotiationStep.Failed failed:
                        throw new XmppException(failed.Failure);
                    default:
                        return step;
                }
            }

            // A server may ask for seconds of computing; they must not be those of others, and end with the login's time.
            var input = await NextAsync(cancel) ?? new StreamEvent.Closed();
            Add(negotiation.IsComputing ? await Task.Run(() => negotiation.Take(input), CancellationToken.None).WaitAsync(cancel) : negotiation.Take(input));
        }

        void Add(IReadOnlyList<NegotiationStep> more)
        {
            foreach (var step in more)
            {
                steps.Enqueue(step);
            }
        }
    }

    /// <summary>Reads until the line breaks; why it did.</summary>
    /// <param name="take">Takes each event; reading waits for it.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async Task<XmppFailure> ReadAsync(Func<StreamEvent, ValueTask> take, CancellationToken cancel)
    {
        try
        {
            while (await NextAsync(cancel) is { } input)
            {
                await take(input);
            }

            return new(XmppFailureKind.Connection, "the server closed the line");
        }
        catch (Exception e) when (XmppFailure.IsBrokenLine(e))
        {
            return XmppFailure.BrokenLine(e);
        }
    }

    /// <summary>Hands octets to TLS; one at a time.</summary>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> octets, CancellationToken cancel)
    {
        await _stream.WriteAsync(octets, cancel);
        await _stream.FlushAsync(cancel);
    }

    /// <summary>Says good-bye, for a second at most.</summary>
    public async Task EndAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), _time);
            await WriteAsync(StreamEnd, limit.Token);
        }
        catch (Exception e) when (XmppFailure.IsBrokenLine(e) || e is InvalidOperationException or NotSupportedException)
        {
            // The line is gone already, or is at another write.
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    /// <summary>The next event; null at the end of the line.</summary>
    private async Task<StreamEvent?> NextAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (_events is not null && _events.MoveNext())
            {
                return _events.Current;
            }

            Volatile.Write(ref _isMidElement, _parser.IsInside);
            var count = await _stream.ReadAsync(_input, cancel);
            if (count == 0)
            {
                return null;
            }

            if (_certificates is null && _received == 0 && _input[0] is 0x15 or 0x16)
            {
                throw new XmppException(new(XmppFailureKind.Tls, $"{Server} speaks TLS from the first octet (direct TLS, usually port 5223); name its port for STARTTLS, usually 5222"));
            }

            Interlocked.Add(ref _received, count);
            _events = _parser.Feed(_input.AsMemory(0, count)).GetEnumerator();
        }
    }

    private void Restart()
    {
        _parser = new StreamParser(_options.Limits);
        _events = null;
    }
}
