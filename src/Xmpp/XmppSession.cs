using System.Text;
using System.Threading.Channels;

namespace DerAgent.Xmpp;

/// <summary>One TCP connection from dialling to its end: sockets and loops around the pure parts.</summary>
/// <param name="options">Where and who.</param>
/// <param name="management">Counts stanzas.</param>
/// <param name="gate">Guards it.</param>
/// <param name="time">Clock and timers.</param>
/// <param name="afterWrite">Called when octets went out.</param>
internal sealed class XmppSession(XmppOptions options, StreamManagement management, Lock gate, TimeProvider time, Action afterWrite) : IAsyncDisposable
{
    private static readonly byte[] AcknowledgeRequest = Encoding.UTF8.GetBytes($"<r xmlns=\"{Namespaces.StreamManagement}\"/>");
    private const int StanzasPerRequest = 50;

    /// <summary>What goes into one TLS record (RFC 8446 §5.1: 16 384 octets) with an acknowledgement request behind it.</summary>
    private const int OctetsPerRecord = 16_000;
    private static readonly byte[] StreamEnd = "</stream:stream>"u8.ToArray();
    private readonly Channel<(byte[] Xml, Action? Written)> _out = Channel.CreateUnbounded<(byte[] Xml, Action? Written)>(new() { SingleReader = true });
    private readonly List<Action> _written = [];
    private long _unwritten;
    private readonly byte[] _input = new byte[16 * 1024];
    private Stream? _stream;
    private StreamParser _parser = new(options.Limits);
    private IEnumerator<StreamEvent>? _events;

    /// <summary>Watches over the server.</summary>
    public SessionWatch Watch { get; } = new(options, time);

    /// <summary>Dials, encrypts and logs in.</summary>
    /// <returns>The step that ended the negotiation: Bound or Resumed.</returns>
    /// <exception cref="XmppException">It failed.</exception>
    public async Task<NegotiationStep> OpenAsync(XmppEndpoint endpoint, CancellationToken cancel)
    {
        var socket = await new Dialler(time).ConnectAsync(endpoint, cancel);
        _stream = new PromptLine(socket);
        var negotiation = new StreamNegotiation(new(options.Jid, options.Password, options.Mechanisms, options.AllowPlain), ToResume(), ScramMechanism.NewNonce);
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
                        return step;
                }
            }
        }
    }

    /// <summary>Octets that wait to be written.</summary>
    public long Unwritten => Interlocked.Read(ref _unwritten);

    /// <summary>Queues octets for the writer.</summary>
    /// <param name="xml">The octets.</param>
    /// <param name="written">Called when they were handed to TLS.</param>
    public void Send(byte[] xml, Action? written = null)
    {
        Interlocked.Add(ref _unwritten, xml.Length);
        _out.Writer.TryWrite((xml, written));
    }

    /// <summary>Asks the server to acknowledge (XEP-0198).</summary>
    public void RequestAcknowledge()
    {
        Watch.AcknowledgeRequested();
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

            Watch.Received();
            _events = _parser.Feed(_input.AsMemory(0, count)).GetEnumerator();
        }
    }

    /// <summary>
    /// Writes what is queued until the line breaks; after a burst of stanzas the server is asked to acknowledge. A TLS record holds whole stanzas,
    /// as far as they fit: of a record that is cut off nothing is read, so that a broken line seldom leaves the server with half a stanza.
    /// </summary>
    public async Task<XmppFailure> WriteLoopAsync(CancellationToken cancel)
    {
        var buffer = new MemoryStream();
        var sinceRequest = 0;
        try
        {
            while (await _out.Reader.WaitToReadAsync(cancel))
            {
                buffer.SetLength(0);
                var isBurst = false;
                var octets = 0L;
                while (_out.Reader.TryPeek(out var next) && (buffer.Length == 0 || buffer.Length + next.Xml.Length <= OctetsPerRecord))
                {
                    _out.Reader.TryRead(out _);
                    buffer.Write(next.Xml);
                    octets += next.Xml.Length;
                    sinceRequest++;
                    isBurst |= next.Xml.AsSpan().StartsWith("<message"u8);
                    if (next.Written is { } written)
                    {
                        _written.Add(written);
                    }
                }

                // After a burst, and in any case before much piles up that would have to be sent again.
                if (((isBurst && !_out.Reader.TryPeek(out _)) || sinceRequest >= StanzasPerRequest) && IsManaged())
                {
                    sinceRequest = 0;
                    Watch.AcknowledgeRequested();
                    buffer.Write(AcknowledgeRequest);
                }

                await _stream!.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), cancel);
                await _stream.FlushAsync(cancel);
                Interlocked.Add(ref _unwritten, -octets);
                Tell();
            }

            return XmppFailure.Closed;
        }
        catch (Exception e) when (XmppFailure.IsBrokenLine(e))
        {
            return XmppFailure.BrokenLine(e);
        }
    }

    /// <summary>What is told may send more: that is written in the next round.</summary>
    private void Tell()
    {
        Action[] written = [.. _written];
        _written.Clear();
        foreach (var tell in written)
        {
            tell();
        }

        afterWrite();
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
        catch (Exception e) when (XmppFailure.IsBrokenLine(e) || e is InvalidOperationException)
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

    private Resumption? ToResume()
    {
        lock (gate)
        {
            return management.Resumption;
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
