using DerAgent.Model;

namespace DerAgent.Devices;

/// <summary>How far a set point is on its way to the hardware.</summary>
internal enum WritePhase
{
    /// <summary>Waits for the device, or for the least interval between writes.</summary>
    Waiting,
    /// <summary>Its value is in force already: it is read back instead of written.</summary>
    Confirming,
    /// <summary>What must not be forgotten of it over a restart is being kept.</summary>
    Keeping,
    /// <summary>What a step depends on must be read.</summary>
    Preparing,
    /// <summary>A step is to be written.</summary>
    Writing,
    /// <summary>A step is a pause.</summary>
    Pausing,
    /// <summary>A step waits until points read as they must.</summary>
    Awaiting,
    /// <summary>Nobody knows whether a step was taken; reading back tells.</summary>
    Doubting,
    /// <summary>Written; it must read back.</summary>
    ReadingBack,
    /// <summary>Reads back; its effect must show.</summary>
    Watching,
    /// <summary>Ended.</summary>
    Ended,
}

/// <summary>State of a set point on its way. Times are those of the line's own clock.</summary>
/// <param name="Phase">How far it is.</param>
/// <param name="Step">Steps done.</param>
/// <param name="Since">When the phase began.</param>
/// <param name="NotBefore">When the next exchange may be made; of a reading, the moment from which it counts.</param>
/// <param name="Attempts">How often the step was tried before.</param>
/// <param name="Outcome">How it ended.</param>
internal readonly record struct WriteState(WritePhase Phase, int Step, TimeSpan Since, TimeSpan NotBefore, int Attempts, CommandOutcome Outcome);

/// <summary>Looks up the last value of a point; null where it was not read.</summary>
internal delegate PointValue? PointLookup(string point);
