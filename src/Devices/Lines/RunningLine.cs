namespace DerAgent.Devices;

/// <summary>A line that runs, with what it is asked over; both may be replaced while those who write to it go on.</summary>
/// <param name="opening">How it is opened: another way, another line.</param>
/// <param name="open">Opens it.</param>
/// <param name="devices">The devices on it.</param>
internal sealed class RunningLine(string opening, Func<IDeviceBus> open, IReadOnlyList<DevicePlacement> devices)
{
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(30);

    // Replaced with each run.
    private volatile TaskCompletionSource _hangs = new();

    /// <summary>How it is opened.</summary>
    public string Opening => opening;

    /// <summary>Ends it.</summary>
    public CancellationTokenSource Stop { get; } = new();

    /// <summary>What it is asked over.</summary>
    public IDeviceBus Bus
    {
        get => Volatile.Read(ref field);
        private set => Volatile.Write(ref field, value);
    } = open();

    /// <summary>The devices as they are now; replaced as a whole, because the line's loop reads them where it begins anew.</summary>
    public IReadOnlyList<DevicePlacement> Devices
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    } = devices;

    /// <summary>Replaced where its loop fails, or hangs.</summary>
    public DeviceLine Line
    {
        get => Volatile.Read(ref field);
        set => Volatile.Write(ref field, value);
    } = null!;

    /// <summary>The run of it.</summary>
    public Task Running { get; set; } = Task.CompletedTask;

    /// <summary>How long one thing may take it: no question takes longer with all its tries.</summary>
    public TimeSpan Patience => LeastPatience + Devices.Select(static d => d.LongestTurn).DefaultIfEmpty().Max();

    /// <summary>Looks from outside whether it turns; called now and then.</summary>
    public void Look()
    {
        if (Line.NotTurned >= Patience)
        {
            _hangs.TrySetResult();
        }
    }

    /// <summary>Runs its loop until it ends, which gives true, or hangs, which gives false: then it is left to itself, and another bus is there.</summary>
    public async Task<bool> RunAsync()
    {
        var (hangs, line, bus) = (_hangs = new(), Line, Bus);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop.Token);
        var running = line.RunAsync(stop.Token);
        if (await Task.WhenAny(running, hangs.Task) == running)
        {
            stop.Dispose();
            await running;
            return true;
        }

        // Whatever it is at may end one day, or never: nobody waits for it.
        Bus = open();
        _ = LeaveAsync(running, line, bus, stop);
        return Stop.IsCancellationRequested;
    }

    private static async Task LeaveAsync(Task running, DeviceLine line, IDeviceBus bus, CancellationTokenSource stop)
    {
        // Who writes to it from now on is told so.
        await line.DisposeAsync();
#pragma warning disable CA1031 // what fails here has failed already
        try
        {
            var stopping = stop.CancelAsync();
            await bus.DisposeAsync();
            await stopping;
            await running;
        }
        catch (Exception)
        {
            // It has been told of.
        }
#pragma warning restore CA1031

        stop.Dispose();
    }
}
