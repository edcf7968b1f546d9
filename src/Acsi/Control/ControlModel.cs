namespace DerAgent.Acsi;

/// <summary>Control models (IEC 61850-7-3 <c>CtlModelKind</c>).</summary>
internal enum ControlModel
{
    StatusOnly = 0,
    DirectNormal = 1,
    SboNormal = 2,
    DirectEnhanced = 3,
    SboEnhanced = 4,
}

/// <summary>States of a control object (IEC 61850-7-2 §20.2).</summary>
internal enum ControlState
{
    /// <summary>Nothing selected; where direct models idle.</summary>
    Unselected,
    /// <summary>Selected by one client.</summary>
    Ready,
    /// <summary>Accepted, waits for its time.</summary>
    WaitForActivationTime,
    /// <summary>Being executed.</summary>
    Operating,
}

/// <summary>Services of the control model.</summary>
internal enum ControlVerb
{
    Select,
    SelectWithValue,
    Operate,
    Cancel,
}
