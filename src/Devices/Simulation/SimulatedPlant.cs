using System.Globalization;

namespace DerAgent.Devices;

/// <summary>An inverter of a simulated plant.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rating">Its rated power in W.</param>
/// <param name="Device">The inverter.</param>
internal sealed record PlantInverter(string Name, int Rating, PvInverterSimulator Device);

/// <summary>
/// A plant of inverters that differ: ratings, the way their roofs look, clouds, noise, and faults that come and go. The same seed gives the same plant and the same day.
/// </summary>
internal sealed class SimulatedPlant
{
    /// <summary>Most inverters.</summary>
    public const int Most = 1000;
    private static readonly int[] Ratings = [5_000, 8_000, 10_000, 12_500, 15_000, 17_000, 20_000, 25_000, 30_000];

    /// <summary>What goes wrong at times; what is the line's and not the device's would be everybody's on it.</summary>
    private static readonly SimulatedFault[] Kinds = [SimulatedFault.Silent, SimulatedFault.Refuses, SimulatedFault.Reverts, SimulatedFault.Ignores, SimulatedFault.Night];
    private static readonly TimeSpan LeastFault = TimeSpan.FromSeconds(30);
    private readonly List<Trouble> _troubles;
    private TimeSpan _now;

    /// <summary>A plant.</summary>
    /// <param name="inverters">Number of inverters, 1 to <see cref="Most"/>.</param>
    /// <param name="seed">What makes it another one's.</param>
    /// <param name="sun">Share of the rating the sun gives at a time, 0 to 1, before clouds.</param>
    /// <param name="faultsPerHour">How many faults an inverter has in an hour, on average; 0: none.</param>
    public SimulatedPlant(int inverters, int seed, Func<DateTimeOffset, double> sun, double faultsPerHour = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(inverters, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(inverters, Most);
        ArgumentOutOfRangeException.ThrowIfNegative(faultsPerHour);
        var random = new Random(seed);
        Inverters = [.. Enumerable.Range(1, inverters).Select(i => Inverter(i, seed, random, sun))];
        _troubles = [.. Inverters.Select((p, i) => new Trouble(p.Device, new Random(unchecked((seed * 7919) + i)), faultsPerHour))];
    }

    /// <summary>Its inverters.</summary>
    public IReadOnlyList<PlantInverter> Inverters { get; }

    /// <summary>Lets time pass.</summary>
    public void Step(DateTimeOffset now, TimeSpan elapsed)
    {
        _now += elapsed;
        _troubles.ForEach(t => t.Pass(_now));
        foreach (var inverter in Inverters)
        {
            inverter.Device.Step(now, elapsed);
        }
    }

    /// <summary>Somebody says what goes wrong at an inverter from now on; what comes by itself stays away from it. False: there is no such inverter.</summary>
    public bool Set(string name, SimulatedFault fault)
    {
        for (var i = 0; i < Inverters.Count; i++)
        {
            if (Inverters[i].Name == name)
            {
                _troubles[i].Hold(fault);
                return true;
            }
        }

        return false;
    }

    private static PlantInverter Inverter(int number, int seed, Random random, Func<DateTimeOffset, double> sun)
    {
        var rating = Ratings[random.Next(Ratings.Length)];
        var (shift, best) = (TimeSpan.FromHours((random.NextDouble() * 4) - 2), 0.85 + (0.15 * random.NextDouble()));
        var (period, phase) = (300 + (random.NextDouble() * 900), random.NextDouble() * Math.Tau);
        double Share(DateTimeOffset time) => sun(time + shift) * best * (0.85 + (0.15 * Math.Sin((time.ToUnixTimeMilliseconds() / 1000.0 / period * Math.Tau) + phase)));
        return new(string.Create(CultureInfo.InvariantCulture, $"inv{number}"), rating, new PvInverterSimulator(rating, Share, seed: unchecked((seed * 10_000) + number)));
    }

    /// <summary>What goes wrong at one inverter, and when.</summary>
    private sealed class Trouble(PvInverterSimulator device, Random random, double perHour)
    {
        private TimeSpan _next = Pause(random, perHour);
        private bool _isHeld;

        public void Hold(SimulatedFault fault) => (device.Fault, _isHeld) = (fault, true);

        public void Pass(TimeSpan now)
        {
            while (!_isHeld && now >= _next)
            {
                var begins = device.Fault == SimulatedFault.None;
                device.Fault = begins ? Kinds[random.Next(Kinds.Length)] : SimulatedFault.None;
                _next += begins ? LeastFault * (1 + (9 * random.NextDouble())) : Pause(random, perHour);
            }
        }

        private static TimeSpan Pause(Random random, double perHour) => perHour > 0 ? TimeSpan.FromHours(-Math.Log(1 - random.NextDouble()) / perHour) : TimeSpan.MaxValue;
    }
}
