using System.Diagnostics;

namespace DerAgent.Modbus.Tests;

/// <summary>An independent server: pymodbus, with one device as unit 3.</summary>
internal static class Pymodbus
{
    private const string Device = """
        import sys
        from pymodbus.datastore import ModbusSequentialDataBlock, ModbusSlaveContext, ModbusServerContext
        from pymodbus.device import ModbusDeviceIdentification
        block = lambda: ModbusSequentialDataBlock(1, [7] * 200)
        slave = ModbusSlaveContext(di=ModbusSequentialDataBlock(1, [1, 0] * 50), co=block(), hr=block(), ir=ModbusSequentialDataBlock(1, list(range(200))))
        context = ModbusServerContext(slaves={3: slave}, single=False)
        identity = ModbusDeviceIdentification(info_name={"VendorName": "Independent", "ProductCode": "PM", "MajorMinorRevision": "3.0"})
        print("ready", flush=True)

        """;

    /// <summary>Starts it; skips with the reason where it cannot be.</summary>
    public static async Task<Process> StartAsync(string code, CancellationToken cancel, params string[] arguments)
    {
        await SkipUnlessImportedAsync(cancel, "pymodbus.server", "serial", "serial_asyncio");
        var server = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Device + code, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        var said = await server.StandardOutput.ReadLineAsync(cancel);
        Assert.True(said == "ready", $"pymodbus said \"{said}\" and died of: {(said is null ? await server.StandardError.ReadToEndAsync(cancel) : "")}");
        return server;
    }

    /// <summary>Asks until somebody answers: a server that says it is ready may listen a moment later.</summary>
    public static async Task ReachAsync(IModbusMaster master, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var i = 0; i < 200; i++)
        {
            try
            {
                await master.ReadRegistersAsync(3, 10, 1, input: false, cancel);
                return;
            }
            catch (ModbusException)
            {
                await timer.WaitForNextTickAsync(cancel);
            }
        }
    }

    /// <summary>What every transport must do alike: functions 1 to 6, 15, 16, 22, 43, and a refusal.</summary>
    public static async Task AgreesAsync(IModbusMaster master, CancellationToken cancel)
    {
        Assert.Equal([7, 7], await master.ReadRegistersAsync(3, 10, 2, input: false, cancel));
        Assert.Equal([20, 21, 22], await master.ReadRegistersAsync(3, 20, 3, input: true, cancel));
        Assert.Equal(120, (await master.ReadRegistersAsync(3, 0, 120, input: true, cancel)).Length);
        Assert.Equal(new[] { true, false, true }, await master.ReadBitsAsync(3, 0, 3, input: true, cancel));
        await master.WriteRegisterAsync(3, 5, 0xABCD, cancel);
        await master.WriteRegistersAsync(3, 6, new ushort[] { 1, 2, 3 }, cancel);
        await master.MaskWriteAsync(3, 8, 0xFFF0, 0x0005, cancel);
        Assert.Equal([0xABCD, 1, 2, 5], await master.ReadRegistersAsync(3, 5, 4, input: false, cancel));
        await master.WriteCoilAsync(3, 1, false, cancel);
        await master.WriteCoilsAsync(3, 2, new[] { false, true, false }, cancel);
        Assert.Equal(new[] { false, false, true, false }, await master.ReadBitsAsync(3, 1, 4, input: false, cancel));
        var said = await master.ReadIdentificationAsync(3, cancel);
        Assert.Equal(("Independent", "PM", "3.0"), (said.Maker, said.ProductCode, said.Revision));
        var refused = await Assert.ThrowsAsync<ModbusException>(() => master.ReadRegistersAsync(3, 500, 1, input: false, cancel));
        Assert.Equal(ModbusExceptionCode.IllegalDataAddress, refused.Code);
    }

    /// <summary>Skips with the name of the module that cannot be imported; Debian's python3-pymodbus needs python3-serial and does not always bring it.</summary>
    private static async Task SkipUnlessImportedAsync(CancellationToken cancel, params string[] modules)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "python3 is not installed.");
        foreach (var module in modules)
        {
            using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", $"import {module}"]) { RedirectStandardError = true, UseShellExecute = false })!;
            var errors = await process.StandardError.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            Assert.SkipUnless(process.ExitCode == 0, $"python3 cannot import {module}: {errors.Trim().Split('\n')[^1]}");
        }
    }
}
