using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace FedPortal.Tests.Support;

/// <summary>A wire between a browser and a portal that a test can cut: it forwards bytes both ways until then, and again afterwards.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, byte> _open = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly int _portal;
    private readonly Task _accepting;
    private volatile bool _isCut;

    public Wire(Uri portal)
    {
        _portal = portal.Port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Address => new($"http://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>Breaks every connection and lets no new one through.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (TcpClient client in _open.Keys)
        {
            client.Close();
        }
    }

    public void Mend() => _isCut = false;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        Cut();
        await _accepting;
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient browser = await _listener.AcceptTcpClientAsync(_ending.Token);
                if (_isCut)
                {
                    browser.Close();
                }
                else
                {
                    _ = ForwardAsync(browser);
                }
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ForwardAsync(TcpClient browser)
    {
        using TcpClient portal = new();
        _open[browser] = _open[portal] = 0;
        try
        {
            await portal.ConnectAsync(IPAddress.Loopback, _portal, _ending.Token);
            await Task.WhenAny(
                browser.GetStream().CopyToAsync(portal.GetStream(), _ending.Token),
                portal.GetStream().CopyToAsync(browser.GetStream(), _ending.Token));
        }
        catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One side went away.
        }

        _open.TryRemove(browser, out _);
        _open.TryRemove(portal, out _);
        browser.Close();
    }
}
