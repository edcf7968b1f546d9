using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>What to load from an SCL file.</summary>
public sealed record SclOptions
{
    /// <summary>IED to serve; null: the only one with a server.</summary>
    public string? Ied { get; init; }
    /// <summary>Access point to serve; null: the only one with a server.</summary>
    public string? AccessPoint { get; init; }
    /// <summary>What is wrong with a JID, or null: SCL knows nothing of XMPP. Null: JIDs are not judged.</summary>
    public Func<string, string?>? JidFault { get; init; }
}

/// <summary>A loaded file: the model unless an error stands in the way, and everything there is to say.</summary>
/// <param name="Model">The model, or null.</param>
/// <param name="Findings">Findings by their place in the file.</param>
public sealed record SclLoad(IedModel? Model, IReadOnlyList<SclFinding> Findings)
{
    /// <summary>Where the attributes with an <c>sAddr</c> stand in the file.</summary>
    public IReadOnlyDictionary<DataNode, SclPlace> Places { get; init; } = new Dictionary<DataNode, SclPlace>();

    /// <summary>Where the members of data sets stand in the file, in their order.</summary>
    public IReadOnlyDictionary<DataSetDefinition, IReadOnlyList<SclPlace>> MemberPlaces { get; init; } = new Dictionary<DataSetDefinition, IReadOnlyList<SclPlace>>();

    /// <summary>Where the logical nodes stand in the file.</summary>
    public IReadOnlyDictionary<LogicalNode, SclPlace> NodePlaces { get; init; } = new Dictionary<LogicalNode, SclPlace>();

    /// <summary>Where the devices are declared in the file, by name.</summary>
    public IReadOnlyDictionary<string, SclPlace> DevicePlaces { get; init; } = new Dictionary<string, SclPlace>(StringComparer.Ordinal);

    /// <summary>The access point that holds the server: the one asked for, or the one its <c>ServerAt</c> names.</summary>
    public string ServerAccessPoint { get; init; } = "";

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
            return new(null, [Unreadable(path, e)]);
        }
    }

    /// <summary>Loads from a stream that can be read twice; <paramref name="name"/> stands for the file in findings.</summary>
    public static SclLoad Load(Stream stream, string name, SclOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        options ??= new();
        var findings = new SclFindings(name);
        if (SclDocument.Read(stream, options.Ied, findings) is not { } document || ServerChoice.ChooseIed(document, options, findings) is not { } wanted)
        {
            return new(null, findings.Sorted());
        }

        var ied = document.Ieds.FirstOrDefault(i => i["name"] == wanted);
        if (ied is null)
        {
            SclDocument.ReadIeds(stream, wanted, findings, found => ied ??= found);
        }

        if (ServerChoice.Choose(document, ied!, options, findings) is not { } choice)
        {
            return new(null, findings.Sorted());
        }

        ElementCheck.RunShared(document.Root, findings);
        ElementCheck.Run(choice.Ied, findings);
        var types = new TypeTemplates(document.Templates, findings);
        var load = Build(document, types, choice, findings);
        types.Check(onlyUsed: true);
        document.ForeignAddresses.Tell(findings);
        new CommunicationCheck(document, options.Ied, options.JidFault, findings).Run();
        return load with { Model = findings.HasErrors ? null : load.Model, Findings = findings.Sorted() };
    }

    /// <summary>Builds the model of a server and checks it; the findings stay where they are gathered.</summary>
    internal static SclLoad Build(SclDocument document, TypeTemplates types, ServerChoice choice, SclFindings findings)
    {
        var builder = new ServerBuilder(document, types, findings);
        var model = builder.Build(choice);
        SemanticCheck.Run(document, types, choice, model, findings);
        return new(model, []) { Places = builder.Places, DevicePlaces = builder.DevicePlaces, MemberPlaces = builder.MemberPlaces, NodePlaces = builder.NodePlaces, ServerAccessPoint = choice.ServerAccessPoint };
    }

    internal static SclFinding Unreadable(string path, Exception e) =>
        new(SclCodes.NoFile, SclSeverity.Error, path, 1, 1, "", $"The file cannot be read: {e.Message}", "Check the path and the rights.");
}
