using System.Net.Sockets;
using System.Security.Authentication;

namespace DerAgent.Modbus;

/// <summary>Opens what carries a line, within a time, and says in one sentence why it could not.</summary>
internal static class LineOpener
{
    /// <summary>Opens it.</summary>
    /// <param name="name">For people.</param>
    /// <param name="open">Opens it.</param>
    /// <param name="limit">How long that may take.</param>
    /// <param name="time">Clock and timers.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="ModbusException">It cannot be reached.</exception>
    public static async Task<Stream> OpenAsync(string name, Func<CancellationToken, ValueTask<Stream>> open, TimeSpan limit, TimeProvider time, CancellationToken cancel)
    {
        using var timer = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, timer.Token);
        try
        {
            return await open(either.Token);
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or UnauthorizedAccessException or ArgumentException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new ModbusException(ModbusFailure.NoConnection, $"{name} cannot be reached: {(e is OperationCanceledException ? $"no connection within {limit.TotalSeconds:0.#} s" : e.Message)}", inner: e);
        }
    }
}
