using System.Text.Json.Nodes;
using DerAgent.Client;
using DerAgent.Mms;
using DerAgent.Model;
using DerAgent.Tests;

namespace DerAgent.Integration.Tests;

/// <summary>Data sets of clients, logs and substitution: the agent as a process, a real XMPP server, both dialects, and kills.</summary>
public sealed class ClientServicesTests
{
    private static readonly ObjectName Log = ObjectName.In("PV1LD0", "LLN0$GeneralLog");
    private static readonly ObjectName Mine = ObjectName.In("PV1LD0", "LLN0$Mine");
    private static readonly ObjectName[] Members = [ObjectName.In("PV1LD0", "MMXU1$MX$TotW"), ObjectName.In("PV1LD0", "MMXU1$MX$Hz")];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Tr2015")]
    [InlineData("Ed2018")]
    public async Task A_data_set_of_a_client_outlives_a_kill_and_its_own_does_not_outlive_the_association(string dialect)
    {
        await using var lab = await StartAsync();
        await using (var client = await ConnectAsync(lab, dialect))
        {
            await client.CreateDataSetAsync(Mine, Members, Cancel);
            var own = ObjectName.Association("own");
            await client.CreateDataSetAsync(own, Members[..1], Cancel);
            Assert.Equal(Members[..1], (await client.GetDataSetDirectoryAsync(own, Cancel)).Members.Select(m => m.Name));
            Assert.Equal(Members, (await client.GetDataSetDirectoryAsync(Mine, Cancel)).Members.Select(m => m.Name));
            Assert.Contains("LLN0$Mine", await client.GetDataSetsAsync("PV1LD0", Cancel));
            Assert.Equal(ErrorClass.Definition, (await Assert.ThrowsAsync<AcsiException>(() => client.CreateDataSetAsync(Mine, Members, Cancel))).Error?.Class);
            Assert.Equal(8000, (await client.GetDataSetValuesAsync(Mine, Cancel))[0].Value.Items[1].Items[0].AsDouble());
        }

        await lab.RestartAsync();
        await using var again = await ConnectAsync(lab, dialect, "again");
        Assert.Equal(Members, (await again.GetDataSetDirectoryAsync(Mine, Cancel)).Members.Select(m => m.Name));
        await Assert.ThrowsAsync<AcsiException>(() => again.GetDataSetDirectoryAsync(ObjectName.Association("own"), Cancel));

        // Not while a control block refers to it.
        var reference = ObjectName.In("PV1LD0", "LLN0$RP$urcbMeas01$DatSet");
        Assert.Null(await again.WriteAsync(reference, DataValue.VisibleString(Mine.ToString()), Cancel));
        Assert.Equal(ErrorCode.ServiceObjectConstraintConflict, (await Assert.ThrowsAsync<AcsiException>(() => again.DeleteDataSetAsync(Mine, Cancel))).Error?.Code);
        Assert.Equal((true, false), await again.DeleteDataSetAsync(ObjectName.In("PV1LD0", "LLN0$Measurements"), Cancel));
        Assert.Null(await again.WriteAsync(reference, DataValue.VisibleString("PV1LD0/LLN0$Measurements"), Cancel));
        Assert.Equal((true, true), await again.DeleteDataSetAsync(Mine, Cancel));
        Assert.Equal((false, false), await again.DeleteDataSetAsync(Mine, Cancel));
    }

    [Theory]
    [InlineData("Tr2015")]
    [InlineData("Ed2018")]
    public async Task A_log_is_read_page_by_page_and_is_there_after_a_kill(string dialect)
    {
        await using var lab = await StartAsync();
        await using (var client = await ConnectAsync(lab, dialect))
        {
            // Whole measurements each tenth of a second: many entries, and none that comes by chance.
            foreach (var (attribute, value) in new[]
            {
                ("LogEna", DataValue.Boolean(false)), ("DatSet", DataValue.VisibleString("PV1LD0/LLN0$Measurements")), ("TrgOps", DataValue.Bits((ulong)TriggerConditions.Integrity, 6)),
                ("IntgPd", DataValue.Unsigned(100)), ("LogEna", DataValue.Boolean(true)),
            })
            {
                Assert.Null(await client.WriteAsync(ObjectName.In("PV1LD0", "LLN0$LG$EventLog$" + attribute), value, Cancel));
            }

            await EntriesAsync(client, 40);
            Assert.Null(await client.WriteAsync(ObjectName.In("PV1LD0", "LLN0$LG$EventLog$LogEna"), DataValue.Boolean(false), Cancel));
        }

        IReadOnlyList<JournalEntry> whole;
        await using (var client = await ConnectAsync(lab, dialect, "whole"))
        {
            Assert.Equal(["LLN0$GeneralLog"], await client.GetLogsAsync("PV1LD0", Cancel));
            whole = await client.QueryLogAsync(Log, new(), Cancel).ToListAsync(Cancel);
            Assert.Equal(whole.Select(e => e.Id).Distinct(), whole.Select(e => e.Id));
            Assert.All(whole.SkipLast(1).TakeLast(30), e => Assert.Equal(12, e.Variables.Count));
        }

        // A small PDU: the union of the pages is the journal, each entry once.
        await using (var client = await ConnectAsync(lab, dialect, "small", 8_192))
        {
            var first = await client.RequestAsync<ReadJournalResponse>(new ReadJournalRequest(Log, EntryTime.From(DateTimeOffset.UnixEpoch.AddYears(20))), Cancel);
            Assert.True(first.MoreFollows);
            Assert.Equal(whole, await client.QueryLogAsync(Log, new(), Cancel).ToListAsync(Cancel));
            Assert.Equal(whole.Skip(7).Take(5), await client.QueryLogAsync(Log, new() { After = whole[6].Id, Count = 5 }, Cancel).ToListAsync(Cancel));
        }

        await lab.RestartAsync();
        await using var after = await ConnectAsync(lab, dialect, "after");
        Assert.Equal(whole, (await after.QueryLogAsync(Log, new(), Cancel).ToListAsync(Cancel)).Take(whole.Count));
        Assert.InRange(await after.ClearLogAsync(Log, null, Cancel), (uint)whole.Count, (uint)whole.Count + 20);
        Assert.Equal(ErrorClass.Access, (await Assert.ThrowsAsync<AcsiException>(() => after.QueryLogAsync(ObjectName.In("PV1LD0", "Nothing"), new(), Cancel).ToListAsync(Cancel).AsTask())).Error?.Class);
    }

    [Theory]
    [InlineData("Tr2015")]
    [InlineData("Ed2018")]
    public async Task A_substitute_is_read_as_one(string dialect)
    {
        await using var lab = await StartAsync(_ => SubstitutionScl.Text());
        await using var client = await ConnectAsync(lab, dialect);
        ObjectName Substitute(string attribute) => ObjectName.In("PV1LD0", "GGIO9$SV$AnIn1$" + attribute);
        Assert.Null(await client.WriteAsync(Substitute("subMag"), DataValue.Structure(DataValue.Float32(55)), Cancel));
        Assert.Null(await client.WriteAsync(Substitute("subID"), DataValue.VisibleString("J. Doe"), Cancel));
        Assert.Null(await client.WriteAsync(Substitute("subEna"), DataValue.Boolean(true), Cancel));
        var value = await client.ReadAsync(ObjectName.In("PV1LD0", "GGIO9$MX$AnIn1"), Cancel);
        Assert.Equal((55, 55, "good|substituted"), (value.Items[0].Items[0].AsDouble(), value.Items[1].Items[0].AsDouble(), Quality.FromValue(value.Items[3]).ToString()));
        Assert.Null(await client.WriteAsync(Substitute("subEna"), DataValue.Boolean(false), Cancel));
        Assert.Equal(Validity.Invalid, Quality.FromValue((await client.ReadAsync(ObjectName.In("PV1LD0", "GGIO9$MX$AnIn1"), Cancel)).Items[3]).Validity);
    }

    [Fact]
    public async Task The_verbs_for_logs_data_sets_settings_and_controls_do_what_their_help_says()
    {
        await using var lab = await StartAsync(_ => ActivationScl.Text());
        Assert.Contains("PV1LD0/LLN0.Measurements", await lab.OkAsync("dataset", "list"), StringComparison.Ordinal);
        Assert.Contains("2 member(s)", await lab.OkAsync("dataset", "create", "PV1LD0/LLN0.Mine", "PV1LD0/MMXU1.TotW[MX]", "PV1LD0/MMXU1.Hz[MX]"), StringComparison.Ordinal);
        Assert.Contains("TotW  8000 W  good", await lab.OkAsync("dataset", "show", "PV1LD0/LLN0.Mine"), StringComparison.Ordinal);
        Assert.Contains("deleted", await lab.OkAsync("dataset", "delete", "PV1LD0/LLN0.Mine"), StringComparison.Ordinal);
        Assert.Equal(4, (await lab.ClientAsync("dataset", "delete", "PV1LD0/LLN0.Mine")).ExitCode);
        Assert.Equal(2, (await lab.ClientAsync("dataset", "show", "nonsense")).ExitCode);

        Assert.Contains("group 1 of 2 is active", await lab.OkAsync("settings", "show", "PV1LD0"), StringComparison.Ordinal);
        Assert.Contains("group 2 is active", await lab.OkAsync("settings", "activate", "PV1LD0", "2"), StringComparison.Ordinal);
        Assert.Equal(4, (await lab.ClientAsync("settings", "activate", "PV1LD0", "3")).ExitCode);
        Assert.Contains("1 value(s) of group 2 changed", await lab.OkAsync("settings", "edit", "PV1LD0", "2", "DWMX1.RvrtTms.setVal=77"), StringComparison.Ordinal);
        Assert.Contains("RvrtTms.setVal = 77", await lab.OkAsync("settings", "show", "PV1LD0"), StringComparison.Ordinal);
        Assert.Equal(2, (await lab.ClientAsync("settings", "edit", "PV1LD0", "2", "DWMX1.RvrtTms.setVal=78", "DWMX1.RvrtTms.setVal=x")).ExitCode);
        Assert.Equal(4, (await lab.ClientAsync("settings", "edit", "PV1LD0", "3", "DWMX1.RvrtTms.setVal=78")).ExitCode);
        Assert.Contains("RvrtTms.setVal = 77", await lab.OkAsync("settings", "show", "PV1LD0"), StringComparison.Ordinal);

        Assert.Contains("waits for its time", await lab.OkAsync("control", "at", "+3600", "PV1LD0/DWMX1.WMaxSptPct", "50"), StringComparison.Ordinal);
        var (code, output) = await lab.ClientAsync("operate", "PV1LD0/DWMX1.WMaxSptPct", "60");
        Assert.Equal(4, code);
        Assert.Contains("AddCause 12", output, StringComparison.Ordinal);
        Assert.Contains("accepted", await lab.OkAsync("control", "cancel", "PV1LD0/DWMX1.WMaxSptPct", "50"), StringComparison.Ordinal);
        Assert.Contains("positive", await lab.OkAsync("operate", "PV1LD0/DWMX1.WMaxSptPct", "60"), StringComparison.Ordinal);
        Assert.Contains("selected", await lab.OkAsync("control", "select", "PV1LD0/CSWI1.Pos", "true"), StringComparison.Ordinal);

        Assert.Contains("PV1LD0/LLN0.GeneralLog", await lab.OkAsync("log"), StringComparison.Ordinal);
        Assert.Contains("PV1LD0/DWMX1$MX$WMaxSptPct", await lab.OkAsync("log", "PV1LD0/LLN0.GeneralLog", "--since", "2020-01-01"), StringComparison.Ordinal);
        Assert.Contains("\"reason\":\"DataChange\"", await lab.OkAsync("log", "PV1LD0/LLN0.GeneralLog", "--json"), StringComparison.Ordinal);
        Assert.Contains("entries deleted", await lab.OkAsync("log", "PV1LD0/LLN0.GeneralLog", "--clear"), StringComparison.Ordinal);
        Assert.Equal(2, (await lab.ClientAsync("log", "PV1LD0/LLN0.GeneralLog", "--after", "xyz")).ExitCode);
    }

    private static async Task<AgentLab> StartAsync(Func<string, string>? edit = null)
    {
        var lab = await AgentLab.StartAsync("pv-inverter.cid", [new("inv1", "sunspec-inverter")], Engineer, edit: edit);
        await lab.Agent.LineAsync("the device answers");
        return lab;
    }

    /// <summary>Our client may also make data sets and edit setting groups.</summary>
    private static void Engineer(JsonObject options) => options["connections"]![0]!["access"]![0]!["roles"] = new JsonArray("DSO_OPERATOR", "ENGINEER");

    private static Task<AcsiClient> ConnectAsync(AgentLab lab, string dialect, string resource = "test", int maxPduSize = 65_000) =>
        lab.ConnectAsync(resource: resource, dialect: MmsDialect.All.Single(d => d.Name == dialect), maxPduSize: maxPduSize);

    /// <summary>Waits until the log has so many entries.</summary>
    private static async Task EntriesAsync(AcsiClient client, int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (await client.QueryLogAsync(Log, new(), limit.Token).CountAsync(limit.Token) < count)
        {
            await timer.WaitForNextTickAsync(limit.Token);
        }
    }
}
