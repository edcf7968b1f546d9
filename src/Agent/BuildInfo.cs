using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DerAgent.Agent;

/// <summary>What this program is: for <c>--version</c>, the first line of the log and whoever reports a fault.</summary>
internal static class BuildInfo
{
    private static readonly string Informational = typeof(BuildInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>E.g. <c>1.2.0</c>.</summary>
    public static string Version => Informational.Split('+')[0];

    /// <summary>The commit it was built from, as far as it takes to know it; <c>unknown</c> outside of a repository.</summary>
    public static string Commit => Informational.Split('+') is [_, { Length: >= 12 } commit] ? commit[..12] : "unknown";

    /// <summary>How it was built.</summary>
    public static string Kind =>
        !RuntimeFeature.IsDynamicCodeSupported ? "native"
        : IsSingleFile ? "single file"
        : "framework-dependent";

    /// <summary>All of it on one line.</summary>
    public static string Line => $"{Version} (commit {Commit}, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, {Kind})";

    private static bool IsSingleFile => !File.Exists(Path.Combine(AppContext.BaseDirectory, "der-agent.dll"));
}
