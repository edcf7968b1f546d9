using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>A battery storage system with state of charge that obeys a power set point and a limit. SunSpec models 1, 701, 702, 704, 713. Positive power discharges.</summary>
internal sealed class BatterySimulator : IDeviceSimulator
{
    private const double Efficiency = 0.95;
    private const double NominalVoltage = 230;
    private readonly double _rating;
    private readonly double _capacity;
    private readonly double _ramp;
    private double _power;
    private double _stored;
    private double _injected;
    private double _absorbed;

    /// <summary>A battery.</summary>
    /// <param name="rating">Rated power in W, at most 32 000, for charging and discharging.</param>
    /// <param name="capacity">Usable energy in Wh, at most 65 000.</param>
    /// <param name="charge">State of charge at the start, 0 to 1.</param>
    /// <param name="ramp">Share of the rating the power changes in a second.</param>
    public BatterySimulator(double rating, double capacity, double charge = 0.5, double ramp = 0.5)
    {
        (_rating, _capacity, _stored, _ramp) = (rating, capacity, capacity * charge, ramp);
        Memory = new SunSpecMemory(1, 701, 702, 704, 713) { OnWrite = (model, point) => Fault == SimulatedFault.Refuses ? ModbusExceptionCode.ServerDeviceFailure : Accept(model, point) ? null : ModbusExceptionCode.IllegalDataValue };
        SetNameplate();
        Step(DateTimeOffset.UnixEpoch, TimeSpan.Zero);
    }

    /// <summary>Its registers.</summary>
    public SunSpecMemory Memory { get; }

    /// <inheritdoc/>
    public IModbusMemory Registers => Memory;

    /// <inheritdoc/>
    public SimulatedFault Fault { get; set; }

    /// <summary>Its power in W; negative while it charges.</summary>
    public double Power => _power;

    /// <summary>State of charge, 0 to 1.</summary>
    public double StateOfCharge => _stored / _capacity;

    /// <inheritdoc/>
    public void Step(DateTimeOffset now, TimeSpan elapsed)
    {
        var target = Target();
        var most = _rating * _ramp * elapsed.TotalSeconds;
        _power += Math.Clamp(target - _power, -most, most);
        var energy = _power * elapsed.TotalHours;
        _stored = Math.Clamp(_stored - (energy > 0 ? energy / Efficiency : energy * Efficiency), 0, _capacity);
        _injected += Math.Max(0, energy);
        _absorbed += Math.Max(0, -energy);
        if (Fault == SimulatedFault.Reverts)
        {
            Memory.Set(704, "WSet", 0);
            Memory.Set(704, "WSetEna", 0);
            Memory.Set(704, "WMaxLimPctEna", 0);
        }

        Publish();
    }

    /// <summary>What it is to do: a full battery does not charge, an empty one does not discharge.</summary>
    private double Target()
    {
        if (Fault == SimulatedFault.Ignores || Memory.Get(704, "WSetEna") != 1)
        {
            return 0;
        }

        var limit = Memory.Get(704, "WMaxLimPctEna") == 1 ? _rating * Memory.Get(704, "WMaxLimPct") / 1000 : _rating;
        var target = Math.Clamp(Memory.GetInt32(704, "WSet"), -_rating, limit);
        return (target > 0 && _stored <= 0) || (target < 0 && _stored >= _capacity) ? 0 : target;
    }

    private bool Accept(int model, string point) => (model, point) switch
    {
        (704, "WMaxLimPct") => Memory.Get(704, "WMaxLimPct") <= 1000,
        (704, "WSet") => Math.Abs(Memory.GetInt32(704, "WSet")) <= _rating,
        (704, "WSetEna" or "WMaxLimPctEna" or "WSetMod") => Memory.Get(model, point) <= 1,
        _ => true,
    };

    private void Publish()
    {
        var amps = Math.Abs(_power) / 3 / NominalVoltage;
        Memory.Set(701, "ACType", 2);
        Memory.Set(701, "St", 1);
        Memory.Set(701, "InvSt", Math.Abs(_power) < 1 ? 7 : 3);
        Memory.Set(701, "ConnSt", 1);
        Memory.Set(701, "Alrm", 0);
        Memory.Set(701, "W", (long)_power);
        Memory.Set(701, "VA", (long)Math.Abs(_power));
        Memory.Set(701, "Var", 0);
        Memory.Set(701, "PF", 1000);
        Memory.Set(701, "A", (long)(amps * 300));
        Memory.Set(701, "Hz", 50_000);
        Memory.Set(701, "LNV", (long)(NominalVoltage * 10));
        foreach (var phase in new[] { "1", "2", "3" })
        {
            Memory.Set(701, "AL" + phase, (long)(amps * 100));
            Memory.Set(701, "VL" + phase, (long)(NominalVoltage * 10));
        }

        Memory.Set(701, "TotWhInj", (long)_injected);
        Memory.Set(701, "TotWhAbs", (long)_absorbed);
        Memory.Set(713, "WHRtg", (long)_capacity);
        Memory.Set(713, "WHAvail", (long)_stored);
        Memory.Set(713, "SoC", (long)(StateOfCharge * 1000));
        Memory.Set(713, "SoH", 1000);
        Memory.Set(713, "Sta", 0);
    }

    private void SetNameplate()
    {
        Memory.SetIdentity("Simulated battery", "SIM-0002");
        foreach (var (model, point, value) in new (int, string, long)[]
        {
            (701, "A_SF", -2), (701, "V_SF", -1), (701, "Hz_SF", -3), (701, "W_SF", 0), (701, "PF_SF", -3), (701, "VA_SF", 0), (701, "Var_SF", 0), (701, "TotWh_SF", 0),
            (702, "WMaxRtg", (long)_rating), (702, "VAMaxRtg", (long)_rating), (702, "WChaRteMaxRtg", (long)_rating), (702, "WDisChaRteMaxRtg", (long)_rating), (702, "VNomRtg", 230), (702, "VMaxRtg", 253), (702, "VMinRtg", 195),
            (702, "WMax", (long)_rating), (702, "WChaRteMax", (long)_rating), (702, "WDisChaRteMax", (long)_rating), (702, "VMax", 253),
            (702, "W_SF", 0), (702, "VA_SF", 0), (702, "V_SF", 0), (702, "A_SF", 0),
            (704, "WMaxLimPctEna", 0), (704, "WMaxLimPct", 1000), (704, "WMaxLimPct_SF", -1), (704, "WSetEna", 0), (704, "WSetMod", 1), (704, "WSet", 0), (704, "WSet_SF", 0), (704, "WSetRvrtTms", 0),
            (713, "WH_SF", 0), (713, "Pct_SF", -1),
        })
        {
            Memory.Set(model, point, value);
        }
    }
}
