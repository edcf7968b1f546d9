namespace DerAgent.Devices.Tests;

/// <summary>A simulated plant: inverters that differ, the same ones for the same seed, and faults that come and go.</summary>
public sealed class SimulatedPlantTests
{
    private static readonly DateTimeOffset Noon = new(2026, 6, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_same_seed_gives_the_same_day_and_another_one_another()
    {
        var (one, again, other) = (Day(7), Day(7), Day(8));
        Assert.Equal(one, again);
        Assert.NotEqual(one, other);
        Assert.True(new SimulatedPlant(50, 7, static _ => 0.8).Inverters.Select(i => i.Rating).Distinct().Count() >= 5);
    }

    [Fact]
    public void No_two_inverters_do_the_same_and_none_more_than_it_can()
    {
        var plant = new SimulatedPlant(20, 1, static _ => 1);
        plant.Step(Noon, TimeSpan.FromMinutes(1));
        Assert.Equal(20, plant.Inverters.Select(i => i.Device.Power / i.Rating).Distinct().Count());
        Assert.All(plant.Inverters, i => Assert.InRange(i.Device.Power / i.Rating, 0.5, 1));
        Assert.Equal(20, plant.Inverters.Select(i => i.Device.Memory.ReadRegisters(40_052, 16, false)).Select(r => string.Join(' ', r!)).Distinct().Count());
    }

    [Fact]
    public void Faults_come_and_go_as_often_as_was_asked()
    {
        var plant = new SimulatedPlant(50, 3, static _ => 0.8, faultsPerHour: 2);
        var (begun, shortest) = (0, TimeSpan.MaxValue);
        var before = plant.Inverters.Select(_ => (SimulatedFault.None, TimeSpan.Zero)).ToArray();
        var kinds = new HashSet<SimulatedFault>();
        for (var now = TimeSpan.FromSeconds(1); now <= TimeSpan.FromHours(2); now += TimeSpan.FromSeconds(1))
        {
            plant.Step(Noon + now, TimeSpan.FromSeconds(1));
            for (var i = 0; i < before.Length; i++)
            {
                var fault = plant.Inverters[i].Device.Fault;
                if (fault != before[i].Item1)
                {
                    begun += fault == SimulatedFault.None ? 0 : 1;
                    shortest = fault == SimulatedFault.None && now - before[i].Item2 < shortest ? now - before[i].Item2 : shortest;
                    kinds.Add(fault);
                    before[i] = (fault, now);
                }
            }
        }

        Assert.InRange(begun, 140, 240);
        Assert.True(shortest >= TimeSpan.FromSeconds(29));
        Assert.Equal(6, kinds.Count);
    }

    [Fact]
    public void What_somebody_says_goes_wrong_stays_so()
    {
        var plant = new SimulatedPlant(2, 3, static _ => 0.8, faultsPerHour: 60);
        Assert.True(plant.Set("inv2", SimulatedFault.Reverts));
        Assert.False(plant.Set("inv3", SimulatedFault.Reverts));
        for (var i = 0; i < 3600; i++)
        {
            plant.Step(Noon, TimeSpan.FromSeconds(1));
            Assert.Equal(SimulatedFault.Reverts, plant.Inverters[1].Device.Fault);
        }
    }

    private static string Day(int seed)
    {
        var plant = new SimulatedPlant(5, seed, PvInverterSimulator.SunnyDay, faultsPerHour: 1);
        var text = "";
        for (var i = 0; i < 24 * 6; i++)
        {
            plant.Step(Noon + TimeSpan.FromMinutes(10 * i), TimeSpan.FromMinutes(10));
            text += string.Join(' ', plant.Inverters.Select(p => $"{p.Rating} {p.Device.Power:0.###} {p.Device.Fault}")) + "\n";
        }

        return text;
    }
}
