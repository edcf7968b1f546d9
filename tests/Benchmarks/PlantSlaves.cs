using System.Diagnostics;
using System.Globalization;
using DerAgent.Devices;
using DerAgent.Modbus;

namespace DerAgent.Benchmarks;

/// <summary>The simulated inverters of <c>der-agent sim plant</c> in a process of their own, which counts what is asked of them. It answers each line on its standard input with one of its own.</summary>
internal static class PlantSlaves
{
    private const int Seed = 3;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    /// <summary>Starts them in a process of their own; they answer when it is there.</summary>
    public static async Task<Process> StartAsync(int port, int inverters, int endpoints)
    {
        var slaves = Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "DerAgent.Benchmarks.dll"), "plant-slaves", $"{port}", $"{inverters}", $"{endpoints}"]);
        await slaves.StandardOutput.ReadLineAsync();
        return slaves;
    }

    /// <summary>Starts a process that is asked and heard.</summary>
    public static Process Start(string program, string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true, UseShellExecute = false })!;

    /// <summary>Runs until its standard input ends.</summary>
    /// <param name="port">The first port.</param>
    /// <param name="inverters">So many inverters.</param>
    /// <param name="endpoints">On so many ports.</param>
    public static async Task RunAsync(int port, int inverters, int endpoints)
    {
        var plant = new SimulatedPlant(inverters, Seed, static _ => 0.8);
        plant.Step(TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(10));
        var units = plant.Inverters.Select(p => new CountedMemory(p.Device.Registers)).ToList();
        var place = SimListener.Place($"127.0.0.1:{port}")!;
        for (var i = 0; i < endpoints; i++)
        {
            var line = units.Where((_, u) => u % endpoints == i).ToList();
            await SimListener.OpenAsync(place with { Port = port + i }, u => u >= 1 && u <= line.Count ? line[u - 1] : null, CancellationToken.None);
        }

        var (ages, gate) = (new List<double>(), new Lock());
        using var looks = new Timer(
            _ =>
            {
                var now = TimeProvider.System.GetTimestamp();
                lock (gate)
                {
                    ages.Add(units.Max(u => TimeProvider.System.GetElapsedTime(u.LastRead, now).TotalSeconds));
                }
            },
            null,
            Look,
            Look);
        using var steps = new Timer(_ => plant.Step(TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(1)), null, 1000, 1000);
        Console.WriteLine("ready");
        while (await Console.In.ReadLineAsync() is not null)
        {
            lock (gate)
            {
                var sorted = ages.Order().ToList();
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{units.Sum(u => u.Exchanges)} {(sorted.Count == 0 ? 0 : sorted[(int)(sorted.Count * 0.99)])} {units.Count(u => u.Exchanges > 0)}"));
                ages.Clear();
            }
        }
    }

    /// <summary>Counts exchanges, and knows when the measured values (the block that begins at model 101 to 103) were last read.</summary>
    private sealed class CountedMemory(IModbusMemory memory) : IModbusMemory
    {
        private const int Measured = 40_084;
        private long _exchanges;
        private long _lastRead = TimeProvider.System.GetTimestamp();

        public long Exchanges => Interlocked.Read(ref _exchanges);

        public long LastRead => Interlocked.Read(ref _lastRead);

        public ModbusIdentification? Identification => memory.Identification;

        public ushort[]? ReadRegisters(ushort address, ushort count, bool input)
        {
            Interlocked.Increment(ref _exchanges);
            if (address <= Measured && address + count > Measured)
            {
                Interlocked.Exchange(ref _lastRead, TimeProvider.System.GetTimestamp());
            }

            return memory.ReadRegisters(address, count, input);
        }

        public bool[]? ReadBits(ushort address, ushort count, bool input) => memory.ReadBits(address, count, input);

        public ModbusExceptionCode? WriteRegisters(ushort address, ReadOnlySpan<ushort> values)
        {
            Interlocked.Increment(ref _exchanges);
            return memory.WriteRegisters(address, values);
        }

        public ModbusExceptionCode? WriteBits(ushort address, ReadOnlySpan<bool> values) => memory.WriteBits(address, values);
    }
}
