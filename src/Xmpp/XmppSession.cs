using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace DerAgent.Xmpp;

/// <summary>One TCP connection from dialling to its end: sockets and loops around the pure parts.</summary>
internal sealed class XmppSession(XmppOptions options, StreamManagement management, Lock gate, TimeProvider time) : IAsyncDisposable
{
    private static readonly byte[] AcknowledgeRequest = Encoding.UTF8.GetBytes($"<r xmlns=\"{Namespaces.StreamManagement}\"/>");
    private const int StanzasPerRequest = 50;
    private static readonly byte[] StreamEnd = "</stream:stream>"u8.ToArray();
    private readonly Channel<byte[]> _out = Channel.CreateUnbounded<byte[]>(new() { SingleReader = true });
    private readonly byte[] _input = new byte[16 * 1024];
    private Stream? _stream;
    private StreamParser _parser = new(options.Limits);
    private IEnumerator<StreamEvent>? _events;
    private long _lastReceived;
    private long _lastRequest;

    /// <summary>Set while our ping is under way.</summary>
    public bool AwaitsPing { get; set; }

    public TimeSpan Silence => time.GetElapsedTime(Interlocked.Read(ref _lastReceived));

    public TimeSpan SinceAcknowledgeRequest => time.GetElapsedTime(Interlocked.Read(ref _lastRequest));

    /// <summary>Dials, encrypts and logs in.</summary>
    /// <returns>The step that ended the negotiation: Bound or Resumed.</returns>
    /// <exception cref="XmppException">It failed.</exception>
    public async Task<NegotiationStep> OpenAsync(XmppEndpoint endpoint, CancellationToken cancel)
    {
        var socket = await new Dialler(time).ConnectAsync(endpoint, cancel);
        _stream = new NetworkStream(socket, ownsSocket: true);
        var negotiation = new StreamNegotiation(new(options.Jid, options.Password, options.Mechanisms, options.AllowPlain), management, ScramMechanism.NewNonce);
        await WriteAsync(negotiation.Open().Xml, cancel);
        while (true)
        {
            var input = await NextAsync(cancel) ?? new StreamEvent.Closed();
            foreach (var step in negotiation.Take(input))
            {
                switch (step)
                {
                    case NegotiationStep.Send send:
                        await WriteAsync(send.Xml, cancel);
                        break;
                    case NegotiationStep.Restart:
                        Restart();
                        break;
                    case NegotiationStep.StartTls:
                        // Whatever was sent in the clear after <proceed/> is dropped with the parser.
                        Restart();
                        _stream = await TlsUpgrade.StartAsync(_stream, options, cancel);
                        await WriteAsync(negotiation.TlsStarted().Xml, cancel);
                        break;
                    case NegotiationStep.Failed failed:
                        throw new XmppException(failed.Failure);
                    default:
                        Interlocked.Exchange(ref _lastReceived, time.GetTimestamp());
                        Interlocked.Exchange(ref _lastRequest, time.GetTimestamp());
                        return step;
                }
            }
        }
    }

    /// <summary>Queues octets for the writer.</summary>
    public void Send(byte[] xml) => _out.Writer.TryWrite(xml);

    /// <summary>Asks the server to acknowledge (XEP-0198).</summary>
    public void RequestAcknowledge()
    {
        Interlocked.Exchange(ref _lastRequest, time.GetTimestamp());
        Send(AcknowledgeRequest);
    }

    /// <summary>The next element of the session; null at the end of the line.</summary>
    public async Task<StreamEvent?> NextAsync(CancellationToken cancel)
    {
        while (true)
        {
            if (_events is not null && _events.MoveNext())
            {
                return _events.Current;
            }

            var count = await _stream!.ReadAsync(_input, cancel);
            if (count == 0)
            {
                return null;
            }

            Interlocked.Exchange(ref _lastReceived, time.GetTimestamp());
            _events = _parser.Feed(_input.AsMemory(0, count)).GetEnumerator();
        }
    }

    /// <summary>Writes what is queued until the line breaks; after a burst of stanzas the server is asked to acknowledge.</summary>
    public async Task WriteLoopAsync(CancellationToken cancel)
    {
        var buffer = new MemoryStream();
        var sinceRequest = 0;
        while (await _out.Reader.WaitToReadAsync(cancel))
        {
            buffer.SetLength(0);
            var isBurst = false;
            while (buffer.Length < 64 * 1024 && _out.Reader.TryRead(out var xml))
            {
                buffer.Write(xml);
                sinceRequest++;
                isBurst |= xml.AsSpan().StartsWith("<message"u8);
            }

            // After a burst, and in any case before much piles up that would have to be sent again.
            if (((isBurst && !_out.Reader.TryPeek(out _)) || sinceRequest >= StanzasPerRequest) && IsManaged())
            {
                sinceRequest = 0;
                Interlocked.Exchange(ref _lastRequest, time.GetTimestamp());
                buffer.Write(AcknowledgeRequest);
            }

            await _stream!.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancel);
            await _stream.FlushAsync(cancel);
        }
    }

    /// <summary>Ends the stream in good order, or as well as it goes.</summary>
    public async Task CloseAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), time);
            if (_stream is not null)
            {
                await _stream.WriteAsync(StreamEnd, limit.Token);
                await _stream.FlushAsync(limit.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The line is gone already.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _out.Writer.TryComplete();
        if (_stream is not null)
        {
            await _stream.DisposeAsync();
        }
    }

    private bool IsManaged()
    {
        lock (gate)
        {
            return management.IsEnabled;
        }
    }

    private void Restart()
    {
        _parser = new StreamParser(options.Limits);
        _events = null;
    }

    private async Task WriteAsync(string xml, CancellationToken cancel)
    {
        await _stream!.WriteAsync(Encoding.UTF8.GetBytes(xml), cancel);
        await _stream.FlushAsync(cancel);
    }
}
