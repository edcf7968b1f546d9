using System.Globalization;
using System.Text;
using DerAgent.Acsi;
using DerAgent.Acsi.Tests;
using DerAgent.Storage;
using DerAgent.Tests;

namespace DerAgent.Integration.Tests.Store;

/// <summary>
/// A kill proves nothing about the power: what a dead process wrote is in the system's memory, and stays. So the server's calls are written down, and 200 times its disk is
/// put together from what was synced up to a moment and a random half of the rest: what left before is in it, and it opens.
/// </summary>
public sealed class PowerCutTests : IDisposable
{
    private const int Cuts = 200;
    private const string Block = "PV1LD0/LLN0$BR$brcbEnergy01";
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-power.").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_left_before_the_power_was_cut_is_there_afterwards()
    {
        var (lost, left) = CutPower(await RecordAsync("full"));
        Assert.True(left > 300, $"{left} answers and reports: too few to prove anything");
        Assert.Empty(lost);
    }

    [Fact] // the test above would see what is lost
    public async Task Without_syncing_each_commit_something_is_lost()
    {
        var (lost, _) = CutPower(await RecordAsync("normal"));
        Assert.NotEmpty(lost);
    }

    /// <summary>Runs a server for a moment, and writes down what it asks of the system.</summary>
    private async Task<List<SystemCall>> RecordAsync(string durability)
    {
        var log = Path.Combine(_folder, "calls");
        var data = Directory.CreateDirectory(Path.Combine(_folder, "data")).FullName;
        using var world = StartTraced(StoreWorlds.WriteScl(_folder), data, durability, log);
        if (world is null)
        {
            Assert.Skip("strace is not installed.");
        }

        for (var lines = 0; lines < 2_000 && await world.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is not null;)
        {
            lines++;
        }

        world.Kill(entireProcessTree: true);
        await world.WaitForExitAsync(TestContext.Current.CancellationToken);
        var calls = SystemCall.Read(log).ToList();
        Assert.SkipUnless(calls.Exists(c => c.Name == "pwrite64"), "strace may not look at other processes here.");
        return calls;
    }

    private static System.Diagnostics.Process? StartTraced(string scl, string data, string durability, string log)
    {
        try
        {
            return StoreWorlds.Start(scl, data, 1, 0, durability, "strace", "-f", "-y", "-xx", "-s", "20000", "-e", "trace=pwrite64,write,fdatasync,fsync,ftruncate,unlink,rename", "-o", log);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Cuts the power at random moments; what was lost, and how much left before the last one.</summary>
    private (List<string> Lost, int Left) CutPower(List<SystemCall> calls)
    {
        var random = new Random(20261126);
        var folder = Path.Combine(_folder, "data");
        var first = calls.FindIndex(c => c.Name == "write" && Text(c).StartsWith("S ", StringComparison.Ordinal));
        var cuts = Enumerable.Range(0, Cuts).Select(_ => random.Next(first, calls.Count)).Order().ToList();
        var (disk, lost, left) = (new CutDisk(folder), new List<string>(), new WhatLeft());
        for (var (i, cut) = (0, 0); cut < Cuts; i++)
        {
            for (; cut < Cuts && cuts[cut] == i; cut++)
            {
                lost.AddRange(Look(disk, random, left).Select(l => $"cut {cut}, after call {i}: {l}"));
            }

            disk.Take(calls[i]);
            if (calls[i].Name == "write")
            {
                left.Take(Text(calls[i]).TrimEnd().Split(' '));
            }
        }

        return (lost, left.Count);
    }

    private IEnumerable<string> Look(CutDisk disk, Random random, WhatLeft left)
    {
        var rebuilt = Directory.CreateDirectory(Path.Combine(_folder, "found")).FullName;
        try
        {
            disk.WriteTo(rebuilt, random);
            using var store = SqliteStore.Open(rebuilt, new(), TimeProvider.System);
            var part = store.Part("AP1");
            var lost = new List<string>(store.Damages);
            var state = part.Load();
            var setting = state.TryGetValue("setting/PV1LD0/MMXU1$CF$TotW$db", out var octets) && StoredSetting.Read(octets) is { } found ? (long)found.Value.AsUnsigned() : 0;
            if (setting < left.Setting)
            {
                lost.Add($"setting {left.Setting}: {setting} is there");
            }

            var group = state.TryGetValue("group/PV1LD0/1", out var values) ? SettingGroupValues.Read(values)![0].Value.AsInteger() : 0;
            if (group < left.Group)
            {
                lost.Add($"value {left.Group} of a group: {group} is there");
            }

            FolderStore.Open(rebuilt, new());
            var file = NumberedFile.Read(Path.Combine(rebuilt, "files", NumberedFile.Name), lost.Add);
            if (file < left.File)
            {
                lost.Add($"file {left.File}: {file} is there");
            }

            if (TestRecords.Accepted(part) is var accepted && accepted < left.Commands)
            {
                lost.Add($"command {left.Commands}: {accepted} are there");
            }

            lost.AddRange(left.Reports.Where(r => !part.Contains(Block, r)).Select(r => $"report of entry {r}"));
            lost.AddRange(left.Logged.Where(l => part.Count(StoreWorlds.Log, l - 1, l) != 1).Select(l => $"entry {l} of the log"));
            return lost;
        }
        finally
        {
            Directory.Delete(rebuilt, recursive: true);
        }
    }

    private static string Text(SystemCall call) => call.Octets.Length < 200 ? Encoding.UTF8.GetString(call.Octets) : "";

    /// <summary>What a client was told, up to a moment.</summary>
    private sealed class WhatLeft
    {
        public long Setting { get; private set; }

        public long Group { get; private set; }

        public long File { get; private set; }

        public int Commands { get; private set; }

        public List<long> Reports { get; } = [];

        public List<long> Logged { get; } = [];

        public int Count => (int)Setting + Reports.Count;

        public void Take(string[] words)
        {
            switch (words)
            {
                case ["A", var setting]:
                    Setting = Number(setting);
                    break;
                case ["GA", var value]:
                    Group = Number(value);
                    break;
                case ["FA", var number]:
                    File = Number(number);
                    break;
                case ["C"]:
                    Commands++;
                    break;
                case ["R", var id, _]:
                    Reports.Add(Number(id));
                    break;
                case ["L", var id, _]:
                    Logged.Add(Number(id));
                    break;
            }
        }

        private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }
}
