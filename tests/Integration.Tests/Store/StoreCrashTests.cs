using System.Globalization;
using DerAgent.Acsi;
using DerAgent.Acsi.Tests;
using DerAgent.Storage;
using DerAgent.Storage.Tests;

namespace DerAgent.Integration.Tests.Store;

/// <summary>SIGKILL at random moments under report, control and setting load: no acknowledged write is lost, no entry missing or doubled between two resyncs, the file is whole.</summary>
public sealed class StoreCrashTests : IDisposable
{
    private const int Rounds = 100;
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-crash.").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory] // twice a hundred
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_was_acknowledged_outlives_a_kill(int seed)
    {
        var random = new Random(seed);
        var scl = StoreWorlds.WriteScl(_folder);
        var data = Directory.CreateDirectory(Path.Combine(_folder, "data")).FullName;
        var reports = new List<(long Id, long Value)>();
        var logs = new List<List<(long Id, long Value)>>();
        long counter = 1, acknowledged = 0, tried = 0, commands = 0;
        (long Acknowledged, long Tried) group = (0, long.MaxValue), file = (0, 0);
        bool ProvesSomething() => reports.Count > 10 * Rounds && commands > Rounds && acknowledged > 10 * Rounds && logs.Sum(static l => l.Count) > Rounds && group.Acknowledged > Rounds / 2 && file.Acknowledged > Rounds / 2;

        // A slow machine takes more of them.
        for (var round = 0; round < Rounds || (round < 3 * Rounds && !ProvesSomething()); round++)
        {
            var isEnabled = false;
            using var world = StoreWorlds.Start(scl, data, counter, reports.Count == 0 ? 0 : reports[^1].Id);
            using var kill = new Timer(_ => world.Kill(), null, Timeout.Infinite, Timeout.Infinite);
            while (await world.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
            {
                // The last line may have been cut short.
                var words = line.Split(' ');
                switch (words[0])
                {
                    case "S":
                        var setting = long.Parse(words[1], CultureInfo.InvariantCulture);
                        Assert.True(setting >= acknowledged && setting <= tried, $"round {round}: the setting is {setting}; {acknowledged} was acknowledged, {tried} tried");
                        (acknowledged, tried) = (setting, setting);
                        break;
                    case "T":
                        tried = long.Parse(words[1], CultureInfo.InvariantCulture);
                        break;
                    case "A":
                        acknowledged = long.Parse(words[1], CultureInfo.InvariantCulture);
                        break;
                    case "GS":
                        var active = long.Parse(words[1], CultureInfo.InvariantCulture);
                        Assert.True(active >= group.Acknowledged && active <= group.Tried, $"round {round}: the value of the group is {active}; {group} acknowledged, tried");
                        group = (active, active);
                        logs.Add([]);
                        break;
                    case "GT":
                        group.Tried = long.Parse(words[1], CultureInfo.InvariantCulture);
                        break;
                    case "GA":
                        group.Acknowledged = long.Parse(words[1], CultureInfo.InvariantCulture);
                        break;
                    case "FS":
                        var number = long.Parse(words[1], CultureInfo.InvariantCulture);
                        Assert.True(number >= file.Acknowledged && number <= file.Tried, $"round {round}: the file has number {number}; {file} acknowledged, tried");
                        file = (number, number);
                        break;
                    case "FT":
                        file.Tried = long.Parse(words[1], CultureInfo.InvariantCulture);
                        break;
                    case "FA":
                        file.Acknowledged = long.Parse(words[1], CultureInfo.InvariantCulture);
                        break;
                    case "L" when words.Length == 3:
                        logs[^1].Add((long.Parse(words[1], CultureInfo.InvariantCulture), long.Parse(words[2], CultureInfo.InvariantCulture)));
                        break;
                    case "C":
                        commands++;
                        break;
                    case "E":
                        isEnabled = true;
                        kill.Change(random.Next(5, 250), Timeout.Infinite);
                        break;
                    case "R" when words.Length == 3:
                        var report = (Id: long.Parse(words[1], CultureInfo.InvariantCulture), Value: long.Parse(words[2], CultureInfo.InvariantCulture));
                        Assert.True(report.Id > reports.LastOrDefault().Id, $"round {round}: entry {report.Id} after {reports.LastOrDefault().Id}");
                        reports.Add(report);
                        break;
                    case "D":
                        Assert.Fail($"round {round}: {line}");
                        break;
                }
            }

            await world.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(isEnabled, $"round {round}: it was not there");
            counter += 1_000;
        }

        Assert.True(
            ProvesSomething(),
            $"{reports.Count} reports, {commands} commands, {acknowledged} settings, {logs.Sum(static l => l.Count)} entries of the log, {group.Acknowledged} values of a group, {file.Acknowledged} files: too few to prove anything");

        // The second block of the data set was never enabled: it holds every entry there was, unless it made room.
        using var store = SqliteStore.Open(data, new(), TimeProvider.System);
        var kept = store.Part("AP1").EntriesOf("PV1LD0/LLN0$BR$brcbEnergy02").Select(e => e.Entry.Members[0].Value.Items[0].AsInteger()).ToList();
        Assert.Empty(store.Damages);

        // Each command that was acknowledged was accepted once and has ended once, however often the power went in between.
        Assert.InRange(TestRecords.Accepted(store.Part("AP1")), commands, long.MaxValue);
        Assert.Equal(kept.Where(v => v <= reports[^1].Value), reports.Select(r => r.Value).SkipWhile(v => v < kept[0]));

        // What a query was told of the log is what it holds, each entry once, none left out in between.
        var journal = Journal(store.Part("AP1")).ToList();
        Assert.All(logs.Where(static l => l.Count > 0), l => Assert.Equal(journal.SkipWhile(e => e.Id < l[0].Id).TakeWhile(e => e.Id <= l[^1].Id), l));
        Assert.Equal("ok", Check(data));
    }

    private static IEnumerable<(long Id, long Value)> Journal(IServerStore part)
    {
        for (var entry = part.NextLogged(StoreWorlds.Log, 0); entry is { } found; entry = part.NextLogged(StoreWorlds.Log, found.Id))
        {
            yield return (found.Id, found.Entry.Members[0].Value.Items[0].AsInteger());
        }
    }

    private static string Check(string data)
    {
        using var database = new SqliteDatabase(Path.Combine(data, SqliteStore.FileName), Microsoft.Data.Sqlite.SqliteOpenMode.ReadOnly, 1 << 20);
        var told = "";
        database.Read("PRAGMA integrity_check", row => told += row.GetString(0));
        return told;
    }
}
