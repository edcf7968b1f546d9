namespace DerAgent.Xmpp.Tests;

/// <summary>A connection in virtual time: what it writes, tells and gives up, and when (wire profile §1).</summary>
public sealed class ConnectionCoreTests
{
    [Fact]
    public void A_bound_session_says_that_it_is_there()
    {
        var core = new TestCore().Bind();
        Assert.Equal(new XmppNotice.Connected(core.Options.Jid, false), Assert.Single(core.Notices));
        var written = core.Written();
        Assert.Contains("jabber:iq:roster", written, StringComparison.Ordinal);
        Assert.Contains("<priority>-1</priority>", written, StringComparison.Ordinal);
    }

    [Fact] // XEP-0198 §3: what came before <enabled/> is served and not counted
    public void What_came_early_is_served_and_not_counted()
    {
        var core = new TestCore();
        var early = new StreamEvent.Element(new XmlElement("<message xmlns='jabber:client' from='control@dso.example/1'/>"u8.ToArray(), null));
        core.Core.Attach(1, new NegotiationStep.Bound(core.Options.Jid, new("s1", null), [early]), core.Progress, core.Now);
        core.Drain();
        Assert.Single(core.Received);
        core.Come("<r xmlns='urn:xmpp:sm:3'/>");
        Assert.Contains("h=\"0\"", core.Written(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_acknowledgement_goes_before_all_else()
    {
        var core = TestCore.Served();
        core.IsStuck = true;
        var lane = core.Lane("one");
        core.Send(lane, "1");
        core.Send(lane, "2");
        core.Come("<r xmlns='urn:xmpp:sm:3'/>");
        Assert.Single(core.Writes);
        core.Flush();
        Assert.StartsWith("<a xmlns=\"urn:xmpp:sm:3\" h=\"0\"/><message", core.Writes[1], StringComparison.Ordinal);
    }

    [Fact] // ejabberd ends sessions that let too many go unacknowledged
    public void Unasked_it_acknowledges_every_100_stanzas_and_every_second()
    {
        var core = TestCore.Served();
        for (var i = 1; i <= 250; i++)
        {
            core.Come("<message from='control@dso.example/1'/>");
        }

        Assert.Equal("<a xmlns=\"urn:xmpp:sm:3\" h=\"100\"/><a xmlns=\"urn:xmpp:sm:3\" h=\"200\"/>", core.Written());
        core.Pass(1);
        Assert.Equal("<a xmlns=\"urn:xmpp:sm:3\" h=\"250\"/>", core.Written());
        core.Pass(5);
        Assert.Equal("", core.Written());
    }

    [Fact]
    public void Without_stream_management_nothing_is_acknowledged_or_kept()
    {
        var core = new TestCore().Bind(isManaged: false);
        core.Written();
        core.Send(core.Lane("one"), "1");
        core.Come("<message from='control@dso.example/1'/>");
        core.Pass(3);
        Assert.DoesNotContain("urn:xmpp:sm:3", core.Written(), StringComparison.Ordinal);
        Assert.Equal(0, core.Budget.Used);
    }

    [Fact] // a stanza is numbered when it is written: what the server did not handle comes again before what never went out
    public void A_resumed_session_writes_again_what_was_not_handled_before_what_waited()
    {
        var core = TestCore.Served();
        var lane = core.Lane("one");
        core.Send(lane, "1");
        core.Send(lane, "2");
        core.IsStuck = true;
        core.Send(lane, "3");
        core.Send(lane, "4");
        core.Core.Broke(1, new(XmppFailureKind.Connection, "cut"));
        core.Drain();
        Assert.Equal(LinePhase.Resumable, core.Core.Phase);
        core.Send(lane, "5");
        core.Written();
        core.IsStuck = false;
        core.Resume(2, handled: 3);
        Assert.Equal(["2", "3", "4", "5"], core.Bodies());
        core.Come("<a xmlns='urn:xmpp:sm:3' h='7'/>", line: 2);
        Assert.Equal(0, core.Core.Output.Unacknowledged);
        Assert.Equal(0, core.Budget.Used);
    }

    [Fact]
    public void A_server_that_resumes_with_what_fits_nothing_is_left_for_a_new_session()
    {
        var core = TestCore.Served();
        core.Core.Broke(1, new(XmppFailureKind.Connection, "cut"));
        core.Resume(2, handled: 77);
        Assert.Equal(LinePhase.Idle, core.Core.Phase);
        Assert.Equal(XmppFailureKind.Protocol, core.Closed[^1].Failure.Kind);
        Assert.Null(core.Core.Resumption);
    }

    [Fact] // XEP-0198 §4: it is an error to acknowledge more than was sent
    public void A_server_that_acknowledges_too_much_loses_the_session()
    {
        var core = TestCore.Served();
        core.Come("<a xmlns='urn:xmpp:sm:3' h='3'/>");
        Assert.Equal((LinePhase.Idle, XmppFailureKind.Protocol), (core.Core.Phase, Assert.Single(core.Closed).Failure.Kind));
    }

    [Fact] // RFC 6120 §8.1.2.1: only our server speaks without from or as its domain
    public void A_ping_is_answered_by_the_server_alone()
    {
        var core = TestCore.Served();
        core.Pass(25);
        var id = core.Written().Split("id=\"")[1].Split('"')[0];
        core.Come($"<iq type='result' id='{id}' from='control@dso.example/1'/>");
        core.Come($"<iq type='result' id='{id}0' from='dso.example'/>");
        core.Pass(14);
        Assert.Empty(core.Closed);
        core.Come($"<iq type='result' id='{id}' from='dso.example'/>");
        core.Pass(20);
        Assert.Empty(core.Closed);
        core.Pass(25);
        Assert.Equal((LinePhase.Resumable, XmppFailureKind.Silence), (core.Core.Phase, Assert.Single(core.Closed).Failure.Kind));
    }

    [Fact] // what waited and what was written goes with its session; the next one starts empty
    public void A_new_session_says_how_much_was_lost_with_the_old_one()
    {
        var core = TestCore.Served();
        core.IsStuck = true;
        var lane = core.Lane("one");
        core.Send(lane, "1");
        core.Send(lane, "2");
        core.Core.Broke(1, new(XmppFailureKind.Connection, "cut"));
        core.Notices.Clear();
        core.IsStuck = false;
        core.Written();
        core.Bind(2, "s2");
        Assert.Equal(2, Assert.Single(core.Notices.OfType<XmppNotice.Connected>()).Lost);
        Assert.Empty(core.Bodies());
    }

    [Fact] // a line that takes nothing: what waits is bounded, and what comes is still read
    public void Requests_wait_while_there_is_no_room_for_their_answers_and_acknowledgements_are_taken()
    {
        var core = TestCore.Served(new() { Jid = Jid.Parse("pv1@dso.example/IEC"), Password = "x", MaxHeld = 10_000 });
        var lane = core.Lane("one");
        for (var i = 0; core.Send(lane, $"{i} {new string('x', 500)}"); i++)
        {
        }

        Assert.InRange(core.Budget.Used, 9_000, 10_000);
        core.Come("<iq type='get' id='1' from='control@dso.example/1'><x xmlns='y'/></iq>");
        core.Come("<iq type='get' id='2' from='control@dso.example/1'><x xmlns='y'/></iq>");
        core.Come("<message from='control@dso.example/1'/>");
        Assert.Equal([StanzaKind.Message], core.Received.Select(s => s.Kind));
        var sent = core.Core.Output.Unacknowledged;
        core.Come($"<a xmlns='urn:xmpp:sm:3' h='{2 + sent}'/>");
        Assert.Equal((LinePhase.Serving, 0), (core.Core.Phase, core.Budget.Used));
        Assert.Equal([null, "1", "2"], core.Received.Select(s => s.Id));
        Assert.False(core.Core.MustPause);
    }

    [Fact] // not even those who wait may pile up
    public void More_than_a_MiB_of_requests_that_wait_stops_the_reading()
    {
        var core = TestCore.Served(new() { Jid = Jid.Parse("pv1@dso.example/IEC"), Password = "x", MaxHeld = 10_000 });
        Assert.True(core.Budget.TryTake(9_000));
        var request = $"<iq xmlns='jabber:client' type='get' id='1' from='control@dso.example/1'><x xmlns='y'>{new string('x', 100_000)}</x></iq>";
        for (var i = 0; i < 11; i++)
        {
            Assert.False(core.Core.MustPause);
            core.Come(request);
        }

        Assert.True(core.Core.MustPause);
        core.Budget.Give(9_000);
        core.Flush();
        Assert.False(core.Core.MustPause);
        Assert.Equal(11, core.Received.Count());
    }

    [Fact]
    public void Whoever_found_no_room_is_told_once_when_there_is()
    {
        var core = TestCore.Served();
        var lane = core.Lane("one", limit: 2_000);
        core.IsStuck = true;
        while (core.Send(lane, new string('x', 100)))
        {
        }

        Assert.False(lane.HasRoom);
        core.Notices.Clear();
        core.IsStuck = false;
        core.Flush();
        Assert.Single(core.Notices.OfType<XmppNotice.Room>());
        Assert.True(lane.HasRoom);
        core.Send(lane, "1");
        Assert.Single(core.Notices.OfType<XmppNotice.Room>());
    }

    [Fact] // a server that reads everything and acknowledges nothing
    public void Four_MiB_unacknowledged_for_15_s_lose_the_line_and_not_the_session()
    {
        var core = TestCore.Served();
        for (var i = 0; core.Core.Output.UnacknowledgedOctets < core.Options.MaxUnacknowledged; i++)
        {
            Assert.True(core.Send(core.Lane($"{i}"), new string('x', 60_000)));
        }

        Assert.Empty(core.Closed);
        core.Progress = core.Progress with { Acknowledged = core.Progress.Written };
        core.Pass(16);
        var end = Assert.Single(core.Closed);
        Assert.Equal((LinePhase.Resumable, XmppFailureKind.Silence), (core.Core.Phase, end.Failure.Kind));
    }

    [Fact] // from the moment h is told nothing of the old line is taken: a command must not run twice
    public void A_line_that_hands_over_takes_nothing_more_and_the_new_one_gets_it()
    {
        var core = TestCore.Served();
        core.Come("<message id='1' from='control@dso.example/1'/>");
        var lane = core.Lane("one");
        core.Send(lane, "a");
        Assert.Equal(["a"], core.Bodies());

        // What is under way is acknowledged first: a server may have read it and not counted it.
        Assert.True(core.Core.Quiet(core.Now));
        core.Drain();
        Assert.False(core.Core.IsQuiet);
        core.Send(lane, "b");
        core.Come("<a xmlns='urn:xmpp:sm:3' h='3'/>");
        Assert.True(core.Core.IsQuiet);
        Assert.DoesNotContain("<body>", core.Written(), StringComparison.Ordinal);
        Assert.Equal(new Resumption("s1", 1), core.Core.HandOver());
        Assert.True(core.Core.MustPause);
        core.Come("<message id='2' from='control@dso.example/1'/>");
        Assert.Empty(core.Bodies());
        core.Resume(2, handled: 3);
        Assert.Equal(["b"], core.Bodies());
        Assert.Equal((1, 2), (core.Closed[0].Line, core.Closed[0].Successor));
        core.Come("<message id='2' from='control@dso.example/1'/>", line: 2);
        core.Come("<message id='3' from='control@dso.example/1'/>", line: 1);
        Assert.Equal(["1", "2"], core.Received.Select(s => s.Id));
        Assert.DoesNotContain(core.Notices, n => n is XmppNotice.Disconnected);
    }

    [Fact]
    public void A_hand_over_that_is_refused_leaves_the_old_line_serving()
    {
        var core = TestCore.Served();
        Assert.True(core.Core.Quiet(core.Now));
        Assert.NotNull(core.Core.HandOver());
        core.Come("<message id='1' from='control@dso.example/1'/>");
        core.Come("<r xmlns='urn:xmpp:sm:3'/>");
        core.Send(core.Lane("one"), "a");
        Assert.Equal("", core.Written());
        core.Core.Return(core.Now);
        core.Drain();
        Assert.Equal(["1"], core.Received.Select(s => s.Id));
        var written = core.Written();
        Assert.StartsWith("<a xmlns=\"urn:xmpp:sm:3\" h=\"1\"/>", written, StringComparison.Ordinal);
        Assert.Contains("<body>a</body>", written, StringComparison.Ordinal);
    }

    [Theory] // a server closes the old line as soon as the new one has resumed: that is no break
    [InlineData(true)]
    [InlineData(false)]
    public void The_old_line_may_end_before_the_new_one_has_said_that_it_resumed(bool resumes)
    {
        var core = TestCore.Served();
        core.Core.Quiet(core.Now);
        core.Core.HandOver();
        core.Core.Broke(1, new(XmppFailureKind.Connection, "the server closed the line"));
        core.Drain();
        Assert.Empty(core.Closed);
        Assert.Empty(core.Notices);
        if (resumes)
        {
            core.Resume(2, handled: 2);
            Assert.Equal((LinePhase.Serving, 2, 2), (core.Core.Phase, core.Core.Line, Assert.Single(core.Closed).Successor));
            Assert.DoesNotContain(core.Notices, n => n is XmppNotice.Disconnected);
        }
        else
        {
            core.Core.Return(core.Now);
            core.Drain();
            Assert.Equal((LinePhase.Resumable, 0), (core.Core.Phase, Assert.Single(core.Closed).Successor));
            Assert.True(Assert.Single(core.Notices.OfType<XmppNotice.Disconnected>()).MayResume);
        }
    }

    [Fact] // a second line that was bound for whatever reason: the session that serves goes on
    public void A_line_that_nobody_asked_for_is_closed()
    {
        var core = TestCore.Served();
        core.Bind(2, "s2");
        Assert.Equal(2, Assert.Single(core.Closed).Line);
        Assert.Equal((LinePhase.Serving, 1), (core.Core.Phase, core.Core.Line));
    }

    [Fact]
    public void A_stanza_beyond_the_limits_is_counted_and_refused_by_who_sent_it()
    {
        var core = TestCore.Served();
        core.Core.Take(1, new StreamEvent.Dropped(Stanza.OfHead("iq", Namespaces.Client, "set", "9", "control@dso.example/1", null)!), core.Progress, core.Now);
        core.Drain();
        Assert.Contains("policy-violation", core.Written(), StringComparison.Ordinal);
        Assert.Single(core.Notices.OfType<XmppNotice.Dropped>());
        core.Come("<r xmlns='urn:xmpp:sm:3'/>");
        Assert.Contains("h=\"1\"", core.Written(), StringComparison.Ordinal);
    }

    [Fact] // RFC 6120 §4.9.3.19
    public void A_server_that_sends_us_elsewhere_says_where()
    {
        var core = TestCore.Served();
        core.Come($"<error xmlns='{Namespaces.Streams}'><see-other-host xmlns='{Namespaces.StreamErrors}'>[2001:db8::7]:5223</see-other-host></error>");
        Assert.Equal((XmppFailureKind.SeeOtherHost, new XmppEndpoint("2001:db8::7", 5223)), (Assert.Single(core.Closed).Failure.Kind, core.Closed[0].Failure.Other));
    }

    [Fact]
    public void Broken_XML_of_the_server_is_said_so_and_ends_the_session()
    {
        var core = TestCore.Served();
        core.Core.Take(1, new StreamEvent.Broken(StreamErrorCondition.NotWellFormed), core.Progress, core.Now);
        core.Drain();
        Assert.Contains("not-well-formed", core.Written(), StringComparison.Ordinal);
        Assert.Equal(LinePhase.Idle, core.Core.Phase);
    }

    [Fact]
    public void Octets_are_told_as_written_before_they_are()
    {
        var core = TestCore.Served();
        var told = "";
        core.Send(core.Lane("one"), "1", written: () => told = core.Written());
        Assert.Equal("", told);
        Assert.Equal(["1"], core.Bodies());
    }
}
