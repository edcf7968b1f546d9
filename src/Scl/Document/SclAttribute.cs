using System.Globalization;

namespace DerAgent.Scl;

/// <summary>An attribute whose value is not any text: what it must look like, and what counts where it cannot be read. White space around it means nothing, as in the schema.</summary>
/// <param name="Elements">Names of the elements that have it, separated by spaces.</param>
/// <param name="Name">Its name.</param>
internal abstract record SclAttribute(string Elements, string Name)
{
    /// <summary>What is done where it cannot be read, as the end of a sentence; null: the default is used.</summary>
    public string? Otherwise { get; init; }

    /// <summary>Whether another check says what is wrong with it: its fault is not an attribute's only.</summary>
    public bool IsJudgedElsewhere { get; init; }

    /// <summary>What it must be, for people.</summary>
    public abstract string Expected { get; }

    /// <summary>What counts where it is not there or cannot be read; null: nothing does.</summary>
    public abstract string? Default { get; }

    /// <summary>Whether a text is a value of it.</summary>
    public abstract bool IsReadable(string text);

    /// <summary>Whether an element has it with a text that is no value of it: that is told, and what follows from the default is no fault of its own.</summary>
    public bool IsUnreadable(SclElement? element) => element?.Token(Name) is { } text && !IsReadable(text);
}

/// <summary>A flag (xs:boolean).</summary>
internal sealed record SclFlag(string Elements, string Name, bool Unset = false) : SclAttribute(Elements, Name)
{
    /// <inheritdoc/>
    public override string Expected => "true or false";

    /// <inheritdoc/>
    public override string Default => Unset ? "true" : "false";

    /// <summary>Its value on an element; the default where it has none, or there is no element.</summary>
    public bool Of(SclElement? element) => Read(element?.Token(Name)) ?? Unset;

    /// <inheritdoc/>
    public override bool IsReadable(string text) => Read(text) is not null;

    private static bool? Read(string? text) => text switch { "true" or "1" => true, "false" or "0" => false, _ => null };
}

/// <summary>A whole number.</summary>
internal sealed record SclNumber(string Elements, string Name, long? Unset = null, long Min = 0, long Max = uint.MaxValue) : SclAttribute(Elements, Name)
{
    /// <inheritdoc/>
    public override string Expected => $"a whole number{(Min == int.MinValue ? "" : $" from {Min}")}{(Max >= int.MaxValue ? "" : $" to {Max}")}";

    /// <inheritdoc/>
    public override string? Default => Unset?.ToString(CultureInfo.InvariantCulture);

    /// <summary>Its value on an element; the default, or null, where it has none, or there is no element.</summary>
    public long? Find(SclElement? element) => element?[Name] is null ? Unset : Read(element.Token(Name)!) ?? Unset;

    /// <summary>Its value on an element, of one that has a default.</summary>
    public uint Of(SclElement? element) => (uint)Find(element)!.Value;

    /// <inheritdoc/>
    public override bool IsReadable(string text) => Read(text) is not null;

    private long? Read(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= Min && value <= Max ? value : null;
}

/// <summary>One of a list of words.</summary>
internal sealed record SclWord(string Elements, string Name, string? Unset, params string[] Words) : SclAttribute(Elements, Name)
{
    /// <inheritdoc/>
    public override string Expected => Words.Length == 1 ? Words[0] : $"{string.Join(", ", Words.SkipLast(1))} or {Words[^1]}";

    /// <inheritdoc/>
    public override string? Default => Unset;

    /// <summary>Its value on an element; the default, or null, where it has none, or there is no element.</summary>
    public string? Of(SclElement? element) => element?.Token(Name) is { } text && IsReadable(text) ? text : Unset;

    /// <inheritdoc/>
    public override bool IsReadable(string text) => Array.IndexOf(Words, text) >= 0;
}
