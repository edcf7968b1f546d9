using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>A combined-heat-and-power unit: it takes its time to start, runs at least a minimum time, makes heat with its power and counts hours and starts.
/// Registers as in <c>device-profiles/chp-controller.yaml</c>.</summary>
internal sealed class ChpSimulator : IDeviceSimulator
{
    private const int Off = 0, Starting = 2, Running = 3, Stopping = 4;
    private const double HeatRatio = 1.8;
    private const double ElectricEfficiency = 0.33;
    private readonly double _rating;
    private readonly TimeSpan _startUp;
    private readonly TimeSpan _minimumRun;
    private int _state = Off;
    private TimeSpan _inState;
    private TimeSpan _hours;
    private double _power;
    private double _energy;
    private double _flow = 40;
    private double _storage = 45;
    private uint _starts;

    /// <summary>A unit.</summary>
    /// <param name="rating">Rated electric power in W, at most 3 000 000.</param>
    /// <param name="startUp">Time from the start command to the first power.</param>
    /// <param name="minimumRun">Time it runs at least once it has started.</param>
    public ChpSimulator(double rating, TimeSpan startUp, TimeSpan minimumRun)
    {
        (_rating, _startUp, _minimumRun) = (rating, startUp, minimumRun);
        Memory.OnWrite = (address, value) => Fault == SimulatedFault.Refuses ? ModbusExceptionCode.ServerDeviceFailure : Accept(address, value) ? null : ModbusExceptionCode.IllegalDataValue;
        Memory[SetPoint] = 1000;
        Memory[Command] = 0;
        Step(DateTimeOffset.UnixEpoch, TimeSpan.Zero);
    }

    /// <summary>Register of the start command: 1 on, 0 off.</summary>
    public const int Command = 40;

    /// <summary>Register of the power set point in 0.1 % of the rating.</summary>
    public const int SetPoint = 41;

    /// <summary>Its registers.</summary>
    public RegisterMemory Memory { get; } = new(64);

    /// <inheritdoc/>
    public IModbusMemory Registers => Memory;

    /// <inheritdoc/>
    public SimulatedFault Fault { get; set; }

    /// <summary>Its electric power in W.</summary>
    public double Power => _power;

    /// <summary>Whether the engine turns.</summary>
    public bool IsRunning => _state is Running or Stopping;

    /// <inheritdoc/>
    public void Step(DateTimeOffset now, TimeSpan elapsed)
    {
        if (Fault == SimulatedFault.Reverts)
        {
            Memory[SetPoint] = 1000;
            Memory[Command] = 0;
        }

        _inState += elapsed;
        Move();
        var target = _state == Running ? _rating * Math.Clamp(Fault == SimulatedFault.Ignores ? 1 : Memory[SetPoint] / 1000.0, 0.5, 1) : 0;
        var most = _rating * 0.1 * elapsed.TotalSeconds;
        _power += Math.Clamp(target - _power, -most, most);
        _hours += IsRunning ? elapsed : TimeSpan.Zero;
        _energy += _power * elapsed.TotalHours;
        var share = Math.Min(1, elapsed.TotalSeconds / 60);
        _flow += ((IsRunning ? 85 : 40) - _flow) * share;
        _storage = Math.Clamp(_storage + ((_power * HeatRatio / _rating) - 0.5) * elapsed.TotalHours * 10, 30, 90);
        Publish();
    }

    private void Move()
    {
        var wanted = Memory[Command] == 1 && Fault != SimulatedFault.Ignores;
        var next = _state switch
        {
            Off when wanted => Starting,
            Starting when !wanted => Off,
            Starting when _inState >= _startUp => Running,
            Running when !wanted && _inState >= _minimumRun => Stopping,
            Stopping when _power < 1 => Off,
            _ => _state,
        };
        if (next == _state)
        {
            return;
        }

        _starts += next == Running ? 1u : 0;
        (_state, _inState) = (next, TimeSpan.Zero);
    }

    private static bool Accept(int address, ushort value) => address switch
    {
        Command => value <= 1,
        SetPoint => value is >= 500 and <= 1000,
        _ => false,
    };

    private void Publish()
    {
        Memory[0] = (ushort)_state;
        Memory[1] = (ushort)(IsRunning ? 1 : 0);
        Memory[2] = (ushort)(_power / 100);
        Memory[3] = (ushort)(_power * HeatRatio / 100);
        Memory[4] = (ushort)(IsRunning ? 1500 : 0);
        Memory[5] = (ushort)(_flow * 10);
        Memory[6] = (ushort)((_flow - 15) * 10);
        Memory[7] = (ushort)(_storage * 10);
        Memory[8] = (ushort)(_power / ElectricEfficiency / 100);
        Memory.SetUInt32(10, (uint)_hours.TotalHours);
        Memory.SetUInt32(12, _starts);
        Memory.SetUInt32(14, (uint)_energy);
        Memory[16] = (ushort)(_rating / 100);
    }
}
