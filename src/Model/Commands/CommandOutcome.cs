namespace DerAgent.Model;

/// <summary>How a command ended, from the driver to the CommandTermination: one vocabulary (IEC 61850-7-2 §20.5.2.9).</summary>
/// <param name="Failure">Why it failed; <see cref="AddCause.None"/> where it did not.</param>
/// <param name="Description">A sentence for people.</param>
public readonly record struct CommandOutcome(AddCause Failure, string Description)
{
    /// <summary>It worked.</summary>
    public static CommandOutcome Success => new(AddCause.None, "");

    /// <summary>It worked, and this was seen of it.</summary>
    public static CommandOutcome Done(string description) => new(AddCause.None, description);

    /// <summary>Whether it worked.</summary>
    public bool Succeeded => Failure == AddCause.None;

    /// <summary>The device refused.</summary>
    public static CommandOutcome Refused(string description) => new(AddCause.BlockedByProcess, description);

    /// <summary>The device does not answer.</summary>
    public static CommandOutcome NoAnswer(string description) => new(AddCause.AbortionByCommunicationLoss, description);

    /// <summary>The value is out of range, or fits no register.</summary>
    public static CommandOutcome OutOfRange(string description) => new(AddCause.InconsistentParameters, description);

    /// <summary>The device reads back another value: clamped or reverted.</summary>
    public static CommandOutcome Deviation(string description) => new(AddCause.AbortionDueToDeviation, description);

    /// <summary>The effect did not come in time.</summary>
    public static CommandOutcome EffectNotSeen(string description) => new(AddCause.TimeLimitOver, description);
}
