using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace FedPortal.Tests.Support;

internal static class Loopback
{
    // Below the ports that the system gives away by itself (from 32768), so that nobody is given one while its owner has not begun, or is killed and started again.
    private const int Lowest = 20_000;
    private const int End = 32_000;

    private static readonly ConcurrentDictionary<int, byte> Given = new();

    /// <summary>A port that nobody listened on a moment ago, for whoever has to know it before listening; each time another one.</summary>
    public static int FreePort()
    {
        while (true)
        {
            // The passes on both databases run side by side: one takes the even ports, the other the odd ones.
            int port = (Random.Shared.Next(Lowest, End) & ~1) + (TestDatabase.IsPostgres ? 1 : 0);
            if (Given.TryAdd(port, 0) && IsFree(port))
            {
                return port;
            }
        }
    }

    private static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
