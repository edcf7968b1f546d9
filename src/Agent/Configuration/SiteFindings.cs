using DerAgent.Devices;
using DerAgent.Scl;

namespace DerAgent.Agent;

/// <summary>What is wrong with bindings and devices, told at the place of the SCL file that says them.</summary>
internal static class SiteFindings
{
    /// <summary>A finding of a site as one of the file.</summary>
    public static SclFinding At(string file, SclLoad load, SiteFinding finding)
    {
        var place = finding.Leaf is { } leaf && load.Places.TryGetValue(leaf, out var known) ? known
            : finding.Leaf is null && load.DevicePlaces.TryGetValue(finding.Reference, out var device) ? device
            : new SclPlace(1, 1);
        var code = finding.Kind switch
        {
            SiteFindingKind.Device or SiteFindingKind.Profile or SiteFindingKind.Override => SclCodes.BadDevice,
            SiteFindingKind.Unverified => SclCodes.UnverifiedWrite,
            _ => SclCodes.BadBinding,
        };
        return new(code, finding.IsError ? SclSeverity.Error : SclSeverity.Warning, file, place.Line, place.Column, finding.Reference, finding.Text, finding.Remedy);
    }
}
