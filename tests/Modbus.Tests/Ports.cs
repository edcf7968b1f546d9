using System.Net;
using System.Net.Sockets;

namespace DerAgent.Modbus.Tests;

internal static class Ports
{
    /// <summary>A TCP port that nobody has at the moment.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
