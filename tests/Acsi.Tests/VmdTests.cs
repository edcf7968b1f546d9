using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>Identify, Status, Cancel and GetDomainAttributes (ISO 9506-2): what MMS conformance asks of a server.</summary>
public sealed class VmdTests
{
    private const string Health = "LPHD1$ST$PhyHealth$stVal";
    private readonly LateStore _store = new() { IsPrompt = true };
    private readonly TestIed _ied;
    private readonly Association _peer;

    public VmdTests()
    {
        _ied = TestIed.PvInverter(store: _store);
        _peer = _ied.Associate();
    }

    [Fact]
    public void Identify_tells_what_the_file_says() =>
        Assert.Equal(new IdentifyResponse(_ied.Model.Identity.Manufacturer, _ied.Model.Identity.Type, _ied.Model.Identity.ConfigVersion), _ied.Ask<IdentifyResponse>(_peer, new IdentifyRequest()));

    [Fact] // a file without manufacturer and type
    public void Identify_tells_who_we_are_where_the_file_says_nothing()
    {
        var ied = new TestIed(System.Text.RegularExpressions.Regex.Replace(TestScl.Shipped, " (?:manufacturer|type)=\"[^\"]*\"(?=[^>]*configVersion)", "", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        var answer = ied.Ask<IdentifyResponse>(ied.Associate(), new IdentifyRequest());
        Assert.Equal(("der-agent", "DER agent"), (answer.Vendor, answer.Model));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    public void Status_tells_how_the_devices_are(int health, int physical)
    {
        Assert.Equal(new StatusResponse(0, 0), Status());
        _ied.Measure(Health, DataValue.Integer(health));
        Assert.Equal(new StatusResponse(0, physical), Status());
    }

    [Fact] // no-state-changes-allowed
    public void Status_tells_that_nothing_can_be_changed_while_the_store_takes_nothing()
    {
        _store.IsPrompt = false;
        _ied.Server.Handle(_peer, "iq", new ConfirmedRequest(9, TestIed.Writing("MMXU1$CF$TotW$db", DataValue.Unsigned(7))));
        _ied.Drain();
        _store.FailForLong(_ied);
        Assert.NotNull(_ied.LateAnswer(_peer));
        Assert.Equal(new StatusResponse(1, 0), Status());
        _store.Recover(_ied);
        Assert.Equal(new StatusResponse(0, 0), Status());
    }

    [Fact]
    public void A_logical_device_has_attributes_and_an_unknown_one_has_none()
    {
        var answer = _ied.Ask<GetDomainAttributesResponse>(_peer, new GetDomainAttributesRequest("PV1LD0"));
        Assert.Equal((2, false, false, 0), (answer.State, answer.Deletable, answer.Sharable, answer.UploadInProgress));
        Assert.Equal(ErrorCode.AccessObjectNonExistent, Assert.IsType<ConfirmedError>(_ied.Ask(_peer, new GetDomainAttributesRequest("NONE"))).Error.Code);
        var stranger = _ied.Associate("view@dso.example/1", area: "OTHER/*");
        Assert.Equal(ErrorCode.AccessObjectNonExistent, Assert.IsType<ConfirmedError>(_ied.Ask(stranger, new GetDomainAttributesRequest("PV1LD0"))).Error.Code);
    }

    [Fact] // what waits, waits for hardware: it has the value already
    public void A_request_under_way_cannot_be_cancelled_and_an_unknown_one_is_unknown()
    {
        _ied.Server.Handle(_peer, "early", new CancelRequest(77));
        _ied.Drain();
        Assert.Equal(ErrorCode.CancelInvokeIdUnknown, Answer("early").Error.Code);

        _ied.Measure("DGEN1$SP$WMax$setMag$f", DataValue.Float32(10_000));
        _ied.Server.Handle(_peer, "write", new ConfirmedRequest(9, TestIed.Writing("DGEN1$SP$WMax$setMag$f", DataValue.Float32(9_000))));
        _ied.Server.Handle(_peer, "late", new CancelRequest(9));
        _ied.Drain();
        Assert.Equal(ErrorCode.CancelNotPossible, Answer("late").Error.Code);
        _ied.HardwareObeys();
        Assert.IsType<ConfirmedResponse>(_ied.Left.OfType<AcsiEffect.Respond>().Single(r => r.RequestId == "write").Pdu);
        Assert.Equal(9_000, _ied.Read(_ied.Associate("other@dso.example/1"), "DGEN1$SP$WMax$setMag$f").Value.AsDouble());
    }

    private CancelError Answer(string id) => Assert.IsType<CancelError>(_ied.Left.OfType<AcsiEffect.Respond>().Single(r => r.RequestId == id).Pdu);

    private StatusResponse Status() => _ied.Ask<StatusResponse>(_peer, new StatusRequest(ExtendedDerivation: true));
}
