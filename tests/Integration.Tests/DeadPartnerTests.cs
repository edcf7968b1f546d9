using DerAgent.Client;
using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Xmpp;

namespace DerAgent.Integration.Tests;

/// <summary>
/// A partner that is gone without a word, on servers as they are shipped: they keep its messages, and another resource of its account is on line, so that no report
/// comes back (wire profile §1.7).
/// </summary>
public sealed class DeadPartnerTests
{
    private static readonly Jid Agent = Jid.Parse("pv1@localhost/IEC");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// 60 s of silence while it has a block enabled, then a ping that comes back; or three pings 20 s apart that nobody answers, where a report that came while it
    /// closed reset its line, and the server keeps the session for it. The agent looks after its peers each 5 s.
    /// </summary>
    private static readonly TimeSpan NoticedWithin = TimeSpan.FromSeconds(60 + (3 * 20) + 15);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_partner_that_is_gone_without_a_word_loses_its_block_and_its_account_gets_it_back(bool isEjabberd)
    {
        await using var lab = await AgentLab.StartAsync("pv-inverter.cid", [new("inv1", "sunspec-inverter")], isEjabberd: isEjabberd);
        await using var other = new XmppPeer(lab.Xmpp.Options("control", "phone") with { Priority = 5 }, isKnown: static _ => false);
        await other.ConnectedAsync(resumed: false);
        await using (var partner = new SilentPartner(lab.Xmpp.Options("control", "scada")))
        {
            await partner.AssociateAsync();
            Assert.Null(await partner.WriteAsync("LLN0$BR$brcbMeas01$RptEna", DataValue.Boolean(true)));
        }

        // It is gone; its block is not free at once, for nobody knows of it.
        var gone = TimeProvider.System.GetTimestamp();
        await using var again = await lab.ConnectAsync("control", "scada2");
        var name = ObjectName.In("PV1LD0", "LLN0$BR$brcbMeas01$RptEna");
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (await again.WriteAsync(name, DataValue.Boolean(true), Cancel) is { } failure)
        {
            Assert.Equal(DataAccessError.TemporarilyUnavailable, failure);
            Assert.True(TimeProvider.System.GetElapsedTime(gone) < NoticedWithin, $"after {TimeProvider.System.GetElapsedTime(gone).TotalSeconds:0} s the block is not free:\n{lab.Agent.Output}");
            await timer.WaitForNextTickAsync(Cancel);
        }

        Assert.Contains("/scada#", lab.Agent.Output, StringComparison.Ordinal);
        await lab.Agent.LineAsync("control@localhost/scada#7 ended: ");
    }

    [Theory] // the same full JID and id: the new association takes the place of the old one, and may do with the block what it likes
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_partner_that_starts_anew_under_its_JID_and_id_has_its_block_at_once(bool isEjabberd)
    {
        await using var lab = await AgentLab.StartAsync("pv-inverter.cid", [new("inv1", "sunspec-inverter")], isEjabberd: isEjabberd);
        for (var life = 0; life < 6; life++)
        {
            await using var partner = new SilentPartner(lab.Xmpp.Options("control", "scada"));
            try
            {
                await partner.AssociateAsync();
                Assert.Null(await partner.WriteAsync("LLN0$BR$brcbMeas01$RptEna", DataValue.Boolean(true)));
            }
            catch (Xunit.Sdk.XunitException e)
            {
                Assert.Fail($"life {life}: {e.Message}\n{lab.Agent.Output}");
            }
        }
    }

    [Theory] // before the first ping reaches it, or right after it has answered: again and again, each time as another resource, and nobody is locked out
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_partner_that_dies_at_once_again_and_again_finds_a_place(bool isEjabberd, bool answersFirst)
    {
        await using var lab = await AgentLab.StartAsync("pv-inverter.cid", [new("inv1", "sunspec-inverter")], isEjabberd: isEjabberd);
        for (var life = 0; life < 12; life++)
        {
            await using var partner = new SilentPartner(lab.Xmpp.Options("control", $"dead{life}"));
            await partner.AssociateAsync();
            if (answersFirst)
            {
                await partner.RoundTripAsync();
            }
        }
    }

    [Theory] // its own words are those of the server; and it is there
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_partner_that_knows_no_pings_is_left_alone(bool isEjabberd)
    {
        await using var lab = await AgentLab.StartAsync("pv-inverter.cid", [new("inv1", "sunspec-inverter")], isEjabberd: isEjabberd);
        await using var partner = new SilentPartner(lab.Xmpp.Options("control", "deaf"));
        await partner.AssociateAsync(knowsPings: false);
        await partner.RoundTripAsync();

        // All places of its account are taken: it is asked again, and so are the others.
        var others = new List<SilentPartner>();
        for (var i = 0; i < 5; i++)
        {
            others.Add(new(lab.Xmpp.Options("control", $"other{i}")));
        }

        foreach (var other in others.SkipLast(1))
        {
            await other.AssociateAsync();
        }

        var refused = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => others[^1].AssociateAsync());
        Assert.Contains(nameof(InitiateError), refused.Message, StringComparison.Ordinal);
        await partner.RoundTripAsync();
        foreach (var other in others)
        {
            await other.DisposeAsync();
        }
    }

    /// <summary>A client of which no presence goes to the agent; it answers pings.</summary>
    private sealed class SilentPartner : IAsyncDisposable
    {
        private readonly AssociationEnd _end = new("7", MmsDialect.Tr2015);
        private readonly XmppPeer _peer;
        private bool _knows;

        public SilentPartner(XmppOptions options) => _peer = new(options, j => _knows && j == Agent.Bare);

        public async Task AssociateAsync(bool knowsPings = true)
        {
            await _peer.ConnectedAsync(resumed: false);

            // A subscription request of the agent that waits is not granted.
            await _peer.PingAsync();
            _knows = knowsPings;
            var answer = Assert.IsType<InitiateResponse>(await AskAsync("set", new InitiateRequest { LocalDetailCalling = 65_000, DataStructureNestingLevel = 10, ParameterCbb = ParameterCbb.Iec61850 }));
            _end.Negotiated(answer, isCalling: true);
        }

        /// <summary>What the agent sent before has come, and was answered.</summary>
        public Task RoundTripAsync() => AskAsync("get", new ConfirmedRequest(1, new IdentifyRequest()));

        public async Task<DataAccessError?> WriteAsync(string item, DataValue value)
        {
            var request = new WriteRequest(new VariableAccess.List([new VariableSpecification(ObjectName.In("PV1LD0", item))]), [value]);
            return Assert.Single(Assert.IsType<WriteResponse>(Assert.IsType<ConfirmedResponse>(await AskAsync("set", new ConfirmedRequest(1, request))).Service).Results);
        }

        public ValueTask DisposeAsync() => _peer.DisposeAsync();

        private async Task<MmsPdu> AskAsync(string type, MmsPdu pdu)
        {
            var answer = await _peer.Connection.RequestAsync(Stanza.Iq(type, _peer.Connection.NewId(), Agent, AssociationEnvelope.Write("7", pdu, MmsDialect.Tr2015)), Patience, Cancel);
            Assert.True(answer.Type == "result", answer.ToString());
            return _end.Read(AssociationEnvelope.Read(answer.Element!.Xml, out _)!).Pdu!;
        }
    }
}
