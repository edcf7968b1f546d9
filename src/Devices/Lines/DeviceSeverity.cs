namespace DerAgent.Devices;

/// <summary>How much what happened to a device is to people.</summary>
internal enum DeviceSeverity
{
    /// <summary>Good to know: it answers, it is night.</summary>
    Note,
    /// <summary>Somebody should look at it: it is silent, some of it cannot be read.</summary>
    Warning,
    /// <summary>A command is not what stands in the device, or the device is of no use.</summary>
    Alarm,
}
