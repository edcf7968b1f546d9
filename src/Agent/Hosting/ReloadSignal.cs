using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace DerAgent.Agent.Hosting;

/// <summary>Somebody wants the configuration read again: SIGHUP, the Windows service control, or a changed file. Several wishes at once are one.</summary>
internal sealed class ReloadSignal : IDisposable
{
    private readonly Channel<string> _wishes = Channel.CreateBounded<string>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly PosixSignalRegistration? _hangUp;

    /// <summary>A signal that SIGHUP raises, where there is one.</summary>
    public ReloadSignal()
    {
        if (!OperatingSystem.IsWindows())
        {
            _hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
            {
                context.Cancel = true;
                Raise("SIGHUP");
            });
        }
    }

    /// <summary>The service control that asks for it; those from 128 are for applications.</summary>
    public const int ServiceControl = 128;

    /// <summary>Takes a control of the Windows service manager.</summary>
    public void TakeServiceControl(int control)
    {
        if (control == ServiceControl)
        {
            Raise("service control");
        }
    }

    /// <summary>Asks for it.</summary>
    public void Raise(string why) => _wishes.Writer.TryWrite(why);

    /// <summary>Waits until somebody asks; tells why.</summary>
    public Task<string> WaitAsync(CancellationToken cancel) => _wishes.Reader.ReadAsync(cancel).AsTask();

    /// <inheritdoc/>
    public void Dispose() => _hangUp?.Dispose();
}
