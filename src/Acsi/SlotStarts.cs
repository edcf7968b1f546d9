namespace DerAgent.Acsi;

/// <summary>Ranges of slots that lie one behind the other, told by where each begins. Pure.</summary>
internal static class SlotStarts
{
    /// <summary>The last range that begins at or before a slot; -1: none does.</summary>
    /// <param name="starts">Where the ranges begin, in order.</param>
    /// <param name="slot">The slot.</param>
    public static int Before(int[] starts, int slot) => Array.BinarySearch(starts, slot) is var found && found >= 0 ? found : ~found - 1;
}
