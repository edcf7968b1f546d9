using System.Diagnostics;
using System.Globalization;
using DerAgent.Tests;

namespace DerAgent.Integration.Tests.Store;

/// <summary>Starts the program of tests/StoreWorld: a server with its store under load, to be killed.</summary>
internal static class StoreWorlds
{
    /// <summary>The log, as the store names it.</summary>
    public const string Log = "log:PV1LD0/LLN0$GeneralLog";

    private static readonly string Program = Path.Combine(Corpus.Root, "tests", "StoreWorld", "bin", "Release", "net10.0", "DerAgent.StoreWorld.dll");

    /// <summary>An SCL file whose first energy block reports each change, whose log has each change of the energy, and that has setting groups.</summary>
    public static string WriteScl(string folder)
    {
        var text = SettingScl.Text().Replace("<Val>1000</Val>", "<Val>1000000000</Val>", StringComparison.Ordinal).Replace("name=\"EventLog\" desc=\"Status changes\" datSet=\"Status\"", "name=\"EventLog\" datSet=\"Energy\"", StringComparison.Ordinal);
        var at = text.IndexOf("<TrgOps", text.IndexOf("name=\"brcbEnergy\"", StringComparison.Ordinal), StringComparison.Ordinal);
        var file = Path.Combine(folder, "world.cid");
        File.WriteAllText(file, text[..at] + "<TrgOps dchg=\"true\"" + text[text.IndexOf("/>", at, StringComparison.Ordinal)..]);
        return file;
    }

    /// <summary>Starts it.</summary>
    /// <param name="scl">Its SCL file.</param>
    /// <param name="folder">Where its store is.</param>
    /// <param name="counter">The first value measured.</param>
    /// <param name="after">The entry after which reporting goes on.</param>
    /// <param name="durability">full or normal.</param>
    /// <param name="around">A program that starts it, with its arguments.</param>
    public static Process Start(string scl, string folder, long counter, long after, string durability = "full", params string[] around)
    {
        string[] command = [.. around, "dotnet", Program, scl, folder, counter.ToString(CultureInfo.InvariantCulture), after.ToString(CultureInfo.InvariantCulture), durability];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, UseShellExecute = false };

        // Compiled once and well would take longer than it lives.
        start.Environment["DOTNET_TieredPGO"] = "0";
        return Process.Start(start)!;
    }

    /// <summary>Starts a device with what is in force on it in a store.</summary>
    /// <param name="data">Folder of the store.</param>
    /// <param name="port">Where the device is.</param>
    /// <param name="value">What is commanded.</param>
    public static WatchedProcess StartDevices(string data, int port, params string[] value) => new("dotnet", [Program, "devices", data, $"{port}", .. value]);
}
