namespace DerAgent.Devices;

/// <summary>When a device that sleeps was heard last: after a while the first question only wakes it.</summary>
internal sealed class WakeWatch(TimeProvider time)
{
    private static readonly TimeSpan Asleep = TimeSpan.FromSeconds(5);
    private long? _lastAnswer;

    /// <summary>Whether it was silent for so long that it may sleep.</summary>
    public bool MaySleep => _lastAnswer is not { } last || time.GetElapsedTime(last) > Asleep;

    /// <summary>It has answered.</summary>
    public void Answered() => _lastAnswer = time.GetTimestamp();
}
