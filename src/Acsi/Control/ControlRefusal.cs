using DerAgent.Mms;
using DerAgent.Model;

namespace DerAgent.Acsi;

/// <summary>Why a control service was refused.</summary>
/// <param name="Cause">The AddCause.</param>
/// <param name="Failure">Result of the write.</param>
/// <param name="IsSilent">Whether no LastApplError goes out.</param>
internal readonly record struct ControlRefusal(AddCause Cause, DataAccessError Failure, bool IsSilent = false);
