using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>The registers of a SunSpec device: marker, models, end marker.</summary>
internal sealed class SunSpecMemory : IModbusMemory
{
    private const ushort Base = 40_000;
    private readonly ushort[] _registers;
    private readonly Dictionary<int, (SunSpecModel Model, int Offset)> _models = [];
    private readonly Lock _gate = new();

    /// <summary>A device with these models, every point "not implemented".</summary>
    public SunSpecMemory(params IReadOnlyList<int> models)
    {
        ArgumentNullException.ThrowIfNull(models);
        var offset = 2;
        foreach (var id in models)
        {
            var model = SunSpecModel.Find(id) ?? throw new ArgumentException($"SunSpec model {id} is not known.", nameof(models));
            _models.Add(id, (model, offset));
            offset += model.Length;
        }

        _registers = new ushort[offset + 2];
        (_registers[0], _registers[1], _registers[offset]) = (0x5375, 0x6E53, 0xFFFF);
        foreach (var (id, (model, at)) in _models)
        {
            foreach (var point in model.Points)
            {
                NotImplemented(point).CopyTo(_registers.AsSpan(at + point.Offset));
            }

            _registers[at] = (ushort)id;
            _registers[at + 1] = (ushort)(model.Length - 2);
        }
    }

    /// <summary>Called with model and point after a client wrote a point; what it gives refuses the write.</summary>
    public Func<int, string, ModbusExceptionCode?> OnWrite { get; set; } = static (_, _) => null;

    /// <summary>Sets a raw value.</summary>
    public void Set(int model, string point, long raw)
    {
        lock (_gate)
        {
            var (definition, at) = Find(model, point);
            for (var i = 0; i < definition.Size; i++)
            {
                _registers[at + definition.Size - 1 - i] = (ushort)(raw >> (16 * i));
            }
        }
    }

    /// <summary>Says who the device is (model 1).</summary>
    public void SetIdentity(string model, string serialNumber)
    {
        Set(1, "Mn", "der-agent");
        Set(1, "Md", model);
        Set(1, "Vr", "1.0");
        Set(1, "SN", serialNumber);
        Set(1, "DA", 1);
    }

    /// <summary>Sets a text.</summary>
    public void Set(int model, string point, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        lock (_gate)
        {
            var (definition, at) = Find(model, point);
            for (var i = 0; i < definition.Size; i++)
            {
                var high = 2 * i < text.Length ? text[2 * i] : '\0';
                var low = (2 * i) + 1 < text.Length ? text[(2 * i) + 1] : '\0';
                _registers[at + i] = (ushort)((high << 8) | (low & 0xFF));
            }
        }
    }

    /// <summary>Makes a point "not implemented".</summary>
    public void Clear(int model, string point)
    {
        lock (_gate)
        {
            var (definition, at) = Find(model, point);
            NotImplemented(definition).CopyTo(_registers.AsSpan(at));
        }
    }

    /// <summary>A signed value of two registers.</summary>
    public int GetInt32(int model, string point)
    {
        lock (_gate)
        {
            var at = Find(model, point).At;
            return (_registers[at] << 16) | _registers[at + 1];
        }
    }

    /// <summary>The first register of a point.</summary>
    public ushort Get(int model, string point)
    {
        lock (_gate)
        {
            return _registers[Find(model, point).At];
        }
    }

    /// <inheritdoc/>
    public ushort[]? ReadRegisters(ushort address, ushort count, bool input)
    {
        lock (_gate)
        {
            var start = address - Base;
            return input || start < 0 || start + count > _registers.Length ? null : _registers.AsSpan(start, count).ToArray();
        }
    }

    /// <inheritdoc/>
    public bool[]? ReadBits(ushort address, ushort count, bool input) => null;

    /// <inheritdoc/>
    public ModbusExceptionCode? WriteRegisters(ushort address, ReadOnlySpan<ushort> values)
    {
        var written = new List<(int Model, string Point)>();
        ushort[] before;
        lock (_gate)
        {
            var start = address - Base;
            for (var i = start; i < start + values.Length; i++)
            {
                if (PointAt(i) is not { } found)
                {
                    return ModbusExceptionCode.IllegalDataAddress;
                }

                written.Add(found);
            }

            before = _registers.AsSpan(start, values.Length).ToArray();
            values.CopyTo(_registers.AsSpan(start));
        }

        if (written.Distinct().Select(w => OnWrite(w.Model, w.Point)).FirstOrDefault(r => r is not null) is not { } refusal)
        {
            return null;
        }

        lock (_gate)
        {
            before.CopyTo(_registers.AsSpan(address - Base));
        }

        return refusal;
    }

    /// <inheritdoc/>
    public ModbusExceptionCode? WriteBits(ushort address, ReadOnlySpan<bool> values) => ModbusExceptionCode.IllegalFunction;

    private (int Model, string Point)? PointAt(int register)
    {
        foreach (var (id, (model, at)) in _models)
        {
            if (model.Points.FirstOrDefault(p => register >= at + p.Offset && register < at + p.Offset + p.Size) is { } point)
            {
                return point.IsWritable ? (id, point.Name) : null;
            }
        }

        return null;
    }

    private (SunSpecPoint Definition, int At) Find(int model, string point)
    {
        var (definition, at) = _models[model];
        var found = definition.Point(point) ?? throw new ArgumentException($"Model {model} has no point {point}.", nameof(point));
        return (found, at + found.Offset);
    }

    private static ushort[] NotImplemented(SunSpecPoint point)
    {
        var registers = new ushort[point.Size];
        switch (point.Type)
        {
            case "int16" or "sunssf" or "int32" or "int64" or "pad":
                registers[0] = 0x8000;
                break;
            case "string" or "acc32" or "acc64":
                break;
            default:
                Array.Fill(registers, (ushort)0xFFFF);
                break;
        }

        return registers;
    }
}
