using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>What to load from an SCL file.</summary>
public sealed record SclOptions
{
    /// <summary>IED to serve; null: the only one with a server.</summary>
    public string? Ied { get; init; }
    /// <summary>Access point to serve; null: the only one with a server.</summary>
    public string? AccessPoint { get; init; }
}

/// <summary>A loaded file: the model unless an error stands in the way, and everything there is to say.</summary>
/// <param name="Model">The model, or null.</param>
/// <param name="Findings">Findings in the order met.</param>
public sealed record SclLoad(IedModel? Model, IReadOnlyList<SclFinding> Findings)
{
    /// <summary>Whether any finding is an error.</summary>
    public bool HasErrors => Findings.Any(f => f.Severity == SclSeverity.Error);
}

/// <summary>Loads an SCL file of any kind and edition as the model of one server (IEC 61850-6).</summary>
public static class SclLoader
{
    /// <summary>Loads a file. Nothing in it makes this throw; whatever is wrong becomes a finding.</summary>
    public static SclLoad Load(string path, SclOptions? options = null)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return Load(stream, path, options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(null, [new(SclCodes.NoFile, SclSeverity.Error, path, 0, 0, "", $"The file cannot be read: {e.Message}", "Check the path and the rights.")]);
        }
    }

    /// <summary>Loads from a stream; <paramref name="name"/> stands for the file in findings.</summary>
    public static SclLoad Load(Stream stream, string name, SclOptions? options = null)
    {
        options ??= new();
        var findings = new SclFindings(name);
        if (SclDocument.Read(stream, options.Ied, findings) is not { } document || ServerChoice.Choose(document, options, findings) is not { } choice)
        {
            return new(null, findings.List);
        }

        var model = new ServerBuilder(document, findings).Build(choice);
        return new(findings.List.Any(f => f.Severity == SclSeverity.Error) ? null : model, findings.List);
    }
}
