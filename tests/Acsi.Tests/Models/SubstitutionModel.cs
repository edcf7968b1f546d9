using DerAgent.Model;

namespace DerAgent.Acsi.Tests;

/// <summary>A status that is substituted, blocked and measured while its logical node changes its mode, as acsi-semantics §8 and §9 describe it, written from that alone.</summary>
internal sealed class SubstitutionModel
{
    private bool _source;
    private bool _isBad;
    private bool _shown;
    private bool _isShownBad;
    private bool _isSourceShown = true;
    private string _quality = "good";

    public bool Substitutes { get; private set; }

    public bool Substitute { get; private set; }

    public bool Blocks { get; private set; }

    /// <summary>1 on, 3 test, 5 off.</summary>
    public int Mode { get; private set; } = 1;

    /// <summary>Value and quality.</summary>
    public (bool Value, string Quality) Shown => (_shown, _quality);

    public void Measure(bool value, bool isBad)
    {
        (_source, _isBad) = (value, isBad);
        Show();
    }

    public void Set(bool substitute)
    {
        Substitute = substitute;
        Show();
    }

    public void Enable(bool substitutes)
    {
        Begin(substitutes);
        Substitutes = substitutes;
        Show();
    }

    public void Block(bool blocks)
    {
        Begin(blocks);
        Blocks = blocks;
        Show();
    }

    public void Turn(int mode)
    {
        Mode = mode;
        Show();
    }

    /// <summary>What stands there when it begins is what a block keeps; where nothing is shown then, it is what the source said last.</summary>
    private void Begin(bool begins) => _isSourceShown &= !begins || Substitutes || Blocks || Mode != 5;

    private void Show()
    {
        if (Mode == 5)
        {
            _quality = "invalid";
            return;
        }

        if (Substitutes)
        {
            (_shown, _isSourceShown) = (Substitute, false);
        }
        else if (!Blocks || !_isSourceShown)
        {
            (_shown, _isShownBad, _isSourceShown) = (_source, _isBad, true);
        }

        var source = new Quality(_isShownBad ? Validity.Invalid : Validity.Good, _isShownBad ? QualityDetail.Failure : QualityDetail.None);
        var quality = Substitutes ? Quality.Good.With(QualityDetail.Substituted) : Blocks ? source.Worse(new(Validity.Questionable, QualityDetail.OldData | QualityDetail.OperatorBlocked)) : source;
        _quality = (Mode == 3 ? quality.With(QualityDetail.Test) : quality).ToString();
    }
}
