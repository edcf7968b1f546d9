namespace DerAgent.Scl;

/// <summary>How bad a finding is.</summary>
public enum SclSeverity
{
    /// <summary>Worth knowing; everything is served.</summary>
    Info,
    /// <summary>Something is left out or guessed; the rest is served.</summary>
    Warning,
    /// <summary>The file cannot be served as it is.</summary>
    Error,
}

/// <summary>One thing the reader has to say about an SCL file.</summary>
/// <param name="Code">Stable code, see <see cref="SclCodes"/>.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="File">File name.</param>
/// <param name="Line">Line, from 1; 0 where there is none.</param>
/// <param name="Column">Column, from 1.</param>
/// <param name="Reference">Reference of the object concerned, or empty.</param>
/// <param name="Text">One sentence: what is wrong.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record SclFinding(string Code, SclSeverity Severity, string File, int Line, int Column, string Reference, string Text, string Remedy)
{
    private const int MostShown = 3;

    /// <summary>References of other objects with the same fault at the same place: that of a type is one of all that use it. The first ten thousand.</summary>
    public IReadOnlyList<string> Also { get; init; } = [];

    /// <summary>The text, with all other objects that have the same fault.</summary>
    public string FullText => Also.Count == 0 ? Text : $"{Text} So have {string.Join(", ", Also)}.";

    /// <summary>In the form editors jump to: <c>file:line:column: severity code: text (remedy)</c>.</summary>
    public override string ToString() => $"{File}:{Line}:{Column}: {Severity.ToString().ToLowerInvariant()} {Code}: {(Reference.Length > 0 ? Reference + ": " : "")}{Text} {Remedy}".TrimEnd() + Others();

    private string Others() => Also.Count == 0 ? ""
        : Also.Count <= MostShown ? $" So have {string.Join(", ", Also)}."
        : $" So have {string.Join(", ", Also.Take(MostShown))} and {Also.Count - MostShown} more.";
}

/// <summary>A place in an SCL file.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
public readonly record struct SclPlace(int Line, int Column);
