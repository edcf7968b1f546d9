using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>What a finding is about.</summary>
internal enum SiteFindingKind
{
    /// <summary>A device that cannot be served as declared.</summary>
    Device,
    /// <summary>A device with a profile that is not there.</summary>
    Profile,
    /// <summary>What agent.json says of a device.</summary>
    Override,
    /// <summary>A binding that leads nowhere or makes no sense.</summary>
    Binding,
    /// <summary>A set point whose effect nobody verifies.</summary>
    Unverified,
}

/// <summary>Something about the devices or bindings of a site that needs mending.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Reference">Reference of the attribute or name of the device.</param>
/// <param name="IsError">Whether the site cannot be served like that.</param>
/// <param name="Text">One sentence: what is wrong.</param>
/// <param name="Remedy">What to do about it.</param>
/// <param name="Leaf">The attribute, or null.</param>
internal sealed record SiteFinding(SiteFindingKind Kind, string Reference, bool IsError, string Text, string Remedy, DataNode? Leaf)
{
    /// <summary>The profile that is not there; empty: it is about something else.</summary>
    public string Profile { get; init; } = "";

    internal static SiteFinding OfDevice(string device, string text, string remedy, bool isError = true) => new(SiteFindingKind.Device, device, isError, text, remedy, null);

    internal static SiteFinding OfProfile(string device, string profile) => new(
        SiteFindingKind.Profile, device, true, $"Device \"{device}\" names the profile \"{profile}\", which is in none of the profile folders.", "Correct the profile, or name its folder.", null)
    {
        Profile = profile,
    };

    internal static SiteFinding OfOverride(string device, string text, string remedy) => new(SiteFindingKind.Override, device, true, text, remedy, null);

    internal static SiteFinding OfBinding(DataNode leaf, string text, string remedy, bool isError = true) => new(SiteFindingKind.Binding, leaf.Reference, isError, text, remedy, leaf);
}
