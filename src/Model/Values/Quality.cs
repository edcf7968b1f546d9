namespace DerAgent.Model;

/// <summary>Validity of a value (IEC 61850-7-3 §6.2.2); the numbers are bits 0 and 1 of the quality.</summary>
public enum Validity
{
    /// <summary>Good.</summary>
    Good = 0,
    /// <summary>Reserved; nobody sends it.</summary>
    Reserved = 1,
    /// <summary>Invalid: the value is not to be used.</summary>
    Invalid = 2,
    /// <summary>Questionable: the client decides.</summary>
    Questionable = 3,
}

/// <summary>Quality detail (IEC 61850-7-3 §6.2): flag <c>1 &lt;&lt; i</c> is bit i of the packed list.</summary>
[Flags]
public enum QualityDetail
{
    /// <summary>No detail.</summary>
    None = 0,
    /// <summary>Beyond what can be represented.</summary>
    Overflow = 1 << 2,
    /// <summary>Beyond the declared range.</summary>
    OutOfRange = 1 << 3,
    /// <summary>Reference or calibration is bad.</summary>
    BadReference = 1 << 4,
    /// <summary>Changes too often.</summary>
    Oscillatory = 1 << 5,
    /// <summary>Source has failed.</summary>
    Failure = 1 << 6,
    /// <summary>Not refreshed in time.</summary>
    OldData = 1 << 7,
    /// <summary>Contradicts another value.</summary>
    Inconsistent = 1 << 8,
    /// <summary>Less accurate than stated.</summary>
    Inaccurate = 1 << 9,
    /// <summary>Source is a substituted value.</summary>
    Substituted = 1 << 10,
    /// <summary>Produced in test mode.</summary>
    Test = 1 << 11,
    /// <summary>Updates are blocked by an operator.</summary>
    OperatorBlocked = 1 << 12,
}

/// <summary>Quality of a value: 13 bits (IEC 61850-7-3 §6.2, IEC 61850-8-1 §8.1.3.5).</summary>
/// <param name="Bits">Bit <c>i</c> of the packed list as <c>1 &lt;&lt; i</c>.</param>
public readonly record struct Quality(ushort Bits)
{
    /// <summary>A quality of the given validity and detail.</summary>
    public Quality(Validity validity, QualityDetail detail = QualityDetail.None)
        : this((ushort)((int)validity | (int)detail))
    {
    }

    /// <summary>Good, no detail.</summary>
    public static Quality Good => new(0);

    /// <summary>Invalid, no detail: nothing is known.</summary>
    public static Quality Invalid => new(Validity.Invalid);

    /// <summary>The validity.</summary>
    public Validity Validity => (Validity)(Bits & 3);

    /// <summary>The details.</summary>
    public QualityDetail Detail => (QualityDetail)(Bits & 0x1FFC);

    /// <summary>Whether the validity is good.</summary>
    public bool IsGood => Validity == Validity.Good;

    /// <summary>This quality with more details; the validity stays.</summary>
    public Quality With(QualityDetail detail) => new(Validity, Detail | detail);

    /// <summary>The worse of two: invalid before questionable before good, details added (for computed values).</summary>
    public Quality Worse(Quality other)
    {
        var validity = Rank(other.Validity) > Rank(Validity) ? other.Validity : Validity;
        return new(validity, Detail | other.Detail);
    }

    /// <summary>The quality as MMS Data.</summary>
    public DataValue ToValue() => DataValue.Bits(Bits, 13);

    /// <summary>The quality in MMS Data; invalid where it is none.</summary>
    public static Quality FromValue(in DataValue value) => value.Kind == DataKind.BitString ? new((ushort)(value.AsBits() & 0x1FFF)) : Invalid;

    /// <summary>E.g. <c>good</c>, <c>invalid|oldData|failure</c>.</summary>
    public override string ToString()
    {
        var text = Validity.ToString().ToLowerInvariant();
        foreach (var detail in Enum.GetValues<QualityDetail>())
        {
            if (detail != QualityDetail.None && (Detail & detail) != QualityDetail.None)
            {
                var name = detail.ToString();
                text += "|" + char.ToLowerInvariant(name[0]) + name[1..];
            }
        }

        return text;
    }

    private static int Rank(Validity validity) => validity switch { Validity.Good => 0, Validity.Questionable => 1, _ => 2 };
}
