using System.Net;
using System.Net.Sockets;

namespace FedPortal.Tests.Support;

/// <summary>The smallest thing that deserves the name: every connection goes to the first of its servers that answers.</summary>
internal sealed class LoadBalancer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int[] _ports;
    private readonly Task _accepting;

    public LoadBalancer(params int[] ports)
    {
        _ports = ports;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://{(IPEndPoint)_listener.LocalEndpoint}");

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> open = [];
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_end.Token);
                open.Add(ForwardAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task ForwardAsync(TcpClient client)
    {
        using TcpClient near = client;
        foreach (int port in _ports)
        {
            using TcpClient far = new();
            try
            {
                await far.ConnectAsync(IPAddress.Loopback, port, _end.Token);
            }
            catch (Exception gone) when (gone is SocketException or OperationCanceledException)
            {
                continue;
            }

            await EitherAsync(near.GetStream(), far.GetStream());
            return;
        }
    }

    private async Task EitherAsync(NetworkStream near, NetworkStream far)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        Task[] ways = [CopyAsync(near, far, over.Token), CopyAsync(far, near, over.Token)];
        await Task.WhenAny(ways);
        await over.CancelAsync();
        await Task.WhenAll(ways);
    }

    private static async Task CopyAsync(NetworkStream from, NetworkStream to, CancellationToken cancellationToken)
    {
        try
        {
            await from.CopyToAsync(to, cancellationToken);
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException)
        {
            // One side left; the other is closed by the caller.
        }
    }
}
