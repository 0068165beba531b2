using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace FedPortal.Tests.Support;

/// <summary>
/// A wire between a browser, or a site program, and the first of some portals that answers: it forwards bytes both ways. A test can cut it and mend it again.
/// </summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, byte> _open = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly int[] _portals;
    private readonly Task _accepting;
    private volatile bool _isCut;

    /// <param name="portals">Their ports on the loopback interface.</param>
    public Wire(params int[] portals)
    {
        _portals = portals;
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
        _open[browser] = 0;
        foreach (int port in _portals)
        {
            if (await TryForwardAsync(browser, port))
            {
                break;
            }
        }

        _open.TryRemove(browser, out _);
        browser.Close();
    }

    /// <summary>False when nobody listens there.</summary>
    private async Task<bool> TryForwardAsync(TcpClient browser, int port)
    {
        using TcpClient portal = new();
        _open[portal] = 0;
        try
        {
            await portal.ConnectAsync(IPAddress.Loopback, port, _ending.Token);
            await Task.WhenAny(
                browser.GetStream().CopyToAsync(portal.GetStream(), _ending.Token),
                portal.GetStream().CopyToAsync(browser.GetStream(), _ending.Token));
        }
        catch (SocketException)
        {
            return false;
        }
        catch (Exception broken) when (broken is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One side went away.
        }
        finally
        {
            _open.TryRemove(portal, out _);
        }

        return true;
    }
}
