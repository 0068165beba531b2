using System.Net;
using System.Net.Sockets;

namespace FedPortal.Tests.Support;

internal static class Loopback
{
    /// <summary>A port that nobody listened on a moment ago, for whoever has to know it before listening.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
