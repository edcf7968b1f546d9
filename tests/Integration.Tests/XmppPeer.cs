using System.Collections.Concurrent;
using System.Threading.Channels;
using DerAgent.Xmpp;

namespace DerAgent.Integration.Tests;

/// <summary>A connection whose notices can be waited for.</summary>
internal sealed class XmppPeer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly CancellationTokenSource _stop = new();
    private readonly BlockingCollection<XmppNotice> _notices = [];
    private readonly Channel<string> _received = Channel.CreateUnbounded<string>();
    private readonly List<string> _bodies = [];
    private readonly Task _running;
    private readonly Task _reading;

    /// <param name="options">Where and who.</param>
    /// <param name="isKnown">Whom it knows; null: everybody.</param>
    /// <param name="hides">Whether to strangers nobody is there.</param>
    /// <param name="limits">How many strangers are answered; null: as shipped.</param>
    public XmppPeer(XmppOptions options, Func<Jid, bool>? isKnown = null, bool hides = false, StrangerLimits? limits = null)
    {
        Connection = new XmppConnection(options, new PeerServices(options.Jid, new("client", "bot", "test", []), isKnown ?? (_ => true), limits ?? new()) { HidesFromStrangers = hides }, TimeProvider.System);
        _running = Connection.RunAsync(_stop.Token);
        _reading = ReadAsync();
    }

    public XmppConnection Connection { get; }

    /// <summary>The last notice but stanzas: what a failed test wants to know.</summary>
    public XmppNotice? Last { get; private set; }

    /// <summary>Stanzas that came, but answers somebody waited for.</summary>
    public ConcurrentQueue<Stanza> Stanzas { get; } = new();

    /// <summary>All of them so far.</summary>
    public ConcurrentQueue<XmppNotice> Seen { get; } = new();

    public async Task<XmppNotice.Connected> ConnectedAsync(bool resumed)
    {
        var notice = await NextAsync<XmppNotice.Connected>();
        Assert.Equal(resumed, notice.IsResumed);
        return notice;
    }

    public Task<XmppNotice.Disconnected> DisconnectedAsync() => NextAsync<XmppNotice.Disconnected>();

    public Task<XmppNotice.Room> RoomAsync() => NextAsync<XmppNotice.Room>();

    public Task<XmppNotice.Waiting> WaitingAsync() => NextAsync<XmppNotice.Waiting>();

    /// <summary>The bodies of all messages so far, in order, once there are that many.</summary>
    public async Task<IReadOnlyList<string>> BodiesAsync(int count)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (_bodies.Count < count)
        {
            _bodies.Add(await _received.Reader.ReadAsync(limit.Token));
        }

        return _bodies;
    }

    /// <summary>Waits for a message with that body, whatever comes before it.</summary>
    public async Task BodyAsync(string body)
    {
        for (var count = 1; (await BodiesAsync(count))[^1] != body; count++)
        {
        }
    }

    /// <summary>Pings its own server.</summary>
    public Task<Stanza> PingAsync() => Connection.RequestAsync(Stanza.Iq("get", Connection.NewId(), Jid.Parse("localhost"), "<ping xmlns=\"urn:xmpp:ping\"/>"u8.ToArray()), Patience, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _reading;
        _notices.Dispose();
    }

    private Task<T> NextAsync<T>()
        where T : XmppNotice => Task.Run(() =>
    {
        using var limit = new CancellationTokenSource(Patience);
        return _notices.GetConsumingEnumerable(limit.Token).OfType<T>().First();
    });

    private async Task ReadAsync()
    {
        await foreach (var notice in Connection.Notices.ReadAllAsync())
        {
            if (notice is not XmppNotice.Received { Stanza: var stanza })
            {
                Last = notice;
                Seen.Enqueue(notice);
                _notices.Add(notice);
            }
            else
            {
                Stanzas.Enqueue(stanza);
                if (stanza.Element?.Child("body") is { } body)
                {
                    _received.Writer.TryWrite(body.Text);
                }
            }
        }
    }
}
