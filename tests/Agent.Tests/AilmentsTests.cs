using DerAgent.Agent.Logs;
using DerAgent.Devices;
using Microsoft.Extensions.Time.Testing;

namespace DerAgent.Agent.Tests;

/// <summary>What is not well is told when it begins, once an hour while it lasts, and with its time when it is over.</summary>
public sealed class AilmentsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly TestLog _log = new();
    private readonly Ailments _ailments;

    public AilmentsTests() => _ailments = new(_log, _time);

    public void Dispose() => _ailments.Dispose();

    [Fact]
    public void All_that_is_ill_is_one_line_an_hour()
    {
        _ailments.Ill("inv1", "it is silent");
        _time.Advance(TimeSpan.FromMinutes(10));
        _ailments.Ill("dso", "disconnected");
        _time.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal(["Warning: Still not well: inv1 for 60 min: it is silent; dso for 50 min: disconnected"], _log.Lines);
        Assert.Equal(TimeSpan.FromHours(1), _ailments.Well("inv1"));
        Assert.Null(_ailments.Well("inv1"));
        _ailments.Ill("dso", "the server refuses our password", isAlarm: true);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("Error: Still not well: dso for 110 min: the server refuses our password", _log.Lines[^1]);
        _ailments.Well("dso");
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public void Of_very_many_some_are_named()
    {
        for (var i = 0; i < 1000; i++)
        {
            _ailments.Ill($"inv{i}", "it is silent");
        }

        _time.Advance(TimeSpan.FromHours(1));
        Assert.EndsWith("; and 990 more", Assert.Single(_log.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Devices_are_told_at_the_level_of_what_it_means()
    {
        var devices = new DeviceLog(_log, _ailments);
        devices.Take(new("inv1", true, false, "no answer") { Severity = DeviceSeverity.Warning, Health = DeviceHealth.Alarm });
        devices.Take(new("inv1", true, false, "") { Health = DeviceHealth.Alarm });
        Assert.Equal("no answer", Assert.Single(_ailments.All).What);
        devices.Take(new("inv1", true, true, "it answers again, silent for 75 s") { Health = DeviceHealth.Ok });
        devices.Take(new("inv2", true, true, "another controller writes") { Severity = DeviceSeverity.Alarm, Health = DeviceHealth.Warning });
        Assert.Equal("inv2", Assert.Single(_ailments.All).Who);
        Assert.Equal(["Warning: inv1: no answer", "Information: inv1: it answers again, silent for 75 s", "Error: inv2: another controller writes"], _log.Lines);

        // By night it is no matter: nothing is ill of who only sleeps.
        devices.Take(new("inv3", true, false, "no answer; it is taken for the night") { Health = DeviceHealth.Ok });
        Assert.Single(_ailments.All);
    }
}
