using System.Globalization;

namespace DerAgent.Devices.Tests.Soak;

/// <summary>What the environment says of a soak.</summary>
internal static class SoakSettings
{
    /// <summary>So many days (SOAK_DAYS).</summary>
    public static int Days => Number("SOAK_DAYS") ?? 1;

    /// <summary>The seed that makes a run again (SOAK_SEED); another one each time where none is said.</summary>
    public static int Seed() => Number("SOAK_SEED") ?? Random.Shared.Next();

    /// <summary>What is traced (SOAK_TRACE); null: nothing.</summary>
    public static string? Traced => Environment.GetEnvironmentVariable("SOAK_TRACE") is { Length: > 0 } traced ? traced : null;

    private static int? Number(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : null;
}
