using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DerAgent.Xmpp.Tests;

/// <summary>Slow is not dead: a line of 1 kB a second, full both ways, in virtual time, second by second.</summary>
public sealed partial class SlowLineTests
{
    private const int Rate = 1_000;
    private const int Kernel = 64 * 1024;
    private readonly ConnectionCore _core;
    private readonly StringBuilder _up = new();
    private readonly StringBuilder _handled = new();
    private readonly Queue<string> _down = new();
    private readonly XmppLane _lane;
    private readonly List<string> _ends = [];
    private long _written;
    private long _acknowledged;
    private long _received;
    private int _downSent;
    private bool _isWriting;
    private int _ids;
    private TimeSpan _now;
    private int _handledUp;
    private int _messages;

    public SlowLineTests()
    {
        var options = new XmppOptions { Jid = Jid.Parse("pv1@dso.example/IEC"), Password = "x" };
        var budget = new OctetBudget(options.MaxHeld);
        _core = new(options, new(options.Jid, new("automation", "device-node", "PV1", []), _ => true), budget, () => $"n{_ids++}");
        _lane = new("control", budget, options.MaxLane);
    }

    private LineProgress Progress => new(_received, _downSent > 0, _written, _acknowledged, false);

    [Theory] // PDUs of 65 000 octets both ways for ten minutes
    [InlineData(65_000, 65_000)]
    [InlineData(65_000, 200)]
    [InlineData(200, 65_000)]
    public void A_line_of_1_kB_a_second_serves_for_ten_minutes(int up, int down)
    {
        _core.Attach(1, new NegotiationStep.Bound(Jid.Parse("pv1@dso.example/IEC"), new("s1", null)), Progress, TimeSpan.Zero);
        _core.Output.Open(_lane);
        Drain();
        var sent = 0;
        for (var second = 1; second <= 600; second++)
        {
            var now = _now = TimeSpan.FromSeconds(second);
            if (_lane.Waiting.Count == 0)
            {
                var stanza = OutgoingStanza.Of(Stanza.Message("chat", Jid.Parse("control@dso.example/1"), Encoding.UTF8.GetBytes($"<body>{new string('x', up)}</body>")), StanzaTraits.None, null);
                Assert.True(_lane.TryTake(stanza.Cost));
                _core.Send(_lane, [stanza], now);
                sent++;
            }

            if (_down.Count == 0)
            {
                _down.Enqueue($"<message from='control@dso.example/1' xmlns='jabber:client'><body>{new string('y', down)}</body></message>");
                _messages++;
            }

            Drain();
            Up(now);
            Down(now);
            _core.Tick(1, Progress, now);
            Drain();
            Assert.True(_ends.Count == 0, $"after {second} s: {string.Join("; ", _ends)}");
        }

        Assert.True(sent >= 600 * Rate / (up + 1_000) && _messages >= 600 * Rate / (down + 1_000) / 2, $"{sent} up, {_messages} down");
        Assert.True(_handledUp > 2);
    }

    /// <summary>A second of the way to the server: it takes what has come, and answers.</summary>
    private void Up(TimeSpan now)
    {
        var passed = (int)Math.Min(Rate, _written - _acknowledged);
        var text = _up.ToString(0, passed);
        _acknowledged += passed;
        _handled.Append(text);
        _up.Remove(0, passed);
        if (_isWriting && _written - _acknowledged <= Kernel)
        {
            // The last octets fit into the kernel.
            _isWriting = false;
            _core.Wrote(1, Progress, now);
            Drain();
        }

        while (Whole().Match(_handled.ToString()) is { Success: true } element)
        {
            var xml = element.Value;
            _handled.Remove(0, element.Index + element.Length);
            if (xml.StartsWith("<r ", StringComparison.Ordinal))
            {
                _down.Enqueue(string.Create(CultureInfo.InvariantCulture, $"<a xmlns='urn:xmpp:sm:3' h='{_handledUp}'/>"));
            }
            else if (!xml.StartsWith("<a ", StringComparison.Ordinal))
            {
                _handledUp++;
                if (xml.Contains("urn:xmpp:ping", StringComparison.Ordinal))
                {
                    _down.Enqueue($"<iq xmlns='jabber:client' type='result' from='dso.example' id='{Id().Match(xml).Groups["id"].Value}'/>");
                }
            }
        }
    }

    /// <summary>A second of the way from the server.</summary>
    private void Down(TimeSpan now)
    {
        for (var left = Rate; left > 0 && _down.TryPeek(out var next);)
        {
            var count = Math.Min(left, next.Length - _downSent);
            (left, _received, _downSent) = (left - count, _received + count, _downSent + count);
            if (_downSent == next.Length)
            {
                _down.Dequeue();
                _downSent = 0;
                _core.Take(1, new StreamEvent.Element(new XmlElement(Encoding.UTF8.GetBytes(next), null)), Progress, now);
                Drain();
            }
        }
    }

    private void Drain()
    {
        while (_core.Effects.TryDequeue(out var effect))
        {
            switch (effect)
            {
                case ConnectionEffect.Write write:
                    Assert.False(_isWriting);
                    _up.Append(Encoding.UTF8.GetString(write.Octets.Span));
                    _written += write.Octets.Length;
                    _isWriting = _written - _acknowledged > Kernel;
                    if (!_isWriting)
                    {
                        _core.Wrote(1, Progress, _now);
                    }

                    break;
                case ConnectionEffect.Close close:
                    _ends.Add(close.Failure.Text);
                    break;
            }
        }
    }

    [GeneratedRegex("^(<(?<name>iq|message|presence)( [^>]*)?(/>|>.*?</\\k<name>>)|<[ra] [^>]*/>)", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 5_000)]
    private static partial Regex Whole();

    [GeneratedRegex(" id=\"(?<id>[^\"]*)\"", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Id();
}
