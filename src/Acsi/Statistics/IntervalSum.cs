using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What is known of a value over an interval, or a part of one. A value stands until the next one comes, so it weighs as long as it stood. Pure.</summary>
internal readonly record struct IntervalSum
{
    /// <summary>Seen from here on.</summary>
    /// <param name="since">When.</param>
    public IntervalSum(DateTimeOffset since) => At = since;

    /// <summary>Until when it was looked at.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>How long the value was known, in seconds.</summary>
    public double Seen { get; private init; }

    /// <summary>How long it was not, in seconds.</summary>
    public double Unseen { get; private init; }

    /// <summary>Whether it was questionable for a while.</summary>
    public bool IsQuestionable { get; private init; }

    private double Integral { get; init; }

    private double Squares { get; init; }

    private double Least { get; init; }

    private double Most { get; init; }

    private bool HasExtremes { get; init; }

    /// <summary>A value stood until now.</summary>
    /// <param name="value">The value; null: it was not known.</param>
    /// <param name="isQuestionable">Whether its source doubts it.</param>
    /// <param name="now">Until when.</param>
    public IntervalSum Stood(double? value, bool isQuestionable, DateTimeOffset now)
    {
        var seconds = Math.Max(0, (now - At).TotalSeconds);
        if (value is not { } number || !double.IsFinite(number))
        {
            return this with { At = now, Unseen = Unseen + seconds };
        }

        return (seconds > 0 ? Having(number) : this) with
        {
            At = now,
            Seen = Seen + seconds,
            Integral = Integral + (number * seconds),
            Squares = Squares + (number * number * seconds),
            IsQuestionable = IsQuestionable || (isQuestionable && seconds > 0),
        };
    }

    /// <summary>A value was there, however shortly.</summary>
    public IntervalSum Having(double value) => this with { Least = HasExtremes ? Math.Min(Least, value) : value, Most = HasExtremes ? Math.Max(Most, value) : value, HasExtremes = true };

    /// <summary>Nobody knows what was in so much time before.</summary>
    public IntervalSum Missing(TimeSpan time) => this with { Unseen = Unseen + Math.Max(0, time.TotalSeconds) };

    /// <summary>Both together, this one first.</summary>
    public IntervalSum And(in IntervalSum next) => new(next.At)
    {
        Seen = Seen + next.Seen,
        Unseen = Unseen + next.Unseen,
        Integral = Integral + next.Integral,
        Squares = Squares + next.Squares,
        IsQuestionable = IsQuestionable || next.IsQuestionable,
        HasExtremes = HasExtremes || next.HasExtremes,
        Least = !HasExtremes ? next.Least : next.HasExtremes ? Math.Min(Least, next.Least) : Least,
        Most = !HasExtremes ? next.Most : next.HasExtremes ? Math.Max(Most, next.Most) : Most,
    };

    /// <summary>What a method makes of it: literal of ClcMth (IEC 61850-7-4). Not seen whole it is questionable, not seen at all invalid.</summary>
    public (double? Value, Quality Quality) Of(string method)
    {
        var mean = Seen > 0 ? Integral / Seen : 0;
        double? value = Seen <= 0 ? null : method switch
        {
            "MIN" => Least,
            "MAX" => Most,
            "AVG" => mean,
            "SDV" => Math.Sqrt(Math.Max(0, (Squares / Seen) - (mean * mean))),
            _ => null,
        };
        return value is null ? (null, new Quality(Validity.Invalid)) : (value, Unseen > 0 || IsQuestionable ? new Quality(Validity.Questionable, QualityDetail.Inaccurate) : Quality.Good);
    }
}
