using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>A three-phase PV inverter that behaves: sun, ramp, a limit it obeys, energy it counts. SunSpec models 1, 103, 120, 121, 123.</summary>
internal sealed class PvInverterSimulator : IDeviceSimulator
{
    private const double NominalVoltage = 230;
    private readonly double _rating;
    private readonly double _ramp;
    private readonly Func<DateTimeOffset, double> _sun;
    private readonly Random _noise;
    private double _power;
    private double _energy;

    /// <summary>An inverter.</summary>
    /// <param name="rating">Rated power in W, at most 32 000.</param>
    /// <param name="sun">Available share of the rating at a time, 0 to 1.</param>
    /// <param name="ramp">Share of the rating the power changes in a second.</param>
    /// <param name="seed">What makes its noise, and its serial number, another one's.</param>
    public PvInverterSimulator(double rating, Func<DateTimeOffset, double> sun, double ramp = 0.2, int seed = 1)
    {
        (_rating, _sun, _ramp, _noise) = (rating, sun, ramp, new(seed));
        Memory = new SunSpecMemory(1, 103, 120, 121, 123) { OnWrite = (model, point) => Fault == SimulatedFault.Refuses ? ModbusExceptionCode.ServerDeviceFailure : Accept(model, point) ? null : ModbusExceptionCode.IllegalDataValue };
        SetNameplate($"SIM-{seed:0000}");
        SetControls();
    }

    /// <summary>Its registers.</summary>
    public SunSpecMemory Memory { get; }

    /// <inheritdoc/>
    public IModbusMemory Registers => Memory;

    /// <summary>What goes wrong.</summary>
    public SimulatedFault Fault { get; set; }

    /// <summary>Its power in W.</summary>
    public double Power => _power;

    /// <summary>The limit in force, in percent; 100 without one.</summary>
    public double Limit => Memory.Get(123, "WMaxLim_Ena") == 1 && Fault != SimulatedFault.Ignores ? Memory.Get(123, "WMaxLimPct") / 10.0 : 100;

    /// <summary>A sunny day: zero at night, 1 at noon UTC.</summary>
    public static double SunnyDay(DateTimeOffset time) => Math.Max(0, Math.Sin((time.UtcDateTime.TimeOfDay.TotalHours - 6) / 12 * Math.PI));

    /// <summary>Lets time pass.</summary>
    public void Step(DateTimeOffset now, TimeSpan elapsed)
    {
        var available = Fault == SimulatedFault.Night ? 0 : _rating * Math.Clamp(_sun(now), 0, 1);
        var connected = Memory.Get(123, "Conn") != 0;
        var target = connected ? Math.Min(available, _rating * Limit / 100) : 0;
        var most = _rating * _ramp * elapsed.TotalSeconds;
        _power += Math.Clamp(target - _power, -most, most);
        _energy += Math.Max(0, _power) * elapsed.TotalHours;
        if (Fault == SimulatedFault.Reverts)
        {
            Memory.Set(123, "WMaxLimPct", 1000);
            Memory.Set(123, "WMaxLim_Ena", 0);
        }

        Publish(connected, available);
    }

    private bool Accept(int model, string point) => (model, point) switch
    {
        (123, "WMaxLimPct") => Memory.Get(123, "WMaxLimPct") <= 1000,
        (123, "WMaxLim_Ena" or "Conn") => Memory.Get(model, point) <= 1,
        _ => true,
    };

    private void Publish(bool connected, double available)
    {
        var volts = NominalVoltage + _noise.NextDouble() - 0.5;
        var amps = _power / 3 / volts;
        Memory.Set(103, "A", (long)(amps * 300));
        foreach (var phase in new[] { "A", "B", "C" })
        {
            Memory.Set(103, "Aph" + phase, (long)(amps * 100));
            Memory.Set(103, "PhVph" + phase, (long)(volts * 10));
        }

        foreach (var pair in new[] { "AB", "BC", "CA" })
        {
            Memory.Set(103, "PPVph" + pair, (long)(volts * Math.Sqrt(3) * 10));
        }

        Memory.Set(103, "W", (long)_power);
        Memory.Set(103, "VA", (long)_power);
        Memory.Set(103, "VAr", 0);
        Memory.Set(103, "PF", 1000);
        Memory.Set(103, "Hz", (long)(5000 + _noise.Next(-2, 3)));
        Memory.Set(103, "WH", (long)_energy + 1);
        Memory.Set(103, "DCV", 6200);
        Memory.Set(103, "DCW", (long)(_power * 1.02));
        Memory.Set(103, "DCA", (long)(_power * 1.02 / 620 * 100));
        Memory.Set(103, "TmpCab", 250 + (long)(_power / _rating * 200));
        var state = !connected ? 8 : _power < 1 ? 2 : _power < available - (_rating * 0.01) ? 5 : 4;
        Memory.Set(103, "St", state);
        Memory.Set(103, "Evt1", 0);
        if (Fault == SimulatedFault.Night)
        {
            Memory.Clear(103, "W");
            Memory.Clear(103, "PhVphA");
        }
    }

    private void SetNameplate(string serialNumber)
    {
        Memory.SetIdentity("Simulated PV inverter", serialNumber);
        foreach (var (point, power) in new[] { ("A_SF", -2), ("V_SF", -1), ("W_SF", 0), ("Hz_SF", -2), ("VA_SF", 0), ("VAr_SF", 0), ("PF_SF", -1), ("WH_SF", 0), ("DCA_SF", -2), ("DCV_SF", -1), ("DCW_SF", 0), ("Tmp_SF", -1) })
        {
            Memory.Set(103, point, power);
        }

        Memory.Set(120, "DERTyp", 4);
        foreach (var (point, value) in new[] { ("WRtg", (long)_rating), ("WRtg_SF", 0), ("VARtg", (long)(_rating * 1.1)), ("VARtg_SF", 0), ("ARtg", (long)(_rating / 690 * 100)), ("ARtg_SF", -2) })
        {
            Memory.Set(120, point, value);
        }
    }

    private void SetControls()
    {
        foreach (var (point, value) in new[] { ("WMax", (long)_rating), ("WMax_SF", 0), ("VRef", 230), ("VRef_SF", 0), ("VRefOfs", 0), ("VRefOfs_SF", 0), ("VMax", 253), ("VMin", 195), ("VMinMax_SF", 0), ("VAMax", (long)(_rating * 1.1)), ("VAMax_SF", 0), ("WGra", 100), ("WGra_SF", 0) })
        {
            Memory.Set(121, point, value);
        }

        foreach (var (point, value) in new[] { ("Conn", 1), ("WMaxLimPct", 1000), ("WMaxLim_Ena", 0), ("WMaxLimPct_SF", -1), ("OutPFSet", 1000), ("OutPFSet_Ena", 0), ("OutPFSet_SF", -3), ("VArPct_Ena", 0) })
        {
            Memory.Set(123, point, value);
        }
    }
}
