using DerAgent.Modbus;

namespace DerAgent.Devices;

/// <summary>Whoever answered at a unit id.</summary>
/// <param name="Unit">The unit id.</param>
/// <param name="Says">What it said.</param>
/// <param name="IsGarbled">Whether only nonsense came, as where two devices have one address.</param>
internal sealed record FoundUnit(byte Unit, string Says, bool IsGarbled);

/// <summary>Looks who is on a line: one register of each unit is asked for. Any answer, a refusal too, is a device.</summary>
internal static class UnitScan
{
    /// <summary>Asks unit after unit.</summary>
    /// <param name="master">The line.</param>
    /// <param name="units">The units.</param>
    /// <param name="patience">How long an answer may take.</param>
    /// <param name="progress">Called with each unit and how many are left.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="ModbusException">There is no line.</exception>
    public static async IAsyncEnumerable<FoundUnit> FindAsync(IModbusMaster master, IReadOnlyList<byte> units, TimeSpan patience, Action<byte, int> progress, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(units);
        for (var i = 0; i < units.Count; i++)
        {
            progress(units[i], units.Count - i);
            if (await AskAsync(master, units[i], patience, cancel) is { } found)
            {
                yield return found;
            }
        }
    }

    private static async Task<FoundUnit?> AskAsync(IModbusMaster master, byte unit, TimeSpan patience, CancellationToken cancel)
    {
        try
        {
            await master.ExchangeAsync(unit, ModbusRequest.Read(ModbusFunction.ReadHoldingRegisters, 0, 1).With(new(patience, TimeSpan.Zero)), cancel);
            return new(unit, "it answers", false);
        }
        catch (ModbusException e) when (e.Code is ModbusExceptionCode.GatewayPathUnavailable or ModbusExceptionCode.GatewayTargetFailedToRespond)
        {
            // The gateway speaks, and nobody behind it.
            return null;
        }
        catch (ModbusException e) when (e.Failure is ModbusFailure.Exception or ModbusFailure.Protocol)
        {
            return new(unit, $"it answers: {e.Message}", false);
        }
        catch (ModbusException e) when (e.Failure == ModbusFailure.Timeout)
        {
            return e.IsGarbled ? new(unit, $"only nonsense comes ({e.Message}): have two devices this address, or another speed or parity?", true) : null;
        }
    }
}
