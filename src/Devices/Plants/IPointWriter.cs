using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>Takes set points on their way to devices. Whoever calls may be on any loop.</summary>
internal interface IPointWriter
{
    /// <summary>Writes a set point; the task ends when it has taken hold and its effect shows, or it failed.</summary>
    /// <param name="device">A device.</param>
    /// <param name="point">A point of it.</param>
    /// <param name="source">Who wants it.</param>
    /// <param name="value">What to write, in the point's unit, as the literals say that the device has.</param>
    /// <param name="accepted">Called when the device took the value and reads it back.</param>
    /// <param name="cancel">Withdraws it: from then on nothing of it is written.</param>
    Task<CommandOutcome> WriteAsync(string device, string point, string source, Func<ValueMap, double> value, Action accepted, CancellationToken cancel);

    /// <summary>Somebody wants nothing of a point any more: where nobody else does, what of it is in force is let go of, now or when the device is there again.</summary>
    /// <param name="device">A device.</param>
    /// <param name="point">A point of it.</param>
    /// <param name="source">Who wanted it.</param>
    /// <param name="isTold">Whether the device is told; else it is left as it is.</param>
    void LetGo(string device, string point, string source, bool isTold);
}
