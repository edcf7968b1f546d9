namespace DerAgent.Devices;

/// <summary>Where the lines keep what a device must not be forgotten of over a restart. The last record given is the one that is found again.</summary>
internal interface IDeviceMemory
{
    /// <summary>What is known of a device; null: nothing.</summary>
    DeviceRecord? Of(string device);

    /// <summary>Keeps a record in place of the one before.</summary>
    /// <returns>Ends when it would survive a power cut, or when it is certain that nobody can keep it now; it never fails.</returns>
    Task KeepAsync(string device, DeviceRecord record);
}

/// <summary>Keeps nothing over a restart: for a bench, and where a site has no store.</summary>
internal sealed class VolatileDeviceMemory : IDeviceMemory
{
    // Lines begin on the caller's thread and go on on their own.
    private volatile IReadOnlyDictionary<string, DeviceRecord> _records = new Dictionary<string, DeviceRecord>(StringComparer.Ordinal);

    /// <inheritdoc/>
    public DeviceRecord? Of(string device) => _records.GetValueOrDefault(device);

    /// <inheritdoc/>
    public Task KeepAsync(string device, DeviceRecord record)
    {
        IReadOnlyDictionary<string, DeviceRecord> before, after;
        do
        {
            before = _records;
            after = new Dictionary<string, DeviceRecord>(before, StringComparer.Ordinal) { [device] = record };
        }
        while (Interlocked.CompareExchange(ref _records, after, before) != before);

        return Task.CompletedTask;
    }
}
