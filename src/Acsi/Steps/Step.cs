namespace DerAgent.Acsi;

/// <summary>What one message brought about. Its lists are used again for the next step: they are to be read before the next message.</summary>
/// <param name="Number">Its number, rising by one.</param>
/// <param name="Changes">What of it must outlive a power cut.</param>
/// <param name="Effects">What is to be done when that is committed, in order; together and in order.</param>
/// <param name="Reports">Reports that may leave at once: what they rest on is committed.</param>
/// <param name="WaitsFor">An earlier step that must be committed before, because this one builds on it; 0 where there is none.</param>
/// <param name="LastEntry">Id of the last report entry made before it.</param>
/// <param name="IsUndoable">Whether it is taken back, not carried through, where its commit fails: a request, or a command whose time has come.</param>
internal readonly record struct Step(
    long Number, IReadOnlyList<StateChange> Changes, IReadOnlyList<AcsiEffect> Effects, IReadOnlyList<AcsiEffect.SendReport> Reports, long WaitsFor, long LastEntry, bool IsUndoable);
