using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FedPortal.Tests.Support;

/// <summary>What arrived at an <see cref="HttpReceiver"/>.</summary>
internal sealed record ReceivedRequest(string RequestLine, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>A web server on the loopback interface that keeps what it is sent and answers as it is told, one connection at a time.</summary>
internal sealed class HttpReceiver : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Queue<string> _answers;
    private readonly List<ReceivedRequest> _received = [];
    private readonly Task _serving;

    /// <param name="answers">Status lines and headers, for example "200 OK"; after the last one the server ends.</param>
    public HttpReceiver(params string[] answers)
    {
        _answers = new Queue<string>(answers);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Address => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/hook";

    public IReadOnlyList<ReceivedRequest> Received => _received;

    public void Dispose()
    {
        _listener.Dispose();
        GC.KeepAlive(_serving);
    }

    private async Task ServeAsync()
    {
        while (_answers.TryDequeue(out string? answer))
        {
            using TcpClient client = await _listener.AcceptTcpClientAsync();
            NetworkStream stream = client.GetStream();
            string head = await HeadAsync(stream);
            string[] lines = head.Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
            byte[] body = new byte[headers.TryGetValue("Content-Length", out string? length) ? int.Parse(length, System.Globalization.CultureInfo.InvariantCulture) : 0];
            await stream.ReadExactlyAsync(body);
            _received.Add(new ReceivedRequest(lines[0], headers, Encoding.UTF8.GetString(body)));
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        }
    }

    private static async Task<string> HeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) == 1)
        {
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
