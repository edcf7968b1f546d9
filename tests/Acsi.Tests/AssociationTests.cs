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
    public void Only_offered_services_are_advertised_and_the_rest_is_rejected()
    {
        var ied = TestIed.PvInverter();
        var peer = ied.Associate();
        ServiceRequest[] notOffered =
        [
            new DefineNamedVariableListRequest(ObjectName.In("PV1LD0", "LLN0$x"), []),
            new DeleteNamedVariableListRequest(ScopeOfDelete.Specific, []),
            new ReadJournalRequest(ObjectName.In("PV1LD0", "LLN0$GeneralLog")),
            new FileDirectoryRequest(),
            new FileOpenRequest("x", 0),
            new ObtainFileRequest("a", "b"),
            new GetNameListRequest(ObjectClass.NamedVariable, NameScope.Domain, "PV1LD0", Extended: true),
        ];
        Assert.All(notOffered, s => Assert.Equal(new RejectReason(RejectedPdu.ConfirmedRequest, RejectCode.UnrecognizedService), Assert.IsType<RejectPdu>(ied.Ask(peer, s)).Reason));
        var offered = Assert.IsType<InitiateResponse>(ied.Server.Associate(new(peer.Key with { Id = "2" }, peer.Subject), new InitiateRequest())).ServicesSupportedCalled!;
        Assert.True(offered.Has(MmsService.Read));
        Assert.All(notOffered.SkipLast(1), s => Assert.False(offered.Has(s.Service)));
    }

    [Fact] // AssN: an id that is in use, a nesting level too low, a PDU too small
    public void Bad_proposals_are_refused_and_the_old_association_lives_on()
    {
        var ied = TestIed.PvInverter();
        var peer = ied.Associate();
        var requester = new AssociationRequester(peer.Key, new(peer.Key.BarePeer, Look, []));
        Assert.IsType<InitiateError>(ied.Server.Associate(requester, new InitiateRequest()));
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
        var ied = TestIed.PvInverter(new AcsiOptions { MaxAssociations = 7, MaxAssociationsPerPeer = 5 });
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
    public void A_client_that_only_listens_is_not_idle()
    {
        var ied = TestIed.PvInverter(new AcsiOptions { IdleTimeout = TimeSpan.FromMinutes(10) });
        var peer = ied.Associate();
        Assert.Null(ied.Write(peer, "LLN0$RP$urcbMeas01$RptEna", Model.DataValue.Boolean(true)));
        ied.Advance(1_500);
        Assert.Empty(ied.Ended);
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
