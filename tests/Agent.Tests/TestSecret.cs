namespace DerAgent.Agent.Tests;

/// <summary>The password file of the tests: only its owner may read it, as the agent demands.</summary>
internal static class TestSecret
{
    /// <summary>Writes it to a folder, as <c>secret</c>.</summary>
    public static void Write(string folder, string password = "password")
    {
        var file = Path.Combine(folder, "secret");
        File.WriteAllText(file, password);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
