using DerAgent.Mapping;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Storage;

namespace DerAgent.Acsi.Tests;

/// <summary>Substitution and blocking (IEC 61850-7-2 §11, IEC 61850-7-3 §6): what a client says takes the place of what the source says, which goes on in the background.</summary>
public sealed class SubstitutionTests
{
    private const string Status = "GGIO9$ST$Ind1";
    private const string Power = "GGIO9$MX$AnIn1";
    private static readonly IedModel Model = TestIed.Load(SubstitutionScl.Text());
    private readonly MemoryStore _store = new();
    private readonly TestIed _ied;
    private readonly Association _peer;

    public SubstitutionTests()
    {
        _ied = new(Model, null, _store);
        _peer = _ied.Associate();
        _ied.Measure((Status + "$stVal", DataValue.Boolean(true)), (Power + "$mag$f", DataValue.Float32(10)));
    }

    [Fact] // sSub1, sSub2: value, quality and time are the substitute's at once, and the source's when it is over
    public void A_substitute_takes_the_place_of_value_and_quality()
    {
        Enable("LLN0$RP$urcbSub01");
        _ied.Advance(5);
        Substitute("Ind1", "subVal", DataValue.Boolean(false));
        Assert.Equal((false, "good|substituted", 5), Shown(Status + "$stVal", Status));
        Assert.Equal([0], Assert.Single(Reports()).Members.Select(m => m.Index));

        // The source goes on, and nobody sees it.
        _ied.Advance(5);
        _ied.Measure(Status + "$stVal", DataValue.Boolean(true), new(Validity.Invalid, QualityDetail.Failure));
        Assert.Equal((false, "good|substituted", 5), Shown(Status + "$stVal", Status));
        Assert.Empty(Reports());
        _ied.Advance(5);
        Write("Ind1$subEna", DataValue.Boolean(false));
        Assert.Equal((true, "invalid|failure", 15), Shown(Status + "$stVal", Status));
        Assert.Single(Reports());
    }

    [Fact] // sSub3: what is written while it is enabled takes effect at once
    public void A_substitute_is_changed_while_it_is_shown()
    {
        Substitute("AnIn1", "subMag", Analogue(50));
        Assert.Equal(50, _ied.Read(_peer, Power + "$instMag$f").Value.AsDouble());
        _ied.Advance(3);
        Write("AnIn1$subMag", Analogue(60));
        Assert.Equal((60f, "good|substituted", 3), Shown(Power + "$mag$f", Power));
        _ied.Advance(3);
        Write("AnIn1$subQ", new Quality(Validity.Questionable, QualityDetail.Inaccurate).ToValue());
        Assert.Equal((60f, "questionable|inaccurate|substituted", 6), Shown(Power + "$mag$f", Power));
        Write("AnIn1$subEna", DataValue.Boolean(false));
        Assert.Equal((10f, "good", 6), Shown(Power + "$mag$f", Power));
        Assert.Equal(10, _ied.Read(_peer, Power + "$instMag$f").Value.AsDouble());

        // While it is not enabled nothing shows.
        Write("AnIn1$subMag", Analogue(70));
        Assert.Equal((10f, "good", 6), Shown(Power + "$mag$f", Power));
    }

    [Fact] // the substitution belongs to the device: it outlives its association, and is over with the process
    public void It_outlives_its_association_and_not_the_process()
    {
        Substitute("Ind1", "subVal", DataValue.Boolean(false));
        Write("Ind1$subID", DataValue.VisibleString("mine"));
        _ied.Server.Abort(_peer, AssociationEndCause.PeerGone, "gone");
        var other = _ied.Associate("other@dso.example/1");
        Assert.Equal("mine", _ied.Read(other, "GGIO9$SV$Ind1$subID").Value.AsText());
        Assert.False(_ied.Read(other, Status + "$stVal").Value.AsBoolean());
        var after = new TestIed(Model, null, _store);
        Assert.False(after.Read(after.Associate(), "GGIO9$SV$Ind1$subEna").Value.AsBoolean());

        // Unless it is to be kept.
        var keeps = new TestIed(Model, new() { PersistSubstitution = true }, _store);
        foreach (var (attribute, value) in new[] { ("subVal", DataValue.Boolean(true)), ("subQ", Quality.Good.ToValue()), ("subEna", DataValue.Boolean(true)) })
        {
            Assert.Null(keeps.Write(keeps.Associate(id: attribute), $"GGIO9$SV$Ind1${attribute}", value));
        }

        var kept = new TestIed(Model, new() { PersistSubstitution = true }, _store);
        var reader = kept.Associate();
        Assert.True(kept.Read(reader, Status + "$stVal").Value.AsBoolean());
        Assert.Equal("good|substituted", Quality.FromValue(kept.Read(reader, Status + "$q").Value).ToString());
    }

    [Fact] // all of it in one write, or nothing
    public void The_whole_structure_is_written_at_once()
    {
        Assert.Null(_ied.Write(_peer, "GGIO9$SV$Ind1", DataValue.Structure(DataValue.Boolean(true), DataValue.Boolean(false), Quality.Good.ToValue(), DataValue.VisibleString("x"))));
        Assert.False(_ied.Read(_peer, Status + "$stVal").Value.AsBoolean());
        Assert.Equal(DataAccessError.TypeInconsistent, _ied.Write(_peer, "GGIO9$SV$Ind1", DataValue.Structure(DataValue.Boolean(false), DataValue.Integer(0), Quality.Good.ToValue(), DataValue.VisibleString("x"))));
        Assert.Equal(DataAccessError.ObjectValueInvalid, _ied.Write(_peer, "GGIO9$SV$Ind1$subID", DataValue.VisibleString(new string('x', 65))));
        Assert.Equal("good|substituted", Quality.FromValue(_ied.Read(_peer, Status + "$q").Value).ToString());
        Assert.Equal(DataAccessError.ObjectAccessDenied, _ied.Write(_ied.Associate("view@dso.example/1", Right.View | Right.Read), "GGIO9$SV$Ind1$subEna", DataValue.Boolean(false)));
        Assert.False(_ied.Read(_peer, Status + "$stVal").Value.AsBoolean());
    }

    [Fact] // both parts of a vector
    public void A_vector_is_substituted_as_a_whole()
    {
        _ied.Measure(("GGIO9$MX$Ph1$cVal$mag$f", DataValue.Float32(230)), ("GGIO9$MX$Ph1$cVal$ang$f", DataValue.Float32(1)));
        Substitute("Ph1", "subCVal", DataValue.Structure(Analogue(100), Analogue(30)));
        Assert.Equal("{{{100}, {30}}, {{100}, {30}}}", DataValue.Structure([.. _ied.Read(_peer, "GGIO9$MX$Ph1").Value.Items.Take(2)]).ToString());
        Write("Ph1$subEna", DataValue.Boolean(false));
        Assert.Equal("{{{230}, {1}}, {{230}, {1}}}", DataValue.Structure([.. _ied.Read(_peer, "GGIO9$MX$Ph1").Value.Items.Take(2)]).ToString());
    }

    [Fact] // blkEna: frozen, and told so; then what the source said last
    public void A_value_that_is_blocked_stands_still()
    {
        Enable("LLN0$RP$urcbSub01");
        _ied.Advance(2);
        Block("AnIn1", true);
        Assert.Equal((10f, "questionable|oldData|operatorBlocked", 2), Shown(Power + "$mag$f", Power));
        Assert.Single(Reports());
        _ied.Advance(2);
        _ied.Measure(Power + "$mag$f", DataValue.Float32(99));
        Assert.Equal((10f, "questionable|oldData|operatorBlocked", 2), Shown(Power + "$mag$f", Power));
        Assert.Empty(Reports());
        Block("AnIn1", false);
        Assert.Equal((99f, "good", 4), Shown(Power + "$mag$f", Power));
        Assert.Single(Reports());
    }

    [Fact] // a substitute of what is blocked shows; without it, it is blocked again
    public void A_substitute_shows_in_front_of_what_is_blocked()
    {
        Block("Ind1", true);
        Substitute("Ind1", "subVal", DataValue.Boolean(false));
        Assert.Equal("good|substituted", Quality.FromValue(_ied.Read(_peer, Status + "$q").Value).ToString());
        Write("Ind1$subEna", DataValue.Boolean(false));
        Assert.Equal((true, "questionable|oldData|operatorBlocked", 0), Shown(Status + "$stVal", Status));
        Block("Ind1", false);
        Assert.Equal((true, "good", 0), Shown(Status + "$stVal", Status));
    }

    [Fact] // what the source measured before, and says later, shows afterwards; that it has failed is not told of the substitute
    public void What_the_source_measured_before_the_substitution_is_not_lost()
    {
        _ied.Advance(5);
        Substitute("Ind1", "subVal", DataValue.Boolean(true));
        var slot = Model.Node("PV1LD0", Status + "$stVal")!.FirstSlot;
        var before = _ied.Time.GetUtcNow().AddSeconds(-1);
        _ied.Server.Update([new ProcessValue(slot, DataValue.Boolean(false), new(Validity.Invalid, QualityDetail.Failure), before)]);
        _ied.Drain();
        Assert.Equal((true, "good|substituted", 5), Shown(Status + "$stVal", Status));

        // An older one than that is old.
        _ied.Server.Update([new ProcessValue(slot, DataValue.Boolean(true), Quality.Good, before.AddSeconds(-1))]);
        _ied.Drain();
        Write("Ind1$subEna", DataValue.Boolean(false));
        Assert.Equal((false, "invalid|failure", 5), Shown(Status + "$stVal", Status));
    }

    [Fact] // test shows on substitutes too; off shows nothing, and afterwards the substitute again
    public void The_mode_shows_on_substitutes_too()
    {
        Substitute("Ind1", "subVal", DataValue.Boolean(false));
        Mode(3);
        Assert.Equal("good|substituted|test", Quality.FromValue(_ied.Read(_peer, Status + "$q").Value).ToString());
        Mode(5);
        Assert.Equal(Validity.Invalid, Quality.FromValue(_ied.Read(_peer, Status + "$q").Value).Validity);
        Write("Ind1$subVal", DataValue.Boolean(true));
        Assert.False(_ied.Read(_peer, Status + "$stVal").Value.AsBoolean());
        Mode(1);
        Assert.Equal((true, "good|substituted", 0), Shown(Status + "$stVal", Status));
        Write("Ind1$subEna", DataValue.Boolean(false));
        Assert.Equal((true, "good", 0), Shown(Status + "$stVal", Status));
    }

    private static DataValue Analogue(float value) => DataValue.Structure(DataValue.Float32(value));

    private void Mode(long mode) => Assert.Null(_ied.Write(_peer, "GGIO9$CO$Mod$Oper", _ied.Command(DataValue.Integer(mode))));

    private void Write(string attribute, DataValue value) => Assert.Null(_ied.Write(_peer, "GGIO9$SV$" + attribute, value));

    private void Block(string dataObject, bool isBlocked) => Assert.Null(_ied.Write(_peer, $"GGIO9$BL${dataObject}$blkEna", DataValue.Boolean(isBlocked)));

    private void Substitute(string dataObject, string attribute, DataValue value)
    {
        Write($"{dataObject}${attribute}", value);
        Write($"{dataObject}$subEna", DataValue.Boolean(true));
    }

    private void Enable(string block)
    {
        Assert.Null(_ied.Write(_peer, block + "$RptEna", DataValue.Boolean(true)));
        Reports();
    }

    private List<Report> Reports() => [.. _ied.Reports(_peer).Select(ReportFormat.Read).Select(r => r!)];

    /// <summary>Value, quality, and the seconds since the start that its time says.</summary>
    private (object Value, string Quality, int Seconds) Shown(string value, string around)
    {
        var data = _ied.Read(_peer, value).Value;
        var seconds = (Timestamp.FromValue(_ied.Read(_peer, around + "$t").Value).ToDateTimeOffset() - new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero)).TotalSeconds;
        return (data.Kind == DataKind.Boolean ? data.AsBoolean() : (float)data.AsDouble(), Quality.FromValue(_ied.Read(_peer, around + "$q").Value).ToString(), (int)Math.Round(seconds));
    }
}
