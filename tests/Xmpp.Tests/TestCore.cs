using System.Text;

namespace DerAgent.Xmpp.Tests;

/// <summary>A connection without a line: octets go into lists, and time is moved by hand.</summary>
internal sealed class TestCore
{
    private static readonly XmppOptions Defaults = new() { Jid = Jid.Parse("pv1@dso.example/IEC"), Password = "x" };
    private readonly StringBuilder _written = new();
    private static readonly NamespaceScope Around = new("", Namespaces.Client, null);
    private int _ids;

    public TestCore(XmppOptions? options = null, bool hides = false)
    {
        Options = options ?? Defaults;
        Budget = new(Options.MaxHeld);
        Core = new(Options, new(Options.Jid, new("automation", "device-node", "PV1", []), j => j.Local is "control" or "view") { HidesFromStrangers = hides }, Budget, () => $"n{_ids++}");
    }

    public XmppOptions Options { get; }

    public OctetBudget Budget { get; }

    public ConnectionCore Core { get; }

    public TimeSpan Now { get; set; }

    /// <summary>What the line tells of itself.</summary>
    public LineProgress Progress { get; set; } = new(0, false, 0, 0, false);

    /// <summary>Whether lines keep what they are given until <see cref="Flush"/>.</summary>
    public bool IsStuck { get; set; }

    public List<XmppNotice> Notices { get; } = [];

    public List<ConnectionEffect.Close> Closed { get; } = [];

    /// <summary>Octets given to each write, since the last look.</summary>
    public List<string> Writes { get; } = [];

    public IEnumerable<Stanza> Received => Notices.OfType<XmppNotice.Received>().Select(n => n.Stanza);

    public TestCore Bind(long line = 1, string? resumption = "s1", bool isManaged = true)
    {
        Core.Attach(line, new NegotiationStep.Bound(Options.Jid, isManaged ? new(resumption, null) : null), Progress, Now);
        Drain();
        return this;
    }

    public void Resume(long line, uint handled)
    {
        Core.Attach(line, new NegotiationStep.Resumed(handled), Progress, Now);
        Drain();
    }

    /// <summary>A bound line whose first stanzas are out and acknowledged.</summary>
    public static TestCore Served(XmppOptions? options = null)
    {
        var core = new TestCore(options).Bind();
        core.Come("<a xmlns='urn:xmpp:sm:3' h='2'/>");
        core.Written();
        core.Notices.Clear();
        return core;
    }

    public void Come(string xml, long line = 1)
    {
        Core.Take(line, new StreamEvent.Element(new XmlElement(Encoding.UTF8.GetBytes(xml.IndexOf("xmlns", StringComparison.Ordinal) is >= 0 and var at && at < xml.IndexOf('>', StringComparison.Ordinal) ? xml : Namespaced(xml)), Around)), Progress, Now);
        Drain();
    }

    public bool Send(XmppLane lane, string body, bool isUrgent = false, Action? written = null)
    {
        var stanza = OutgoingStanza.Of(Stanza.Message("chat", Jid.Parse("control@dso.example/1"), Encoding.UTF8.GetBytes($"<body>{body}</body>")), isUrgent ? StanzaTraits.Urgent : StanzaTraits.None, written);
        if (!lane.TryTake(stanza.Cost))
        {
            return false;
        }

        Core.Send(lane, [stanza], Now);
        Drain();
        return true;
    }

    public XmppLane Lane(string name, int limit = XmppLane.DefaultLimit)
    {
        var lane = new XmppLane(name, Budget, limit);
        Core.Output.Open(lane);
        return lane;
    }

    public void Pass(int seconds, long line = 1)
    {
        for (var i = 0; i < seconds; i++)
        {
            Now += TimeSpan.FromSeconds(1);
            Core.Tick(line, Progress, Now);
            Drain();
        }
    }

    /// <summary>The line has written what it was given.</summary>
    public void Flush(long line = 1)
    {
        Core.Wrote(line, Progress, Now);
        Drain();
    }

    /// <summary>What was written since the last look.</summary>
    public string Written()
    {
        var text = _written.ToString();
        _written.Clear();
        Writes.Clear();
        return text;
    }

    /// <summary>Bodies of the messages written since the last look, in order.</summary>
    public string[] Bodies() => [.. System.Text.RegularExpressions.Regex.Matches(Written(), "<body>(?<body>.*?)</body>", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Select(m => m.Groups["body"].Value)];

    public void Drain()
    {
        while (Core.Effects.TryDequeue(out var effect))
        {
            switch (effect)
            {
                case ConnectionEffect.Write write:
                    var text = Encoding.UTF8.GetString(write.Octets.Span);
                    Writes.Add(text);
                    _written.Append(text);
                    Progress = Progress with { Written = Progress.Written + write.Octets.Length };
                    if (!IsStuck)
                    {
                        Core.Wrote(write.Line, Progress, Now);
                    }

                    break;
                case ConnectionEffect.Tell tell:
                    Notices.Add(tell.Notice);
                    break;
                case ConnectionEffect.Close close:
                    Closed.Add(close);
                    break;
                case ConnectionEffect.Written written:
                    written.Sender();
                    break;
            }
        }
    }

    private static string Namespaced(string xml) => xml.Insert(xml.IndexOfAny([' ', '/', '>']), " xmlns='jabber:client'");
}
