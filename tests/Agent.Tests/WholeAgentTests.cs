using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Agent.Tests;

/// <summary>From stanza to register and back, in virtual time: what each way through the house does when all goes well, and when anything fails on it.</summary>
public sealed class WholeAgentTests
{
    private const string Peer = "control@dso.example/1";

    [Fact]
    public async Task A_measurement_is_read()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        Assert.Equal(800, agent.Read("MMXU1$MX$TotW$mag$f").Value.AsDouble());
        agent.Device[10] = 700;
        agent.Advance(1.2);
        Assert.Equal(700, agent.Read("MMXU1$MX$TotW$mag$f").Value.AsDouble());
    }

    [Fact]
    public async Task A_command_ends_when_its_effect_shows()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        var write = Operate(agent, 50);
        agent.Advance(1);
        Assert.Null(Assert.Single(Results(agent, write)));
        Assert.Equal(50, agent.Device[20]);
        Assert.Empty(Terminations(agent));
        agent.Device[10] = 500;
        agent.Advance(3);
        Assert.Equal([true], Terminations(agent));
    }

    [Theory]
    [InlineData("refuses", 9)]
    [InlineData("silent", 23)]
    [InlineData("clamps", 22)]
    [InlineData("ignores", 16)]
    [InlineData("throws", 9)]
    public async Task A_command_that_fails_ends_once_with_its_AddCause(string fault, int cause)
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        agent.Device.OnWrite = (_, _) => fault switch { "refuses" => Modbus.ModbusExceptionCode.ServerDeviceFailure, "throws" => throw new InvalidOperationException("nobody foresaw this"), _ => null };
        agent.Device.Takes = (_, value) => fault == "clamps" ? (ushort)99 : value;
        agent.Device.IsSilent = fault == "silent";
        var write = Operate(agent, 50);
        agent.Advance(40);
        Assert.Null(Assert.Single(Results(agent, write)));
        var errors = agent.Link.Reports().Where(r => Names(r).Contains("LastApplError", StringComparer.Ordinal)).ToList();
        Assert.Equal(cause, Assert.Single(errors).Results[0].Value.Items[^1].AsInteger());
    }

    [Fact]
    public async Task A_reload_that_leaves_the_hardware_as_it_is_lets_a_command_go_on()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        Operate(agent, 50);
        agent.Advance(1);
        agent.Secret = "another";
        await agent.UseAsync();
        agent.Advance(1);
        Assert.Empty(Terminations(agent));
        agent.Device[10] = 500;
        agent.Advance(5);
        Assert.Equal((50, true), (agent.Device[20], Assert.Single(Terminations(agent))));
        Assert.Equal(1, agent.Line.Asked.Count(a => a.Function is Modbus.ModbusFunction.WriteMultipleRegisters or Modbus.ModbusFunction.WriteSingleRegister));
    }

    [Fact]
    public async Task A_reload_of_other_hardware_while_a_command_is_under_way_ends_it_and_the_next_one_works()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        Operate(agent, 50);
        agent.Advance(1);
        agent.Profile = agent.Profile.Replace("within: 20s", "within: 25s", StringComparison.Ordinal);
        await agent.UseAsync();
        agent.Advance(5);
        Assert.Equal([false], Terminations(agent));
        agent.Device[10] = 300;
        var write = Operate(agent, 40);
        agent.Advance(5);
        Assert.Null(Assert.Single(Results(agent, write)));
        Assert.Equal((40, true), (agent.Device[20], Assert.Single(Terminations(agent))));
    }

    [Fact]
    public async Task A_client_that_goes_while_its_command_runs_changes_nothing_for_the_hardware()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        Operate(agent, 50);
        agent.Link.Receive(Peer, "presence", "unavailable", "p", "");
        agent.Device[10] = 400;
        agent.Advance(5);
        Assert.Equal(50, agent.Device[20]);
        agent.Associate();
        Operate(agent, 60);
        agent.Advance(5);
        Assert.Equal(60, agent.Device[20]);
    }

    [Fact]
    public async Task Reports_wait_while_the_stream_is_down_and_are_lost_by_nobody()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        Assert.Null(Assert.Single(Results(agent, agent.Send(TestAgent.Writing("LLN0$BR$brcbMeas01$RptEna", DataValue.Boolean(true))))));
        agent.Advance(2);
        agent.Link.Reports();
        agent.Link.Disconnect(mayResume: true);
        agent.Device[10] = 100;
        agent.Advance(3);
        agent.Device[10] = 200;
        agent.Advance(3);
        Assert.Empty(agent.Link.Reports());
        agent.Link.Connect(resumed: true);
        Assert.True(agent.Link.Reports().Count >= 2);
    }

    [Fact]
    public async Task A_stream_that_is_lost_for_good_ends_its_associations()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        agent.Link.Disconnect(mayResume: false);
        agent.Link.Connect();
        Assert.Null(agent.Ask(new IdentifyRequest()));
        Assert.Contains("item-not-found", agent.Link.Sent[^1].ToString(), StringComparison.Ordinal);
        agent.Associate();
        Assert.IsType<ConfirmedResponse>(agent.Ask(new IdentifyRequest()));
    }

    [Fact] // architecture: what a connection cannot take is never dropped
    public async Task An_association_whose_answer_cannot_be_taken_is_aborted_and_its_buffer_keeps_what_waited()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        Assert.Null(Assert.Single(Results(agent, agent.Send(TestAgent.Writing("LLN0$BR$brcbMeas01$RptEna", DataValue.Boolean(true))))));
        agent.Advance(2);
        var before = agent.Link.Reports().Count;
        agent.Link.IsTaking = false;
        agent.Send(new IdentifyRequest());
        agent.Device[10] = 100;
        agent.Advance(3);
        agent.Link.IsTaking = true;
        agent.Associate();
        Assert.Null(Assert.Single(Results(agent, agent.Send(TestAgent.Writing("LLN0$BR$brcbMeas01$RptEna", DataValue.Boolean(true))))));
        Assert.True(agent.Link.Reports().Count > before);
    }

    [Fact] // architecture: the line pulls
    public async Task A_slow_connection_gets_a_few_reports_at_a_time_and_all_of_them_in_the_end()
    {
        await using var agent = await TestAgent.StartAsync();
        Measure(agent, 12);
        agent.Associate();
        agent.Link.IsSlow = true;
        agent.Send(TestAgent.Writing("LLN0$BR$brcbMeas01$RptEna", DataValue.Boolean(true)));
        var got = new List<InformationReport>();
        for (var round = agent.Link.Reports(); round.Count > 0; round = agent.Link.Reports())
        {
            Assert.InRange(round.Count, 1, 4);
            got.AddRange(round);
            agent.Link.WriteOnce();
        }

        Assert.True(got.Count >= 12);
        Assert.Equal(Enumerable.Range(0, got.Count), got.Select(r => (int)ReportFormat.Read(r)!.SequenceNumber!));
    }

    [Fact]
    public async Task A_connection_without_room_gets_its_reports_when_it_has_room_again()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        agent.Send(TestAgent.Writing("LLN0$BR$brcbMeas01$RptEna", DataValue.Boolean(true)));
        agent.Send(TestAgent.Writing("LLN0$RP$urcbMeas01$RptEna", DataValue.Boolean(true)));
        agent.Advance(2);
        agent.Link.Reports();
        agent.Link.TakeRoom();
        Measure(agent, 5);
        Assert.Empty(agent.Link.Reports());
        Assert.IsType<ConfirmedResponse>(agent.Ask(new IdentifyRequest()));
        Assert.Contains(agent.Log, l => l.Contains("urcbMeas01: an unbuffered report was lost", StringComparison.Ordinal));
        agent.Link.GiveRoom();
        var reports = agent.Link.Reports().Select(r => ReportFormat.Read(r)!).Where(r => r.ReportId == "brcbMeas").ToList();
        Assert.True(reports.Count >= 5);
        Assert.All(reports, r => Assert.False(r.BufferOverflow));
        Assert.Equal(Enumerable.Range((int)reports[0].SequenceNumber!, reports.Count), reports.Select(r => (int)r.SequenceNumber!));
    }

    [Fact] // reservations, settings and the mode live on in the server that takes the place of another
    public async Task What_clients_set_outlives_another_model()
    {
        await using var agent = await TestAgent.StartAsync(a => a.Access = a.Access.Replace("OPERATOR\"", "OPERATOR\", \"ENGINEER\"", StringComparison.Ordinal));
        agent.Associate();
        Assert.Null(Assert.Single(Results(agent, agent.Send(TestAgent.Writing("LLN0$BR$brcbMeas01$IntgPd", DataValue.Unsigned(7_000))))));
        Assert.Null(Assert.Single(Results(agent, agent.Send(TestAgent.Writing("MMXU1$CF$TotW$db", DataValue.Unsigned(123))))));
        agent.Scl = agent.Scl.Replace("doName=\"TotVAr\" fc=\"MX\"", "doName=\"TotVA\" fc=\"MX\"", StringComparison.Ordinal);
        await agent.UseAsync();
        agent.Associate();
        Assert.Equal(7_000u, agent.Read("LLN0$BR$brcbMeas01$IntgPd").Value.AsUnsigned());
        Assert.Equal(123u, agent.Read("MMXU1$CF$TotW$db").Value.AsUnsigned());
        Assert.Contains(agent.Log, l => l.Contains("brcbMeas02: what was stored is not used: the data set has changed", StringComparison.Ordinal));
    }

    private static void Measure(TestAgent agent, int count)
    {
        for (var i = 0; i < count; i++)
        {
            agent.Device[10] = (ushort)(100 + (50 * i));
            agent.Advance(1.2);
        }
    }

    [Fact]
    public async Task A_stranger_gets_what_nobody_would_give_him()
    {
        await using var agent = await TestAgent.StartAsync();
        var id = agent.Send(new InitiateRequest { LocalDetailCalling = 65_000 }, "stranger@dso.example/1", "1", "set");
        var answer = agent.Link.AnswerStanza(id)!.ToString();
        Assert.Contains("service-unavailable", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("<text", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<AssociationContext id=\"1\"/>", "bad-request")]
    [InlineData("<AssociationContext id=\"1\"><x/></AssociationContext>", "bad-request")]
    [InlineData("<AssociationContext id=\"a b\"><MMSpdu xmlns=\"http://www.iec.ch/61850/2015/SCSM_8_2\"/></AssociationContext>", "bad-request")]
    [InlineData("<AssociationContext id=\"2\"><MMSpdu xmlns=\"http://www.iec.ch/61850/2015/SCSM_8_2\"><confirmed-RequestPDU><invokeID>1</invokeID><ConfirmedServiceRequest><identify/></ConfirmedServiceRequest></confirmed-RequestPDU></MMSpdu></AssociationContext>", "item-not-found")]
    [InlineData("<other xmlns=\"x\"/>", "service-unavailable")]
    [InlineData("<AssociationContext id=\"a+b/c=\"><MMSpdu xmlns=\"http://www.iec.ch/61850/2015/SCSM_8_2\"><nonsense/></MMSpdu></AssociationContext>", "item-not-found")]
    [InlineData("<AssociationContext id=\"{7}\"><MMSpdu xmlns=\"http://www.iec.ch/61850/2015/SCSM_8_2\"/></AssociationContext>", "item-not-found")]
    public async Task What_makes_no_sense_is_answered_and_ends_nothing(string payload, string condition)
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        agent.Link.Receive(Peer, "iq", "get", "x", payload);
        Assert.Contains(condition, agent.Link.AnswerStanza("x")!.ToString(), StringComparison.Ordinal);
        Assert.IsType<ConfirmedResponse>(agent.Ask(new IdentifyRequest()));
    }

    [Theory] // any printable token names an association
    [InlineData("a+b/c=")]
    [InlineData("{7}")]
    [InlineData("&amp;&lt;'&quot;")]
    public async Task An_association_may_have_any_name_that_can_be_printed(string id)
    {
        await using var agent = await TestAgent.StartAsync();
        var name = System.Net.WebUtility.HtmlDecode(id);
        agent.Associate(Peer, name);
        Assert.IsType<ConfirmedResponse>(agent.Ask(new IdentifyRequest(), Peer, name));
        Assert.Contains($"id=\"{id.Replace("'", "&apos;", StringComparison.Ordinal)}\"", agent.Link.Sent[^1].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rights_taken_away_end_the_association_that_had_them_and_no_other()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        agent.Associate("view@dso.example/2");
        agent.Access = agent.Access.Replace("OPERATOR", "MONITOR", StringComparison.Ordinal);
        await agent.UseAsync();
        Assert.Null(agent.Ask(new IdentifyRequest()));
        Assert.IsType<ConfirmedResponse>(agent.Ask(new IdentifyRequest(), "view@dso.example/2"));
        agent.Associate(Peer, "2");
        Assert.IsType<ConfirmedResponse>(agent.Ask(new IdentifyRequest(), Peer, "2"));
    }

    [Fact]
    public async Task Another_model_ends_every_association_and_the_same_model_none()
    {
        await using var agent = await TestAgent.StartAsync();
        agent.Associate();
        await agent.UseAsync();
        Assert.IsType<ConfirmedResponse>(agent.Ask(new IdentifyRequest()));
        agent.Scl = agent.Scl.Replace("desc=\"\"", "", StringComparison.Ordinal).Replace("doName=\"TotVAr\" fc=\"MX\"", "doName=\"TotVA\" fc=\"MX\"", StringComparison.Ordinal);
        await agent.UseAsync();
        Assert.Null(agent.Ask(new IdentifyRequest()));
        agent.Associate();
        agent.Advance(2);
        Assert.Equal(800, agent.Read("MMXU1$MX$TotW$mag$f").Value.AsDouble());
    }

    private static string Operate(TestAgent agent, float value) => agent.Send(TestAgent.Writing("DWMX1$CO$WMaxSptPct$Oper", TestAgent.Oper(value, agent.Time)));

    private static ValueList<DataAccessError?> Results(TestAgent agent, string id) =>
        Assert.IsType<WriteResponse>(Assert.IsType<ConfirmedResponse>(agent.Link.Answer(id)).Service).Results;

    private static IEnumerable<string> Names(InformationReport report) => report.Variables is VariableAccess.List list ? list.Items.Select(i => i.Name.Item) : [];

    /// <summary>Whether each CommandTermination since the last call was positive.</summary>
    private static List<bool> Terminations(TestAgent agent) =>
        [.. agent.Link.Reports().Where(r => Names(r).Any(n => n.EndsWith("$Oper", StringComparison.Ordinal))).Select(r => !Names(r).Contains("LastApplError", StringComparer.Ordinal))];
}
