namespace DerAgent.Model;

/// <summary>Checks of a control object that the SCL file asks for (<c>Private type="DerAgent:Control"</c>), because not every process can bear them (IEC 61850-7-2 §20.2.2).</summary>
/// <param name="ChecksPosition">Whether a position that is reached already, or cannot be reached from the present one, is refused.</param>
/// <param name="Scope">Of those with the same scope only one may be active at a time; empty: of none.</param>
public sealed record ControlRules(bool ChecksPosition, string Scope);
