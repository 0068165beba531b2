using System.Net.Sockets;

namespace FedPortal.Tests.Support;

/// <summary>A mail server on the loopback interface for one message at a time.</summary>
internal static class SmtpReceiver
{
    /// <summary>As much of RFC 5321 as one message needs.</summary>
    public static async Task<string> ReceiveAsync(TcpListener listener)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync();
        using var reader = new StreamReader(client.GetStream());
        await using var writer = new StreamWriter(client.GetStream()) { NewLine = "\r\n", AutoFlush = true };
        using var all = new StringWriter();
        await writer.WriteLineAsync("220 test");
        bool isData = false;
        while (await reader.ReadLineAsync() is { } line)
        {
            await all.WriteAsync(line + "\r\n");
            bool ends = isData && line == ".";
            if (!isData || ends)
            {
                isData = line == "DATA";
                await writer.WriteLineAsync(isData ? "354 go on" : line == "QUIT" ? "221 bye" : "250 test");
            }

            if (line == "QUIT")
            {
                break;
            }
        }

        return all.ToString();
    }
}
