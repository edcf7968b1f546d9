using DerAgent.Storage;
using Microsoft.Extensions.Logging;

namespace DerAgent.Agent.Hosting;

/// <summary>Flash wears: people are told once a day how much is written.</summary>
internal sealed class WearReport(WriteMeter meter, ILogger log)
{
    private long _told;

    /// <summary>Tells what came since it told last.</summary>
    public void Tell()
    {
        var written = meter.Octets;
        log.LogInformation("The store wrote {Store:0.0} MB today; the whole program {Process} to its disks since it started", (written - _told) / 1e6, WriteMeter.OfProcess is { } octets ? $"{octets / 1e6:0.0} MB" : "an unknown amount");
        _told = written;
    }
}
