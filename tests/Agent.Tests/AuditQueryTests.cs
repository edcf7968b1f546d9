using DerAgent.Acsi;
using DerAgent.Agent.Cli;
using DerAgent.Model;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Agent.Tests;

/// <summary>Which records an operator asks for.</summary>
public sealed class AuditQueryTests
{
    private static readonly AuditQuery All = new(null, null, null, null, false);

    [Theory]
    [InlineData("DWMX1", true)]
    [InlineData("dwmx1", true)]
    [InlineData("WMaxSptPct", true)]
    [InlineData("DWMX1.WMaxSptPct", true)]
    [InlineData("PV1LD0", true)]
    [InlineData("PV1LD0/DWMX1", true)]
    [InlineData("PV1LD0/DWMX1.WMaxSptPct", true)]
    [InlineData("DWMX", false)]
    [InlineData("PV1LD0/WMaxSptPct", false)]
    [InlineData("DWMX1.WMaxSptPct.Oper.x", false)]
    public void An_object_is_named_by_any_of_its_names(string name, bool isMeant) => Assert.Equal(isMeant, (All with { Object = name }).Concerns(Record("PV1LD0/DWMX1.WMaxSptPct")));

    [Fact]
    public void Only_what_failed_is_asked_for()
    {
        var query = All with { Failed = true };
        Assert.False(query.Concerns(Record("x")));
        Assert.True(query.Concerns(Record("x") with { Status = ServiceStatus.AccessViolation }));
        Assert.True(query.Concerns(Record("x") with { Cause = AddCause.TimeLimitOver, IsOutcome = true }));
    }

    [Theory] // it is 12:00 in Berlin
    [InlineData("11:36", "2026-11-27T11:21:00+01:00", "2026-11-27T11:51:00+01:00")]
    [InlineData("12:30", "2026-11-26T12:15:00+01:00", "2026-11-26T12:45:00+01:00")]
    [InlineData("0:05", "2026-11-26T23:50:00+01:00", "2026-11-27T00:20:00+01:00")]
    [InlineData("2026-03-01T11:36Z", "2026-03-01T11:21:00Z", "2026-03-01T11:51:00Z")]
    public void A_time_of_day_is_the_last_one_that_has_been(string around, string since, string until)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 27, 11, 0, 0, TimeSpan.Zero));
        time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("here", TimeSpan.FromHours(1), "here", "here"));
        var query = All.Around(around, 15, time);
        Assert.Equal((DateTimeOffset.Parse(since, null), DateTimeOffset.Parse(until, null)), (query.Since!.Value, query.Until!.Value));
    }

    [Fact]
    public void What_is_no_time_is_refused() => Assert.Throws<FormatException>(() => All.Around("half past", 15, TimeProvider.System));

    private static ServiceRecord Record(string reference) => new(ServiceName.Operate, reference, ServiceStatus.NoError, "control@dso.example", DateTimeOffset.UnixEpoch);
}
