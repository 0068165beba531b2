using System.Net;
using System.Net.Sockets;

namespace FedPortal.Tests.Support;

internal static class Loopback
{
    // Below those that the system gives to whoever asks for any port, or connects: it gives none of these away before, or between, the listening.
    private const int First = 20_000;
    private const int End = 32_000;

    /// <summary>A port that nobody listened on a moment ago, for whoever has to know it before listening.</summary>
    public static int FreePort()
    {
        while (true)
        {
            int port = Random.Shared.Next(First, End);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // It is taken: another one.
            }
        }
    }
}
