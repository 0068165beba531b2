using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace FedPortal.Operation.Delivery;

/// <summary>
/// Posts JSON to webhooks. Header <c>X-FedPortal-Signature</c> is <c>sha256=</c> and the lower-case hex HMAC-SHA256 of time, a dot and the body with the
/// webhook's secret; <c>X-FedPortal-Timestamp</c> is that time in seconds since 1970, so that a receiver can refuse what is old. It follows no redirect, and
/// connects to no address of a private network unless that is allowed: the name is resolved here and the connection goes to the address that was checked.
/// </summary>
public sealed class WebhookSender : IDisposable
{
    public const string TimestampHeader = "X-FedPortal-Timestamp";
    public const string SignatureHeader = "X-FedPortal-Signature";
    public const string DeliveryHeader = "X-FedPortal-Delivery";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpClient _client;
    private readonly bool _allowsPrivate;
    private readonly TimeProvider _clock;

    public WebhookSender(IOptions<AlertOptions> options, TimeProvider clock)
    {
        _allowsPrivate = options.Value.AllowPrivateAddresses;
        _clock = clock;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectCallback = ConnectAsync,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        })
        { Timeout = Patience, MaxResponseContentBufferSize = 64 * 1024 };
    }

    /// <returns>What is wrong with an address as a webhook, or null.</returns>
    public string? Problem(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https") || url.UserInfo.Length > 0)
        {
            return $"'{address}' is not an address such as https://alerts.example/hook.";
        }

        if (url.Scheme != Uri.UriSchemeHttps && !_allowsPrivate)
        {
            return "A webhook's address begins with https://.";
        }

        return IPAddress.TryParse(url.Host.Trim('[', ']'), out IPAddress? ip) && !_allowsPrivate && !IsPublic(ip) ? PrivateProblem(ip) : null;
    }

    /// <returns>Null when the receiver took it (any 2xx), else why not.</returns>
    public async Task<string?> SendAsync(string address, string secret, Guid delivery, string json, CancellationToken cancellationToken)
    {
        if (Problem(address) is { } problem)
        {
            return problem;
        }

        string time = _clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Add(TimestampHeader, time);
        request.Headers.Add(SignatureHeader, Sign(secret, time, json));
        request.Headers.Add(DeliveryHeader, $"{delivery}");
        try
        {
            using HttpResponseMessage answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.IsSuccessStatusCode ? null : $"The receiver answered {(int)answer.StatusCode}.";
        }
        catch (HttpRequestException failure)
        {
            return failure.InnerException is RefusedAddressException refused ? refused.Message : $"The receiver cannot be reached ({failure.HttpRequestError}).";
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"The receiver did not answer within {Patience.TotalSeconds:F0} seconds.";
        }
    }

    /// <summary>The signature that belongs to a body.</summary>
    public static string Sign(string secret, string time, string json) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{json}")));

    /// <summary>False for this machine, private networks, link-local, carrier-grade, documentation, multicast and unspecified addresses.</summary>
    public static bool IsPublic(IPAddress address)
    {
        IPAddress ip = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        if (IPAddress.IsLoopback(ip))
        {
            return false;
        }

        byte[] b = ip.GetAddressBytes();
        return ip.AddressFamily == AddressFamily.InterNetwork
            ? !(b[0] is 0 or 10 or >= 224 || (b[0] == 100 && b[1] is >= 64 and < 128) || (b[0] == 169 && b[1] == 254) || (b[0] == 172 && b[1] is >= 16 and < 32)
                || (b[0] == 192 && b[1] == 168) || (b[0] == 192 && b[1] == 0 && b[2] is 0 or 2) || (b[0] == 198 && b[1] is 18 or 19) || (b[0] == 198 && b[1] == 51 && b[2] == 100) || (b[0] == 203 && b[1] == 0 && b[2] == 113))
            // Only the global unicast block, without the two ways of writing an IPv4 address in it and without documentation.
            : b[0] is >= 0x20 and < 0x40 && !(b[0] == 0x20 && b[1] == 0x02) && !(b[0] == 0x20 && b[1] == 0x01 && b[2] is 0 or 0x0d);
    }

    public void Dispose() => _client.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        IPAddress[] found = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        if (!_allowsPrivate && Array.Find(found, ip => !IsPublic(ip)) is { } inside)
        {
            throw new RefusedAddressException(PrivateProblem(inside));
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(found, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string PrivateProblem(IPAddress address) => $"{address} is an address of a private network or of this machine; {AlertOptions.Section}:{nameof(AlertOptions.AllowPrivateAddresses)} allows them.";

    private sealed class RefusedAddressException(string message) : IOException(message);
}
