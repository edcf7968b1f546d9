using DerAgent.Modbus;

namespace DerAgent.Integration.Tests;

/// <summary>The limit of a simulated inverter as another controller finds it: WMaxLimPct of SunSpec model 123.</summary>
internal static class SunSpecLimit
{
    private const int Base = 40_002;
    private const int Model = 123;

    /// <summary>Where it stands, and how many of its units are a percent; WMaxLim_Ena stands four registers behind it.</summary>
    public static async Task<(ushort Address, double Scale)> FindAsync(ModbusTcpMaster master, CancellationToken cancel)
    {
        var at = (ushort)Base;
        while (await master.ReadRegistersAsync(1, at, 2, input: false, cancel) is var head && head[0] != Model)
        {
            at += (ushort)(head[1] + 2);
        }

        var scale = (short)(await master.ReadRegistersAsync(1, (ushort)(at + 23), 1, input: false, cancel))[0];
        return ((ushort)(at + 5), Math.Pow(10, -scale));
    }
}
