namespace DerAgent.Devices;

/// <summary>How long a silent device is not asked at most.</summary>
internal static class LineWaits
{
    /// <summary>To look whether a port is there again costs its line nothing.</summary>
    private static readonly TimeSpan Port = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Silent = TimeSpan.FromMinutes(1);

    /// <summary>Of a device at <paramref name="url"/>.</summary>
    public static TimeSpan Of(DeviceUrl url, bool isConnected)
    {
        ArgumentNullException.ThrowIfNull(url);
        return url.IsSerial && !isConnected ? Port : Silent;
    }
}
