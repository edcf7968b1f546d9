using System.Globalization;
using System.Text;
using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>
/// A combined-heat-and-power unit on an ASCII line: messages from a dollar sign to carriage return and line feed, with an asterisk and the exclusive or of what stands between the two as hexadecimal digits.
/// An example, as in <c>device-profiles/ascii-chp.yaml</c>: no maker publishes one.
/// </summary>
/// <param name="chp">The unit.</param>
/// <param name="unit">Its unit id.</param>
internal sealed class ChpLine(ChpSimulator chp, byte unit)
{
    private const int MostOctets = 256;
    private static readonly string[] States = ["OFF", "READY", "START", "RUN", "STOP", "FAIL"];

    private string Id => string.Create(CultureInfo.InvariantCulture, $"U{unit:00} ");

    /// <summary>The octets of a message.</summary>
    public static byte[] Wrap(string text) => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"${text}*{text.Aggregate(0, (sum, c) => sum ^ c):X2}\r\n"));

    /// <summary>What it answers; null: nothing, as where somebody else is asked.</summary>
    public string? Answer(string question)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (chp.Fault == SimulatedFault.Silent || !question.StartsWith(Id, StringComparison.Ordinal))
        {
            return null;
        }

        var registers = chp.Memory;
        string Scaled(int register, string format, double scale) => ((short)registers[register] * scale).ToString(format, CultureInfo.InvariantCulture);
        uint Long(int register) => ((uint)registers[register] << 16) | registers[register + 1];
        return Id + (question[Id.Length..].Split(' ') switch
        {
            ["ID?"] => "ID Simulated CHP unit,SIM-0003",
            ["ST?"] => $"ST {States[registers[0]]} {Scaled(2, "0.0", 0.1)} {Scaled(3, "0.0", 0.1)} {registers[4]}",
            ["TM?"] => $"TM {Scaled(5, "0.0", 0.1)} {Scaled(6, "0.0", 0.1)} {Scaled(7, "0.0", 0.1)}",
            ["CT?"] => $"CT {Long(10)} {Long(12)} {Long(14)}",
            ["SP?"] => $"SP {(registers[ChpSimulator.Command] == 1 ? "ON" : "OFF")} {Scaled(ChpSimulator.SetPoint, "0.0", 0.1)} {Scaled(16, "0.0", 0.1)}",
            ["RUN", "ON" or "OFF"] => Write(ChpSimulator.Command, question.EndsWith("ON", StringComparison.Ordinal) ? 1 : 0),
            ["PWR", var text] when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) => Write(ChpSimulator.SetPoint, percent * 10),
            _ => "NAK UNKNOWN",
        });
    }

    /// <summary>Serves a line until it ends.</summary>
    public async Task ServeAsync(Stream stream, ModbusSlaveBehaviour behaviour, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(behaviour);
        var buffer = new byte[256];
        var line = new StringBuilder();
        while (await stream.ReadAsync(buffer, cancel) is > 0 and var count)
        {
            for (var i = 0; i < count; i++)
            {
                line = buffer[i] == '$' || line.Length >= MostOctets ? new("$") : line.Append((char)buffer[i]);
                if (buffer[i] == '\n' && Text(line.ToString()) is { } question && Answer(question) is { } answer)
                {
                    if (behaviour.AnswerDelay > TimeSpan.Zero)
                    {
                        await Task.Delay(behaviour.AnswerDelay, cancel);
                    }

                    byte[] before = chp.Fault == SimulatedFault.Unasked ? Wrap(Id + "EVT 17 oil level") : [];
                    await stream.WriteAsync(behaviour.Spoil([.. before, .. Wrap(answer)]), cancel);
                }
            }
        }
    }

    private static string? Text(string line)
    {
        var text = line.Length > 6 ? line[1..^5] : "";
        return line == Encoding.ASCII.GetString(Wrap(text)) ? text : null;
    }

    private string Write(int register, double value) => value is < 0 or > ushort.MaxValue ? "NAK RANGE" : chp.Registers.WriteRegisters((ushort)register, [(ushort)Math.Round(value)]) switch
    {
        null => "OK",
        ModbusExceptionCode.IllegalDataValue => "NAK RANGE",
        _ => "NAK REFUSED",
    };
}
