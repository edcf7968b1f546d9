using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

public sealed class AssociationTests
{
    private static readonly Right Look = Right.View | Right.Read | Right.Reporting;

    [Fact] // Ass1: associate and release
    public void Ass1_an_association_is_made_and_released()
    {
        var ied = TestIed.PvInverter();
        var peer = ied.Associate();
        ied.Server.Handle(peer, "iq", new ConcludeRequest());
        Assert.IsType<ConcludeResponse>(ied.LateAnswer(peer));
        Assert.Empty(ied.Server.Associations);
    }

    [Fact]
    public void What_the_service_table_has_is_advertised_and_nothing_else()
    {
        var ied = TestIed.PvInverter();
        var peer = ied.Associate();
        var offered = Assert.IsType<InitiateResponse>(ied.Server.Associate(new(peer.Key with { Id = "2" }, peer.Subject), new InitiateRequest())).ServicesSupportedCalled!;
        Assert.Equal(
            Mapping.ServiceTable.Rows.Select(r => r.Service).Concat([MmsService.InformationReport, MmsService.Conclude, MmsService.Cancel]).Order(),
            Enumerable.Range(0, 85).Select(i => (MmsService)i).Where(offered.Has));
        Assert.Equal(
            new RejectReason(RejectedPdu.ConfirmedRequest, RejectCode.UnrecognizedService),
            Assert.IsType<RejectPdu>(ied.Ask(peer, new UnknownRequest())).Reason);
    }

    /// <summary>A service that nobody serves: FileRename.</summary>
    private sealed record UnknownRequest : ServiceRequest
    {
        public override MmsService Service => (MmsService)75;
    }

    [Fact] // AssN: a nesting level too low, a PDU too small
    public void Bad_proposals_are_refused_and_the_old_association_lives_on()
    {
        var ied = TestIed.PvInverter();
        var peer = ied.Associate();
        var requester = new AssociationRequester(peer.Key, new(peer.Key.BarePeer, Look, []));
        Assert.IsType<InitiateError>(ied.Server.Associate(requester, new InitiateRequest { DataStructureNestingLevel = 4 }));
        Assert.Same(peer, ied.Server.Find(peer.Key));

        var other = requester with { Key = peer.Key with { Id = "2" } };
        var nesting = Assert.IsType<InitiateError>(ied.Server.Associate(other, new InitiateRequest { DataStructureNestingLevel = 4 }));
        Assert.Equal(ErrorCode.InitiateNestingLevelInsufficient, nesting.Error.Code);
        Assert.IsType<InitiateError>(ied.Server.Associate(other, new InitiateRequest { LocalDetailCalling = 1000 }));
        Assert.Equal(ErrorCode.InitiateMaxSegmentInsufficient, Assert.IsType<InitiateError>(ied.Server.Associate(other, new InitiateRequest { LocalDetailCalling = 8_191 })).Error.Code);
        Assert.Equal(1, Assert.IsType<InitiateResponse>(ied.Server.Associate(other, new InitiateRequest { VersionNumber = 3 })).VersionNumber);
    }

    [Fact]
    public void Associations_are_limited_per_peer_and_in_all()
    {
        var ied = TestIed.PvInverter(new AcsiOptions { MaxAssociationsPerConnection = 7, ReservedPerConnection = 0, MaxAssociationsPerPeer = 5 });
        for (var i = 0; i < 5; i++)
        {
            ied.Associate(id: $"{i}");
        }

        InitiateError Refused(string peer, string id) => Assert.IsType<InitiateError>(ied.Server.Associate(new(new("dso", peer, id), new(peer, Look, [])), new InitiateRequest()));
        Assert.Contains("5 associations", Refused("control@dso.example/2", "x").Error.AdditionalDescription, StringComparison.Ordinal);
        ied.Associate("a@dso.example/1");
        ied.Associate("b@dso.example/1");
        Assert.Contains("all 7", Refused("c@dso.example/1", "x").Error.AdditionalDescription, StringComparison.Ordinal);
    }

    [Fact]
    public void More_requests_than_negotiated_are_rejected()
    {
        var ied = TestIed.PvInverter(new AcsiOptions { MaxOutstanding = 1 });
        var peer = ied.Associate();
        Assert.Null(ied.Ask(peer, TestIed.Writing("DGEN1$SP$WMax$setMag$f", Model.DataValue.Float32(5))));
        Assert.Equal(RejectCode.MaxServOutstandingExceeded, Assert.IsType<RejectPdu>(ied.Ask(peer, new IdentifyRequest())).Reason.Code);
        ied.HardwareObeys();
        Assert.IsType<ConfirmedResponse>(ied.LateAnswer(peer));
    }

    [Fact]
    public void Idle_associations_end()
    {
        var ied = TestIed.PvInverter(new AcsiOptions { IdleTimeout = TimeSpan.FromMinutes(10) });
        ied.Associate();
        ied.Advance(601);
        Assert.Equal(["idle"], ied.Ended);
    }

    [Fact]
    public void A_report_that_is_sent_is_no_sign_of_life_of_its_receiver()
    {
        var ied = TestIed.PvInverter(new AcsiOptions { IdleTimeout = TimeSpan.FromMinutes(10) });
        var peer = ied.Associate();
        Assert.False(ied.Server.Listens(peer));
        Assert.Null(ied.Write(peer, "LLN0$RP$urcbMeas01$RptEna", Model.DataValue.Boolean(true)));
        Assert.True(ied.Server.Listens(peer));
        ied.Advance(599);
        Assert.NotEmpty(ied.Reports(peer));
        ied.Server.Heard(peer);
        ied.Advance(599);
        Assert.Empty(ied.Ended);
        ied.Advance(2);
        Assert.Equal(["idle"], ied.Ended);
    }

    [Fact] // a client that crashed comes back under its name, and finds its place and its blocks
    public void A_fresh_initiate_of_the_same_name_takes_the_place_of_the_old_association()
    {
        var ied = TestIed.PvInverter(new AcsiOptions { MaxAssociationsPerPeer = 1, MaxOutstanding = 1 });
        var peer = ied.Associate();
        Assert.Null(ied.Write(peer, "LLN0$RP$urcbMeas01$RptEna", Model.DataValue.Boolean(true)));
        Assert.Null(ied.Ask(peer, TestIed.Writing("DGEN1$SP$WMax$setMag$f", Model.DataValue.Float32(5))));
        var requester = new AssociationRequester(peer.Key, peer.Subject, "iq7");
        Assert.IsType<InitiateResponse>(ied.Server.Associate(requester, new InitiateRequest()));
        ied.Drain();
        Assert.Equal(["its client has started anew"], ied.Ended);
        var fresh = ied.Server.Find(peer.Key)!;
        Assert.NotSame(peer, fresh);
        Assert.False(ied.Read(fresh, "LLN0$RP$urcbMeas01$RptEna").Value.AsBoolean());
        ied.HardwareObeys();
        Assert.Null(ied.LateAnswer(fresh));

        // The same request again: its answer was lost, nothing else.
        Assert.Null(ied.Write(fresh, "LLN0$RP$urcbMeas01$RptEna", Model.DataValue.Boolean(true)));
        Assert.Same(fresh.Negotiated, ied.Server.Associate(requester, new InitiateRequest()));
        Assert.Same(fresh, ied.Server.Find(peer.Key));
        Assert.True(ied.Server.Listens(fresh));
    }

    [Fact] // a client that crashed, came back under its resource and takes a new id each time
    public void A_full_JID_without_a_place_left_takes_the_one_it_has_forgotten()
    {
        var ied = TestIed.PvInverter(new AcsiOptions { MaxAssociationsPerPeer = 3 });
        var first = ied.Associate(id: "1");
        var listener = ied.Associate(id: "2");
        Assert.Null(ied.Write(listener, "LLN0$RP$urcbMeas01$RptEna", Model.DataValue.Boolean(true)));
        ied.Associate("control@dso.example/other", id: "3");
        Assert.IsType<ConfirmedResponse>(ied.Ask(first, new IdentifyRequest()));
        MmsPdu Ask(string id) => ied.Server.Associate(new(first.Key with { Id = id }, first.Subject), new InitiateRequest());
        ied.Advance(9);
        Assert.IsType<InitiateError>(Ask("4"));
        ied.Advance(2);
        Assert.IsType<InitiateResponse>(Ask("4"));
        ied.Drain();
        Assert.Null(ied.Server.Find(first.Key));
        Assert.Equal(["its client has started anew"], ied.Ended);

        // One that was never used is forgotten sooner. Who waits for reports may be quiet; another resource of the same person is another client.
        Assert.IsType<InitiateError>(Ask("5"));
        ied.Advance(2);
        Assert.IsType<InitiateResponse>(Ask("5"));
        Assert.Same(listener, ied.Server.Find(listener.Key));
        Assert.Equal(3, ied.Server.Associations.Count);
    }

    [Theory] // 16 a connection, 4 of them for who may command; where the SCL file allows fewer, a quarter, at least one
    [InlineData(null, 12, 4)]
    [InlineData(8, 6, 2)]
    [InlineData(3, 2, 1)]
    [InlineData(1, 0, 1)]
    public void Those_who_look_leave_places_for_those_who_may_command(int? most, int lookers, int commanders)
    {
        var ied = TestIed.PvInverter(new AcsiOptions { MaxAssociations = most });
        bool Comes(string name, Right rights, string connection = "dso") =>
            ied.Server.Associate(new(new(connection, $"{name}@dso.example/1", "1"), new($"{name}@dso.example", rights, [])), new InitiateRequest()) is InitiateResponse;
        Assert.Equal(lookers, Enumerable.Range(0, 40).Count(i => Comes($"v{i}", Look)));
        Assert.Equal(commanders, Enumerable.Range(0, 40).Count(i => Comes($"c{i}", Look | Right.Control)));

        // Another connection has places of its own, where the SCL file does not count them all.
        Assert.Equal(most is null, Comes("other", Look, "vpp"));
    }

    [Fact]
    public void What_is_outside_a_peers_area_does_not_exist()
    {
        var ied = TestIed.PvInverter();
        var peer = ied.Associate(rights: Look, area: "PV1LD0/MMXU*");
        Assert.Equal(DataAccessError.ObjectNonExistent, ied.Read(peer, "DWMX1$MX$WMaxSptPct").Failure);
        Assert.Null(ied.Read(peer, "MMXU1$MX$TotW").Failure);
        var names = ied.Ask<GetNameListResponse>(peer, new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "PV1LD0")).Identifiers;
        Assert.All(names, n => Assert.StartsWith("MMXU1", n, StringComparison.Ordinal));
        Assert.NotEmpty(names);
        Assert.Empty(ied.Ask<GetNameListResponse>(peer, new GetNameListRequest(ObjectClass.NamedVariableList, NameScope.Domain, "PV1LD0")).Identifiers);
    }
}
