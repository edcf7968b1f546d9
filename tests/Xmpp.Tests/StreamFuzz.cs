using System.Text;

namespace DerAgent.Xmpp.Tests;

/// <summary>A server's side of a stream from its header to its end, damaged at random, and taken by parser, negotiation and connection as over a line.</summary>
internal sealed class StreamFuzz
{
    private const string Header = "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' id='1' from='dso.example' version='1.0'>";
    private const string Nonce = "rOprNGfwEbeRWgbNEkqO";

    /// <summary>The exchange of RFC 7677 §3; a login that ends well needs the server's own proof.</summary>
    private static readonly string[] Transcript =
    [
        Header + "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>",
        "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
        Header + "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>SCRAM-SHA-256</mechanism><mechanism>SCRAM-SHA-1</mechanism><mechanism>PLAIN</mechanism></mechanisms></stream:features>",
        $"<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{Base64("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")}</challenge>",
        $"<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>{Base64("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")}</success>",
        Header + "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/><session xmlns='urn:ietf:params:xml:ns:xmpp-session'><optional/></session></stream:features>",
        "<iq type='result' id='bind1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>user@dso.example/IEC</jid></bind></iq>",
        "<message from='s@x/y'><body>early</body></message>",
        "<enabled xmlns='urn:xmpp:sm:3' id='s1' resume='true' max='600' location='here.example:5333'/>",
        "<iq type='result' id='n0' to='user@dso.example/IEC'><query xmlns='jabber:iq:roster'><item jid='control@dso.example' subscription='both'/></query></iq><r xmlns='urn:xmpp:sm:3'/>",
        "<presence from='control@dso.example/1'/><presence from='s@x/y' type='subscribe'/>",
        "<iq type='set' id='7' from='control@dso.example/1'><AssociationContext id=\"1\"><MMSpdu xmlns=\"http://www.iec.ch/61850/2015/SCSM_8_2\"><conclude-RequestPDU/></MMSpdu></AssociationContext></iq>",
        "<iq type='get' id='8' from='s@x/y' xml:lang='de'><ping xmlns='urn:xmpp:ping'/></iq><message type='groupchat' from='s@x/y'><body>a &amp; b <![CDATA[<c>]]></body></message>",
        $"<message from='s@x/y'>{string.Concat(Enumerable.Repeat("<a>", 70))}{string.Concat(Enumerable.Repeat("</a>", 70))}</message>",
        "<a xmlns='urn:xmpp:sm:3' h='2'/><iq type='error' id='n3' from='user@dso.example/n2'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
        "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>other.example:5222</see-other-host></stream:error></stream:stream>",
    ];

    /// <summary>What damages most where it stands.</summary>
    private static readonly string[] Splinters =
    [
        "<", ">", "</", "/>", "'", "\"", "&", "&#0;", "&#x10FFFF;", "&bomb;", "<!--", "<!DOCTYPE x [", "<![CDATA[", "]]>", "<?x?>", "\0", "\u0001", " xmlns=''", " xmlns:p='u'", "p:", "xml:", "<stream:", "</stream:stream>",
        "h='4294967296'", "h='-1'", " id='", " from='x@y/z'", new('x', 300), new(' ', 70), string.Concat(Enumerable.Repeat("<a>", 130)), "\uFFFE", "é", "\U0001F600",
    ];

    private readonly SaltedPasswords _salted = new();

    /// <summary>How far streams came: 0 nothing but the header, up to 4, where a session served.</summary>
    public int[] Reached { get; } = new int[5];

    /// <summary>One damaged stream; what came of it that must not.</summary>
    public string? Run(int seed)
    {
        var random = new Random(seed);
        byte[][] segments = [.. Transcript.Select(Encoding.UTF8.GetBytes)];
        for (var damages = random.Next(1, 4); damages > 0; damages--)
        {
            // Late segments are reached only where the early ones are whole.
            var at = random.Next(3) == 0 ? random.Next(segments.Length) : random.Next(segments.Length / 2, segments.Length);
            segments[at] = Damage(segments[at], random);
        }

        return new Line(this, random).Run(segments);
    }

    private static byte[] Damage(byte[] octets, Random random)
    {
        var list = octets.ToList();
        var at = random.Next(list.Count + 1);
        switch (random.Next(7))
        {
            case 0 when at < list.Count:
                list[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < list.Count:
                list.RemoveRange(at, Math.Min(random.Next(1, 20), list.Count - at));
                break;
            case 2:
                list.InsertRange(at, Encoding.UTF8.GetBytes(Splinters[random.Next(Splinters.Length)]));
                break;
            case 3 when at < list.Count:
                list.InsertRange(at, list.GetRange(at, Math.Min(random.Next(1, 200), list.Count - at)));
                break;
            case 4:
                list.InsertRange(at, Encoding.UTF8.GetBytes(Transcript[random.Next(Transcript.Length)]));
                break;
            case 5:
                list.RemoveRange(at, list.Count - at);
                break;
            default:
                var noise = new byte[random.Next(1, 30)];
                random.NextBytes(noise);
                list.InsertRange(at, noise);
                break;
        }

        return [.. list];
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>One line, its login and what is served over it.</summary>
    private sealed class Line
    {
        private static readonly XmppOptions Options = new() { Jid = Jid.Parse("user@dso.example/IEC"), Password = "pencil" };
        private readonly StreamFuzz _fuzz;
        private readonly Random _random;
        private readonly StreamNegotiation _negotiation;
        private readonly OctetBudget _budget = new(Options.MaxHeld);
        private readonly ConnectionCore _core;
        private StreamParser _parser = new(Options.Limits);
        private LineProgress _progress;
        private int _ids;
        private bool _isEncrypted;
        private bool _isEnded;
        private bool _isBound;
        private string? _wrong;
        private int _reached;

        public Line(StreamFuzz fuzz, Random random)
        {
            (_fuzz, _random) = (fuzz, random);
            _negotiation = new(new(Options.Jid, Options.Password, ["SCRAM-SHA-256", "SCRAM-SHA-1"], false, fuzz._salted), true, () => Nonce);
            var services = new PeerServices(Options.Jid, new("automation", "device-node", "PV1", []), j => j.Local == "control") { HidesFromStrangers = true };
            _core = new(Options, services, _budget, () => $"n{_ids++}");
        }

        public string? Run(byte[][] segments)
        {
            Do([_negotiation.Open()]);
            foreach (var segment in segments)
            {
                for (var from = 0; from < segment.Length && !_isEnded;)
                {
                    var count = Math.Min(_random.Next(3) == 0 ? _random.Next(1, 20) : segment.Length, segment.Length - from);
                    Feed(segment.AsMemory(from, count));
                    from += count;
                }
            }

            _fuzz.Reached[_reached]++;
            return _wrong ?? (_budget.Used > Options.MaxHeld ? $"{_budget.Used} octets are held" : null);
        }

        private void Feed(ReadOnlyMemory<byte> octets)
        {
            var parser = _parser;
            foreach (var input in parser.Feed(octets))
            {
                if (_isEnded || parser != _parser)
                {
                    // The rest of what came in the clear is dropped.
                    return;
                }

                if (_isBound)
                {
                    _core.Take(1, input, _progress, TimeSpan.FromSeconds(_random.Next(1000)));
                    Drain();
                }
                else
                {
                    Do(_negotiation.Take(input));
                }
            }
        }

        private void Do(IReadOnlyList<NegotiationStep> steps)
        {
            foreach (var step in steps)
            {
                switch (step)
                {
                    case NegotiationStep.Send send:
                        _wrong ??= !_isEncrypted && (send.Xml.Contains("user", StringComparison.Ordinal) || send.Xml.Contains("<auth", StringComparison.Ordinal)) ? $"in the clear: {send.Xml}" : null;
                        break;
                    case NegotiationStep.StartTls:
                        (_parser, _isEncrypted, _reached) = (new(Options.Limits), true, 1);
                        Do([_negotiation.TlsStarted()]);
                        break;
                    case NegotiationStep.Restart:
                        (_parser, _reached) = (new(Options.Limits), 2);
                        break;
                    case NegotiationStep.AskResumption:
                        Do(_negotiation.Resume(_random.Next(3) == 0 ? new("s0", 3) : null));
                        break;
                    case NegotiationStep.Failed failed:
                        _isEnded = true;
                        _wrong ??= failed.Failure.Text.Any(char.IsControl) || failed.Failure.Text.Length > 1_000 ? $"nobody can read: {failed.Failure.Text}" : null;
                        break;
                    case NegotiationStep.Bound or NegotiationStep.Resumed:
                        _wrong ??= _reached < 2 ? "bound without the server's proof" : null;
                        (_isBound, _reached) = (true, 3);
                        _core.Attach(1, step, _progress, TimeSpan.Zero);
                        Drain();
                        break;
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
                        _wrong ??= _isEnded && !Encoding.UTF8.GetString(write.Octets.Span).Contains("stream:error", StringComparison.Ordinal) ? "written to a line at its end" : null;
                        _progress = _progress with { Written = _progress.Written + write.Octets.Length };
                        _core.Wrote(write.Line, _progress, TimeSpan.Zero);
                        break;
                    case ConnectionEffect.Close:
                        _isEnded = true;
                        break;
                    case ConnectionEffect.Tell { Notice: XmppNotice.Received { Stanza.From: var from } }:
                        _wrong ??= from is not null && from.Local != "control" && from.Domain != "dso.example" ? $"a stranger reached the agent: {from}" : null;
                        _reached = 4;
                        break;
                }
            }
        }
    }
}
