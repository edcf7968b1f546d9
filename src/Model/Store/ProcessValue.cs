namespace DerAgent.Model;

/// <summary>A value from the process on its way into the store.</summary>
/// <param name="Slot">Slot of the leaf it feeds.</param>
/// <param name="Value">The value; kind None leaves the last one standing.</param>
/// <param name="Quality">Its quality.</param>
/// <param name="Time">When it was acquired.</param>
public readonly record struct ProcessValue(int Slot, DataValue Value, Quality Quality, DateTimeOffset Time);
