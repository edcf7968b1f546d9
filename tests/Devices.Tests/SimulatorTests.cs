using DerAgent.Modbus;

namespace DerAgent.Devices.Tests;

/// <summary>The simulated devices behave like the real ones they stand for.</summary>
public sealed class SimulatorTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_battery_follows_its_set_point_until_it_is_empty_or_full()
    {
        var battery = new BatterySimulator(5_000, 10_000, charge: 0.5, ramp: 1);
        battery.Memory.Set(704, "WSet", 4_000);
        battery.Memory.Set(704, "WSetEna", 1);
        battery.Step(Noon, TimeSpan.FromSeconds(2));
        Assert.Equal(4_000, battery.Power);
        battery.Step(Noon, TimeSpan.FromMinutes(30));
        Assert.Equal(0.5 - (2_000 / 0.95 / 10_000), battery.StateOfCharge, 0.001);
        battery.Step(Noon, TimeSpan.FromHours(2));
        battery.Step(Noon, TimeSpan.FromSeconds(10));
        Assert.Equal((0.0, 0.0), (battery.StateOfCharge, battery.Power));

        battery.Memory.Set(704, "WSet", -3_000);
        for (var hour = 0; hour < 6; hour++)
        {
            battery.Step(Noon, TimeSpan.FromHours(1));
        }

        Assert.Equal((1.0, 0.0), (battery.StateOfCharge, battery.Power));
    }

    [Fact]
    public void A_battery_refuses_more_than_it_is_rated_for()
    {
        var battery = new BatterySimulator(5_000, 10_000);
        var at = (ushort)(40_002 + SunSpecModel.Find(1)!.Length + SunSpecModel.Find(701)!.Length + SunSpecModel.Find(702)!.Length + SunSpecModel.Find(704)!.Point("WSet")!.Offset);
        Assert.Null(battery.Registers.WriteRegisters(at, [0, 5_000]));
        Assert.Equal(ModbusExceptionCode.IllegalDataValue, battery.Registers.WriteRegisters(at, [0, 5_001]));
        battery.Fault = SimulatedFault.Refuses;
        Assert.Equal(ModbusExceptionCode.ServerDeviceFailure, battery.Registers.WriteRegisters(at, [0, 1]));
    }

    [Fact]
    public void A_chp_takes_its_time_to_start_and_runs_its_minimum_time()
    {
        var chp = new ChpSimulator(20_000, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(10));
        Assert.Null(chp.Registers.WriteRegisters(ChpSimulator.Command, [1]));
        chp.Step(Noon, TimeSpan.FromSeconds(1));
        Assert.Equal((2, 0.0), ((int)chp.Memory[0], chp.Power));
        chp.Step(Noon, TimeSpan.FromSeconds(30));
        for (var second = 0; second < 20; second++)
        {
            chp.Step(Noon, TimeSpan.FromSeconds(1));
        }

        Assert.Equal((3, 20_000.0), ((int)chp.Memory[0], chp.Power));
        Assert.Equal(360, chp.Memory[3]);
        Assert.Null(chp.Registers.WriteRegisters(ChpSimulator.Command, [0]));
        chp.Step(Noon, TimeSpan.FromMinutes(1));
        Assert.True(chp.IsRunning);
        for (var minute = 0; minute < 11; minute++)
        {
            chp.Step(Noon, TimeSpan.FromMinutes(1));
        }

        Assert.Equal((false, 0.0), (chp.IsRunning, chp.Power));
        Assert.Equal(1, chp.Memory[13]);
        Assert.Equal(ModbusExceptionCode.IllegalDataValue, chp.Registers.WriteRegisters(ChpSimulator.SetPoint, [400]));
        Assert.Equal(ModbusExceptionCode.IllegalDataValue, chp.Registers.WriteRegisters(0, [3]));
    }

    [Fact]
    public void A_meter_counts_both_directions_apart()
    {
        var power = 2_000.0;
        var meter = new MeterSimulator(_ => power);
        meter.Step(Noon, TimeSpan.FromHours(2));
        power = -500;
        meter.Step(Noon, TimeSpan.FromHours(1));
        var at = (ushort)(40_002 + SunSpecModel.Find(1)!.Length);
        ushort[] Read(string point) => meter.Registers.ReadRegisters((ushort)(at + SunSpecModel.Find(203)!.Point(point)!.Offset), (ushort)SunSpecModel.Find(203)!.Point(point)!.Size, false)!;
        Assert.Equal([0, 4001], Read("TotWhImp"));
        Assert.Equal([0, 501], Read("TotWhExp"));
        Assert.Equal(-500, (short)Read("W")[0]);
        Assert.NotNull(meter.Registers.WriteRegisters(at, [1]));
    }
}
