using DerAgent.Model;

namespace DerAgent.Scl;

/// <summary>Reads our Private elements: the devices of a site, and which device a logical node or device belongs to.</summary>
internal static class DeviceReader
{
    public const string Namespace = "urn:der-agent:scl:1";
    private const string DevicesType = "DerAgent:Devices";
    private const string DeviceType = "DerAgent:Device";

    public static IEnumerable<(DeviceDeclaration Device, SclPlace Place)> Declarations(SclElement ied, SclFindings findings)
    {
        foreach (var device in ied.All("Private").Where(p => p["type"] == DevicesType).SelectMany(p => p.Children))
        {
            if (device.Name != "Device" || device.Namespace != Namespace)
            {
                findings.Warning(SclCodes.BadPrivate, device, "", $"<{device.Name}> is no device declaration.", $"Write <da:Device name=… profile=… url=…/> in namespace {Namespace}.");
                continue;
            }

            if (device["name"] is not { Length: > 0 } name || device["profile"] is not { Length: > 0 } profile)
            {
                findings.Error(SclCodes.BadPrivate, device, "", "A device has no name or no profile.", "Give it both.");
                continue;
            }

            if (!SclScaffold.IsName(name))
            {
                findings.Error(SclCodes.BadPrivate, device, "", $"\"{name}\" is no name of a device.", "Use letters, digits and underscores, a letter first, at most 64.");
                continue;
            }

            yield return (new DeviceDeclaration(name, profile, device.Get("url"), device["variant"], device["release"]) { Members = device["of"], Meter = device["meter"], Share = device["share"], Rating = device["rating"] }, new(device.Line, device.Column));
        }
    }

    /// <summary>The device named by a <c>DerAgent:Device</c> of this element, else the one of the elements around it.</summary>
    public static string Nearest(SclElement element, string around) =>
        element.All("Private").FirstOrDefault(p => p["type"] == DeviceType)?.Text.Trim() is { Length: > 0 } own ? own : around;
}
