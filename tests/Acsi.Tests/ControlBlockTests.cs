using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>GOOSE and sampled-value control blocks are shown whole and stay disabled; there is nothing to edit while nobody edits (IEC 61850-7-2 §16, §18, §19).</summary>
public sealed class ControlBlockTests
{
    private static readonly IedModel Model = TestIed.Load(TestScl.Shipped
        .Replace("<ReportControl name=\"brcbStatus\"", """
            <GSEControl name="gcb" datSet="Status" confRev="4" appID="PV/status" fixedOffs="true"/>
            <GSEControl name="idle" appID="PV/idle"/>
            <SampledValueControl name="msv" datSet="Measurements" confRev="2" smvID="PV/sv" smpRate="80" nofASDU="2"><SmvOpts sampleRate="true"/></SampledValueControl>
            <SampledValueControl name="usv" datSet="Measurements" confRev="2" smvID="PV/us" smpRate="4800" smpMod="SmpPerSec" nofASDU="1" multicast="false"><SmvOpts/></SampledValueControl>
            <ReportControl name="brcbStatus"
            """, StringComparison.Ordinal)
        .Replace("</ConnectedAP>", """
            <GSE ldInst="LD0" cbName="gcb"><Address><P type="MAC-Address">01-0C-CD-01-00-0A</P><P type="APPID">3001</P><P type="VLAN-PRIORITY">4</P><P type="VLAN-ID">07B</P></Address><MinTime unit="s" multiplier="m">10</MinTime><MaxTime unit="s" multiplier="m">2000</MaxTime></GSE></ConnectedAP>
            """, StringComparison.Ordinal));

    private readonly TestIed _ied = new(Model);
    private readonly Association _peer;

    public ControlBlockTests() => _peer = _ied.Associate();

    [Theory] // all members of IEC 61850-8-1, in its order
    [InlineData("GO$gcb", "GoEna GoID DatSet ConfRev NdsCom DstAddress MinTime MaxTime FixedOffs", "{false, \"PV/status\", \"PV1LD0/LLN0$Status\", 4, false, {010CCD01000A, 4, 123, 12289}, 10, 2000, true}")]
    [InlineData("GO$idle", "GoEna GoID DatSet ConfRev NdsCom DstAddress MinTime MaxTime FixedOffs", "{false, \"PV/idle\", \"\", 0, true, {000000000000, 0, 0, 0}, 0, 0, false}")]
    [InlineData("MS$msv", "SvEna MsvID DatSet ConfRev SmpRate OptFlds SmpMod DstAddress noASDU", "{false, \"PV/sv\", \"PV1LD0/LLN0$Measurements\", 2, 80, 01100, 0, {000000000000, 0, 0, 0}, 2}")]
    [InlineData("US$usv", "SvEna Resv UsvID DatSet ConfRev SmpRate OptFlds SmpMod DstAddress noASDU", "{false, false, \"PV/us\", \"PV1LD0/LLN0$Measurements\", 2, 4800, 01000, 1, {000000000000, 0, 0, 0}, 1}")]
    public void A_block_has_all_its_members(string block, string members, string value)
    {
        var type = Assert.IsType<TypeDescription.Structure>(_ied.Ask<GetVariableAccessAttributesResponse>(_peer, new GetVariableAccessAttributesRequest(ObjectName.In("PV1LD0", $"LLN0${block}"))).Type);
        Assert.Equal(members, string.Join(' ', type.Components.Select(m => m.Name)));
        Assert.Equal(value, Text(_ied.Read(_peer, $"LLN0${block}").Value));
    }

    [Theory]
    [InlineData("GO$gcb$GoEna", false, null)]
    [InlineData("GO$gcb$GoEna", true, 9)]
    [InlineData("MS$msv$SvEna", false, null)]
    [InlineData("US$usv$SvEna", true, 9)]
    [InlineData("US$usv$Resv", true, 3)]
    [InlineData("GO$gcb$NdsCom", false, 3)]
    public void A_block_is_disabled_and_stays_so(string attribute, bool value, int? failure)
    {
        Assert.Equal((DataAccessError?)failure, _ied.Write(_peer, $"LLN0${attribute}", DataValue.Boolean(value)));
        Assert.False(_ied.Read(_peer, $"LLN0${attribute}").Value.AsBoolean());
    }

    [Fact]
    public void A_block_is_enabled_by_a_flag_only() => Assert.Equal(DataAccessError.TypeInconsistent, _ied.Write(_peer, "LLN0$GO$gcb$GoEna", DataValue.Integer(0)));

    private static string Text(DataValue value) => value.Kind switch
    {
        DataKind.Structure => $"{{{string.Join(", ", value.Items.Select(Text))}}}",
        DataKind.OctetString => Convert.ToHexString(value.AsOctets()),
        DataKind.VisibleString => $"\"{value.AsText()}\"",
        DataKind.Boolean => value.AsBoolean() ? "true" : "false",
        DataKind.BitString => string.Concat(Enumerable.Range(0, value.BitCount).Select(i => value.Bit(i) ? '1' : '0')),
        DataKind.Unsigned => $"{value.AsUnsigned()}",
        _ => $"{value.AsInteger()}",
    };
}
