using CsCheck;
using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>Whoever measures, substitutes, blocks and switches off in whatever order: value and quality are those of the reference model.</summary>
public sealed class SubstitutionModelTests
{
    private const string Status = "GGIO9$ST$Ind1";
    private static readonly int[] Modes = [1, 3, 5];
    private static readonly IedModel Model = TestIed.Load(SubstitutionScl.Text());

    [Fact] // sSub and sBlk in whatever order
    public void Substitution_does_what_the_semantics_say() => Gen.Select(Gen.Int[0, 5], Gen.Int[0, 5]).Array[1, 40].Sample(
        moves =>
        {
            var (model, ied) = (new SubstitutionModel(), new TestIed(Model));
            var peer = ied.Associate();
            ied.Measure(Status + "$stVal", DataValue.Boolean(false));
            foreach (var (kind, argument) in moves)
            {
                ied.Advance(1);
                var flag = argument % 2 == 0;
                switch (kind)
                {
                    case 0 or 1:
                        model.Measure(flag, argument > 3);
                        ied.Measure(Status + "$stVal", DataValue.Boolean(flag), argument > 3 ? new(Validity.Invalid, QualityDetail.Failure) : Quality.Good);
                        break;
                    case 2:
                        model.Set(flag);
                        Assert.Null(ied.Write(peer, "GGIO9$SV$Ind1$subVal", DataValue.Boolean(flag)));
                        break;
                    case 3:
                        model.Enable(flag);
                        Assert.Null(ied.Write(peer, "GGIO9$SV$Ind1$subEna", DataValue.Boolean(flag)));
                        break;
                    case 4:
                        model.Block(flag);
                        Assert.Null(ied.Write(peer, "GGIO9$BL$Ind1$blkEna", DataValue.Boolean(flag)));
                        break;
                    case 5 when Modes[argument % 3] != model.Mode:
                        model.Turn(Modes[argument % 3]);
                        Assert.Null(ied.Write(peer, "GGIO9$CO$Mod$Oper", ied.Command(DataValue.Integer(model.Mode))));
                        break;
                }

                var value = ied.Read(peer, Status).Value.Items;
                var (shown, quality) = (value[0].AsBoolean(), Quality.FromValue(value[1]));
                Assert.Equal(model.Shown, (shown, model.Mode == 5 ? quality.Validity.ToString().ToLowerInvariant() : quality.ToString()));
            }
        },
        iter: 2_000,
        threads: 2);
}
