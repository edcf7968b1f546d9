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

/// <summary>Services of the control model.</summary>
internal enum ControlVerb
{
    Select,
    SelectWithValue,
    Operate,
    Cancel,
}
