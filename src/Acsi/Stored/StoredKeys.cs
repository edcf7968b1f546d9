namespace DerAgent.Acsi;

/// <summary>What the keys of the state begin with; the rest says which.</summary>
internal static class StoredKeys
{
    /// <summary>Attributes of a report control block that are not as the SCL file says, and its reservation.</summary>
    public const string Report = "report/";
    /// <summary>The data set that the entries of a buffered block are of.</summary>
    public const string Entries = "entries/";
    /// <summary>A parameter, or the state of a control that the agent itself carries out.</summary>
    public const string Setting = "setting/";
    /// <summary>A control object that is selected, waits for its activation time or is being executed.</summary>
    public const string Control = "control/";
    /// <summary>A command that waits for its activation time, as earlier versions stored it.</summary>
    public const string Waiting = "waiting/";
    /// <summary>A client's write of a parameter under way; in earlier versions every command of a client.</summary>
    public const string Command = "command/";
    /// <summary>The clients' claims on a target.</summary>
    public const string Claim = "claim/";
    /// <summary>A fail-safe whose owner is not there.</summary>
    public const string FailSafe = "fail-safe/";
    /// <summary>Which setting group of a logical device is active.</summary>
    public const string ActiveGroup = "active-group/";
    /// <summary>Values of a setting group that are not as the SCL file says.</summary>
    public const string Group = "group/";
    /// <summary>Values of a setting group on their way to devices.</summary>
    public const string Push = "push/";
    /// <summary>A data set that a client has created.</summary>
    public const string DataSet = "dataset/";
    /// <summary>Attributes of a log control block that are not as the SCL file says.</summary>
    public const string Log = "log/";
    /// <summary>What must be known of a journal beside its entries.</summary>
    public const string Journal = "journal/";
    /// <summary>Written where a store that has failed is tried.</summary>
    public const string Trial = "trial";
}
