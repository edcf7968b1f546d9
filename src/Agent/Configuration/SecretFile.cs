using System.Text;
using DerAgent.Devices;

namespace DerAgent.Agent;

/// <summary>Reads a file that holds a password and is nobody else's to read.</summary>
internal static class SecretFile
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>The number in a file that is nobody else's to read, decimal or <c>0x…</c>; null where there is none.</summary>
    public static double? ReadNumber(string file) => YamlScalars.Whole(Read(file, out _)?.Trim());

    /// <summary>Its password; null, with what is wrong and what to do, where it cannot be used.</summary>
    public static string? Read(string file, out string fault)
    {
        fault = "";
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != UnixFileMode.None)
            {
                fault = $"{file} can be read by others; run: chmod 600 {file}";
                return null;
            }

            var secret = Encoding.UTF8.GetString(BoundedFile.Read(file)).TrimEnd('\r', '\n').TrimStart('\uFEFF');
            fault = secret.Length == 0 ? $"{file} is empty; it must hold the password." : "";
            return secret.Length == 0 ? null : secret;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            fault = $"The password file {file} cannot be read: {e.Message}";
            return null;
        }
    }
}
