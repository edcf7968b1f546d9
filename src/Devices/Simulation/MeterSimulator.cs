using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>A three-phase meter at a connection point. SunSpec models 1 and 203. Positive power is taken from the grid.</summary>
internal sealed class MeterSimulator : IDeviceSimulator
{
    private const double NominalVoltage = 230;
    private readonly Func<DateTimeOffset, double> _power;
    private double _imported;
    private double _exported;

    /// <summary>A meter.</summary>
    /// <param name="power">Power at a time in W, -32 000 to 32 000; positive: import.</param>
    public MeterSimulator(Func<DateTimeOffset, double> power)
    {
        _power = power;
        Memory = new SunSpecMemory(1, 203) { OnWrite = static (_, _) => ModbusExceptionCode.IllegalDataAddress };
        SetNameplate();
        Step(DateTimeOffset.UnixEpoch, TimeSpan.Zero);
    }

    /// <summary>Its registers.</summary>
    public SunSpecMemory Memory { get; }

    /// <inheritdoc/>
    public IModbusMemory Registers => Memory;

    /// <inheritdoc/>
    public SimulatedFault Fault { get; set; }

    /// <inheritdoc/>
    public void Step(DateTimeOffset now, TimeSpan elapsed)
    {
        var power = _power(now);
        _imported += Math.Max(0, power) * elapsed.TotalHours;
        _exported += Math.Max(0, -power) * elapsed.TotalHours;
        var amps = power / 3 / NominalVoltage;
        Memory.Set(203, "W", (long)power);
        Memory.Set(203, "VA", (long)Math.Abs(power));
        Memory.Set(203, "VAR", 0);
        Memory.Set(203, "PF", 1000);
        Memory.Set(203, "Hz", 5000);
        Memory.Set(203, "A", (long)(amps * 300));
        Memory.Set(203, "PhV", (long)(NominalVoltage * 10));
        foreach (var phase in new[] { "A", "B", "C" })
        {
            Memory.Set(203, "Aph" + phase, (long)(amps * 100));
            Memory.Set(203, "PhVph" + phase, (long)(NominalVoltage * 10));
            Memory.Set(203, "Wph" + phase, (long)(power / 3));
        }

        // An accumulator of zero means "not implemented".
        Memory.Set(203, "TotWhImp", (long)_imported + 1);
        Memory.Set(203, "TotWhExp", (long)_exported + 1);
    }

    private void SetNameplate()
    {
        Memory.SetIdentity("Simulated meter", "SIM-0003");
        foreach (var (point, power) in new[] { ("A_SF", -2), ("V_SF", -1), ("Hz_SF", -2), ("W_SF", 0), ("VA_SF", 0), ("VAR_SF", 0), ("PF_SF", -1), ("TotWh_SF", 0) })
        {
            Memory.Set(203, point, power);
        }
    }
}
