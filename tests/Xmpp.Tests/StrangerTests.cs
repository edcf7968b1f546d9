using System.Text;

namespace DerAgent.Xmpp.Tests;

/// <summary>Strangers: to them nobody is here (wire profile §1.9).</summary>
public sealed class StrangerTests
{
    private static readonly string[] Types = ["normal", "chat", "headline", "groupchat", "error"];

    [Fact]
    public void At_login_the_server_is_asked_once_for_each_type_and_an_iq_last()
    {
        var core = Hiding();
        var asked = Questions(core.Written());
        Assert.Equal(["normal", "chat", "normal", "chat", "headline", "groupchat", "error", "get"], asked.Select(q => q.Type));
        Assert.Single(asked.Select(q => q.To).Distinct());
        Assert.StartsWith("pv1@dso.example/", asked[0].To, StringComparison.Ordinal);
        Assert.NotEqual("pv1@dso.example/IEC", asked[0].To);
    }

    [Fact] // as ejabberd 23 answers
    public void A_stranger_gets_the_error_the_text_and_the_echo_that_the_server_gives()
    {
        var core = Hiding();
        var asked = Questions(core.Written());
        Answer(core, asked, q => q.Type is "groupchat" or "get" ? $"<ping xmlns='urn:xmpp:ping'/>{Error("<text>nobody</text>")}" : null, "en");
        core.Come("<iq type='set' id='a' from='s@x/y' xml:lang='en'><q xmlns='urn:q' a='1'>t<r/></q></iq>");
        Assert.Equal($"<iq type=\"error\" id=\"a\" to=\"s@x/y\" xml:lang=\"en\"><q xmlns='urn:q' a='1'>t<r/></q>{Error("<text>nobody</text>")}</iq>", Last(core));
        core.Come("<message type='groupchat' id='b' from='s@x/y' xml:lang='en'><body>b</body></message>");
        Assert.Equal($"<message type=\"error\" id=\"b\" to=\"s@x/y\" xml:lang=\"en\"><body>b</body>{Error("<text>nobody</text>")}</message>", Last(core));
        foreach (var type in Types.Except(["groupchat"]))
        {
            core.Come($"<message type='{type}' id='c' from='s@x/y' xml:lang='en'><body>b</body></message>");
            Assert.Equal("", Last(core));
        }
    }

    [Fact] // as Prosody answers with its offline store off
    public void A_message_gets_an_error_where_an_absent_resource_gives_one()
    {
        var core = Hiding();
        Answer(core, Questions(core.Written()), q => q.Type is "headline" or "error" ? null : Error(), language: null);
        core.Come("<message type='chat' id='b' from='s@x/y' xml:lang='en'><body>b</body></message>");
        Assert.Equal($"<message type=\"error\" id=\"b\" to=\"s@x/y\">{Error()}</message>", Last(core));
        core.Come("<message from='s@x/y'/>");
        Assert.Equal($"<message type=\"error\" to=\"s@x/y\">{Error()}</message>", Last(core));
    }

    [Fact] // a message that must not be stored is answered otherwise by ejabberd
    public void What_is_not_to_be_stored_is_asked_for_by_itself()
    {
        var core = Hiding();
        Answer(core, Questions(core.Written()), q => q.IsHinted || q.Type == "get" ? Error() : null, language: null);
        core.Come("<message type='chat' id='b' from='s@x/y'><body>b</body></message>");
        Assert.Equal("", Last(core));
        core.Come("<message type='chat' id='b' from='s@x/y'><body>b</body><no-store xmlns='urn:xmpp:hints'/></message>");
        Assert.Contains("service-unavailable", Last(core), StringComparison.Ordinal);
    }

    [Fact]
    public void Until_it_is_known_what_the_server_says_strangers_wait()
    {
        var core = Hiding();
        var asked = Questions(core.Written());
        core.Come("<iq type='get' id='a' from='s@x/y'><q xmlns='urn:q'/></iq>");
        core.Come("<message type='chat' id='b' from='s@x/y'/>");
        Assert.Equal("", Last(core));
        Answer(core, asked, q => q.Type is "chat" or "get" ? Error("<text>x</text>") : null, language: null);
        var both = core.Written();
        Assert.Contains("id=\"a\"", both, StringComparison.Ordinal);
        Assert.True(both.IndexOf("id=\"a\"", StringComparison.Ordinal) < both.IndexOf("id=\"b\"", StringComparison.Ordinal));
    }

    [Fact] // he came before anything was known, and speaks another language
    public void Who_waited_is_asked_for_in_his_language_as_well()
    {
        var core = Hiding();
        var asked = Questions(core.Written());
        core.Come("<iq type='get' id='a' from='s@x/y' xml:lang='de'><q xmlns='urn:q'/></iq>");
        Answer(core, asked, q => q.Type == "get" ? Error("<text>nobody</text>") : null, language: null);
        var more = core.Written();
        Assert.DoesNotContain("nobody", more, StringComparison.Ordinal);
        Answer(core, Questions(more), _ => Error("<text>niemand</text>"), language: null);
        Assert.Contains("niemand", Last(core), StringComparison.Ordinal);
    }

    [Fact] // he gets what is known, text and all
    public void A_language_that_the_server_does_not_answer_in_is_waited_for_10_s()
    {
        var core = Hiding();
        Answer(core, Questions(core.Written()), q => q.Type == "get" ? Error("<text>nobody</text>") : null, language: null);
        core.Come("<iq type='get' id='a' from='s@x/y' xml:lang='de'><q xmlns='urn:q'/></iq>");
        core.Pass(9);
        Assert.DoesNotContain("nobody", core.Written(), StringComparison.Ordinal);
        core.Pass(2);
        Assert.Contains("nobody", core.Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_does_not_answer_leaves_strangers_with_what_all_servers_say()
    {
        var core = Hiding();
        core.Written();
        core.Come("<iq type='get' id='a' from='s@x/y'><q xmlns='urn:q'/></iq>");
        core.Pass(9);
        Assert.DoesNotContain("service-unavailable", core.Written(), StringComparison.Ordinal);
        core.Pass(2);
        Assert.Contains("<iq type=\"error\" id=\"a\" to=\"s@x/y\"><error type=\"cancel\"><service-unavailable", core.Written(), StringComparison.Ordinal);
    }

    [Fact] // the text of an error depends on the language of who asks
    public void Languages_are_asked_for_as_strangers_speak_them_and_not_for_ever()
    {
        var core = Hiding();
        Answer(core, Questions(core.Written()), q => q.Type == "get" ? Error("<text>nobody</text>") : null, language: null);
        core.Come("<iq type='get' id='a' from='s@x/y' xml:lang='de'><q xmlns='urn:q'/></iq>");
        var asked = Questions(core.Written());
        Assert.Equal(["get"], asked.Select(q => q.Type));
        Answer(core, asked, _ => Error("<text>niemand</text>"), language: null);
        Assert.Contains("niemand", Last(core), StringComparison.Ordinal);
        for (var i = 0; i < 40; i++)
        {
            core.Now += TimeSpan.FromSeconds(1);
            core.Come($"<iq type='get' id='a' from='s@x/y' xml:lang='x{i}'><q xmlns='urn:q'/></iq>");
            var written = core.Written();
            Answer(core, Questions(written), _ => Error($"<text>x{i}</text>"), language: null);
            Assert.Contains(i < 15 ? $"<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>x{i}" : "nobody", written + Last(core), StringComparison.Ordinal);
        }
    }

    [Fact] // ejabberd gives back what it refuses, however deep: so do we, as far as it is well-formed and the line bears it
    public void A_stanza_beyond_our_limits_comes_back_where_the_server_gives_back()
    {
        var core = Hiding();
        Answer(core, Questions(core.Written()), q => q.Type == "get" ? $"<ping xmlns='urn:xmpp:ping'/>{Error()}" : null, language: null);
        var deep = string.Concat(Enumerable.Repeat("<a>", 70)) + string.Concat(Enumerable.Repeat("</a>", 70));
        string Beyond(string content) => Feed(core, $"<iq type='get' id='a' from='s@x/y'>{content}</iq>");
        Assert.Equal($"<iq type=\"error\" id=\"a\" to=\"s@x/y\">{deep}{Error()}</iq>", Beyond(deep));
        Assert.Equal($"<iq type=\"error\" id=\"a\" to=\"s@x/y\">{Error()}</iq>", Beyond("<a p:b='1'/>"));
        Assert.Contains(new string('x', 200_000), Beyond($"<a>{new string('x', 200_000)}{deep}</a>"), StringComparison.Ordinal);
        Assert.Equal("", Beyond($"<a>{new string('x', 200_000)}{deep}</a>"));
    }

    [Fact] // whoever can guess the id of our question is not who was asked
    public void Only_the_resource_that_was_asked_for_answers()
    {
        var core = Hiding();
        var asked = Questions(core.Written());
        foreach (var question in asked)
        {
            core.Come($"<{question.Kind} type='error' id='{question.Id}' from='s@x/y'>{Error("<text>forged</text>")}</{question.Kind}>");
        }

        Answer(core, asked, q => q.Type == "get" ? Error() : null, language: null);
        core.Written();
        core.Come("<iq type='get' id='a' from='t@x/y'><q xmlns='urn:q'/></iq>");
        Assert.Equal($"<iq type=\"error\" id=\"a\" to=\"t@x/y\">{Error()}</iq>", Last(core));
    }

    [Fact] // a server that keeps messages keeps ours, too
    public void Messages_that_may_be_kept_are_asked_once_an_hour()
    {
        var core = Hiding();
        Answer(core, Questions(core.Written()), q => q.Type is "chat" or "get" ? Error() : null, language: null);
        core.Now += TimeSpan.FromMinutes(59);
        core.Core.Broke(1, XmppFailure.Closed);
        core.Bind(2);
        var asked = Questions(core.Written());
        Assert.Equal(["normal", "chat", "headline", "groupchat", "error", "get"], asked.Select(q => q.Type));
        Assert.True(asked[0].IsHinted && asked[1].IsHinted);
        Answer(core, asked, q => q.Type == "get" ? Error() : null, language: null, line: 2);
        core.Come("<message type='chat' id='b' from='s@x/y'/>", 2);
        Assert.Contains("service-unavailable", Last(core), StringComparison.Ordinal);
        core.Now += TimeSpan.FromMinutes(2);
        core.Core.Broke(2, XmppFailure.Closed);
        core.Bind(3);
        Assert.Equal(8, Questions(core.Written()).Count);
    }

    [Fact] // nobody can say whether a person or a program let it pass
    public void A_subscription_request_is_refused_after_1_to_24_hours_and_once()
    {
        var open = new OpenSubscriptions(Random.Shared.NextDouble);
        var stranger = Jid.Parse("s@x");
        Assert.Null(open.Add(stranger, TimeSpan.Zero));
        Assert.Null(open.Add(stranger, TimeSpan.FromMinutes(30)));
        Assert.Empty(open.TakeDue(TimeSpan.FromMinutes(59)));
        Assert.Equal([stranger], open.TakeDue(TimeSpan.FromHours(24)));
        Assert.Empty(open.TakeDue(TimeSpan.FromHours(48)));
        var dues = Enumerable.Range(0, 200).Select(i =>
        {
            var one = new OpenSubscriptions(Random.Shared.NextDouble);
            one.Add(stranger, TimeSpan.Zero);
            return Enumerable.Range(1, 25).First(h => one.TakeDue(TimeSpan.FromHours(h)).Count == 1);
        }).ToList();
        Assert.InRange(dues.Min(), 1, 6);
        Assert.InRange(dues.Max(), 18, 24);
    }

    [Fact]
    public void Of_more_than_a_hundred_subscription_requests_the_oldest_is_refused_at_once()
    {
        var core = Hiding();
        Answer(core, Questions(core.Written()), _ => Error(), language: null);
        core.Written();
        for (var i = 0; i < OpenSubscriptions.Most; i++)
        {
            core.Come($"<presence type='subscribe' from='s{i}@x'/>");
        }

        Assert.DoesNotContain("unsubscribed", core.Written(), StringComparison.Ordinal);
        core.Come("<presence type='subscribe' from='last@x'/>");
        Assert.Equal("<presence type=\"unsubscribed\" to=\"s0@x\"/>", Last(core));
    }

    private static string Error(string more = "") => $"<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>{more.Replace("<text>", "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>", StringComparison.Ordinal)}</error>";

    private static TestCore Hiding() => new TestCore(hides: true).Bind();

    /// <summary>A stanza as it comes over the line, beyond the limits or not; what is sent because of it.</summary>
    private static string Feed(TestCore core, string xml)
    {
        var parser = new StreamParser(new());
        foreach (var input in parser.Feed(Encoding.UTF8.GetBytes($"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>{xml}")).Skip(1).ToList())
        {
            core.Core.Take(1, input, core.Progress, core.Now);
            core.Drain();
        }

        return Last(core);
    }

    /// <summary>What was written but acknowledgements.</summary>
    private static string Last(TestCore core) => System.Text.RegularExpressions.Regex.Replace(core.Written(), "<(r|a) xmlns=.urn:xmpp:sm:3.[^>]*/>", "", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));

    private static List<(string Kind, string Type, string Id, string To, bool IsHinted)> Questions(string written) =>
        [.. System.Xml.Linq.XElement.Parse($"<x>{written}</x>").Elements().Where(e => (e.Name.LocalName is "iq" or "message") && e.Attribute("to") is not null && e.Elements().Any(c => c.Name.LocalName == "ping"))
            .Select(e => (e.Name.LocalName, e.Attribute("type")!.Value, e.Attribute("id")!.Value, e.Attribute("to")!.Value, e.Elements().Any(c => c.Name.LocalName == "no-store")))];

    private static void Answer(TestCore core, List<(string Kind, string Type, string Id, string To, bool IsHinted)> asked, Func<(string Kind, string Type, string Id, string To, bool IsHinted), string?> answer, string? language, long line = 1)
    {
        foreach (var question in asked)
        {
            if (answer(question) is { } content)
            {
                core.Come($"<{question.Kind} type='error' id='{question.Id}' from='{question.To}'{(language is null ? "" : $" xml:lang='{language}'")}>{content}</{question.Kind}>", line);
            }
        }
    }
}
