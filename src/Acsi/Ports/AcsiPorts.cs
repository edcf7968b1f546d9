using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>What a server needs of its surroundings.</summary>
/// <param name="Output">Where commands go.</param>
/// <param name="Reports">Where report entries are kept.</param>
/// <param name="Authority">Who may do what.</param>
/// <param name="Measure">Octets of what is cut into pages.</param>
public sealed record AcsiPorts(IProcessOutput Output, IReportBuffer Reports, IAuthority Authority, IPduMeasure Measure);
