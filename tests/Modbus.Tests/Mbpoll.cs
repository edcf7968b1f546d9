using System.Diagnostics;

namespace DerAgent.Modbus.Tests;

/// <summary>A Modbus master that is not ours: it asks unit 3 once and tells what it got.</summary>
internal static class Mbpoll
{
    /// <summary>Asks, or writes where there are values.</summary>
    /// <param name="options">The line and the place.</param>
    /// <param name="target">Host or port.</param>
    /// <param name="values">Values to write.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<string> RunAsync(string[] options, string target, string[] values, CancellationToken cancel)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/mbpoll", ["-a", "3", "-1", .. options, target, .. values]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        var errors = process.StandardError.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        return await output + await errors;
    }
}
