namespace DerAgent.Model;

/// <summary>Functional constraint of a data attribute or control block (IEC 61850-7-2 §12.3.3.2, IEC 61850-8-1 §7.3.2).</summary>
/// <remarks>The order is the order of the constraints inside a logical node on the wire.</remarks>
public enum FunctionalConstraint
{
    /// <summary>Measured values.</summary>
    MX,
    /// <summary>Status information.</summary>
    ST,
    /// <summary>Control.</summary>
    CO,
    /// <summary>Configuration.</summary>
    CF,
    /// <summary>Description.</summary>
    DC,
    /// <summary>Set points outside setting groups, and the setting-group control block.</summary>
    SP,
    /// <summary>Active setting-group values.</summary>
    SG,
    /// <summary>Unbuffered report control blocks.</summary>
    RP,
    /// <summary>Log control blocks.</summary>
    LG,
    /// <summary>Buffered report control blocks.</summary>
    BR,
    /// <summary>GOOSE control blocks.</summary>
    GO,
    /// <summary>Multicast sampled-value control blocks.</summary>
    MS,
    /// <summary>Unicast sampled-value control blocks.</summary>
    US,
    /// <summary>Setting-group values being edited.</summary>
    SE,
    /// <summary>Substitution.</summary>
    SV,
    /// <summary>Extended definition (name spaces).</summary>
    EX,
    /// <summary>Service tracking.</summary>
    SR,
    /// <summary>Operate received.</summary>
    OR,
    /// <summary>Blocking.</summary>
    BL,
}
