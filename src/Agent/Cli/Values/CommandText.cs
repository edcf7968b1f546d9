using DerAgent.Client;

namespace DerAgent.Agent.Cli;

/// <summary>A command as it was typed.</summary>
/// <param name="Reference">The object.</param>
/// <param name="Value">The value that goes out, as a bare number or word.</param>
/// <param name="Shown">The value as it is shown: with its unit or literal.</param>
internal sealed record CommandText(string Reference, string Value, string Shown)
{
    /// <summary>The command of an object; where there is nothing to command the text as it is, and whoever commands it says so.</summary>
    /// <exception cref="FormatException">The value has a unit that is not the object's, or is none of its literals.</exception>
    public static async Task<CommandText> OfAsync(VariableDictionary dictionary, string reference, string value, CancellationToken cancel)
    {
        if (await dictionary.FindCommandAsync(reference, cancel) is not { } known)
        {
            return new(reference, value, value);
        }

        var plain = TypedText.Plain(value, known);
        return new(reference, plain, TextValues.Parse(plain, known.Type!) is { } parsed && ValueText.Leaves("", parsed, known).ToList() is [var (_, shown)] ? shown : plain);
    }
}
