using System.Net.Sockets;
using System.Text;
using DerAgent.Agent.Hosting;

namespace DerAgent.Agent.Tests;

/// <summary>sd_notify(3), without looking at who started us.</summary>
public sealed class ServiceNotifierTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("der-agent-test.").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_service_manager_is_told(bool isAbstract)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "There is no systemd here.");
        var name = isAbstract ? $"@der-agent-{Guid.NewGuid():n}" : Path.Combine(_folder, "notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(isAbstract ? '\0' + name[1..] : name));
        manager.ReceiveTimeout = 10_000;
        var notifier = new ServiceNotifier(name);
        notifier.Ready("Serving PV1\nover dso");
        notifier.Stopping();
        var buffer = new byte[200];
        Assert.Equal("READY=1\nSTATUS=Serving PV1 over dso", Encoding.UTF8.GetString(buffer, 0, manager.Receive(buffer)));
        Assert.Equal("STOPPING=1", Encoding.UTF8.GetString(buffer, 0, manager.Receive(buffer)));
    }

    [Theory]
    [InlineData("60000000", null, 60.0)]
    [InlineData("6000000", "me", 6.0)]
    [InlineData("60000000", "1", null)]
    [InlineData("0", null, null)]
    [InlineData("-5", null, null)]
    [InlineData("99999999999999999999", null, null)]
    [InlineData(null, null, null)]
    public void The_manager_says_how_long_its_patience_is(string? microseconds, string? process, double? seconds) =>
        Assert.Equal(seconds, ServiceNotifier.WatchdogOf(microseconds, process == "me" ? $"{Environment.ProcessId}" : process)?.TotalSeconds);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/none/of/these")]
    public void Nobody_who_is_not_there_is_missed(string? socket) => new ServiceNotifier(socket).Ready("");
}
