using DerAgent.Acsi;
using DerAgent.Storage;

namespace DerAgent.Agent;

/// <summary>What <c>storage</c> of agent.json says.</summary>
/// <param name="Store">How much is kept.</param>
/// <param name="Commits">How soon.</param>
internal sealed record StorageSetup(StorageOptions Store, OutboxOptions Commits)
{
    /// <summary>How much the file store takes.</summary>
    public FolderOptions Files { get; init; } = new();

    /// <summary>How long entries of logs are kept; zero: as long as there is room.</summary>
    public TimeSpan LogAge { get; init; }

    /// <summary>Reads the settings; what is wrong is told, and the default taken.</summary>
    public static StorageSetup Read(StorageSettings settings, Action<string> wrong)
    {
        double Number(string name, string text, double least, double most, string range, IReadOnlyList<(string Unit, double Factor)> units, double otherwise) =>
            Quantity.Read($"storage: {name}", text, units, (least, most), range, otherwise, wrong);

        if (settings.Durability is not ("full" or "normal"))
        {
            wrong($"storage: durability \"{settings.Durability}\" is none; write full, or normal.");
        }

        var size = Number("size", settings.Size, 1 << 20, 100.0 * (1 << 30), "1MB to 100GB", Quantity.Sizes, 64 << 20);
        return new(
            new() { MaxOctets = (long)size, MaxEntries = (int)Math.Clamp(size / 320, 3_000, 2_000_000), IsSynchronous = settings.Durability != "normal" },
            new()
            {
                CommitInterval = TimeSpan.FromSeconds(Number("commitInterval", settings.CommitInterval, 0, 1, "0ms to 1s", Quantity.Times, 0.05)),
                LazyInterval = TimeSpan.FromSeconds(Number("lazyInterval", settings.LazyInterval, 0, 60, "0ms to 1m", Quantity.Times, 2)),
            })
        {
            Files = new() { MaxOctets = (long)Number("files", settings.Files, 1 << 20, 100.0 * (1 << 30), "1MB to 100GB", Quantity.Sizes, 32 << 20) },
            LogAge = TimeSpan.FromDays(Number("logAge", settings.LogAge, 0, 36_500, "0d (as long as there is room) to 36500d", Quantity.Ages, 365)),
        };
    }
}
