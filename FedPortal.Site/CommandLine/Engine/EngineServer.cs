using System.Text;
using System.Threading.Channels;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>The child's side of <see cref="EngineProcess"/>: answers one request after the other until its input ends, then stops whatever runs.</summary>
internal sealed class EngineServer(Stream input, Stream output) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly StreamWriter _writer = new(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };

    public async Task RunAsync()
    {
        var requests = Channel.CreateUnbounded<string>();
        Task reading = Task.Run(() => ReadAsync(requests.Writer));
        using var work = new EngineWork(Say);
        try
        {
            await foreach (string line in requests.Reader.ReadAllAsync(_stop.Token))
            {
                Say(await AnswerAsync(work, EngineJson.ReadRequest(line)));
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The parent went away or gave up; nobody waits for an answer.
        }

        await reading;
    }

    public async ValueTask DisposeAsync()
    {
        _stop.Dispose();
        await _writer.DisposeAsync();
    }

    private async Task<EngineReply> AnswerAsync(EngineWork work, EngineRequest request)
    {
        try
        {
            return await work.AnswerAsync(request, _stop.Token);
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or IOException or InvalidDataException
            or UnauthorizedAccessException or InsufficientMemoryException or OutOfMemoryException or DllNotFoundException)
        {
            return new FailedReply(failure.Message.ReplaceLineEndings(" "));
        }
    }

    private async Task ReadAsync(ChannelWriter<string> requests)
    {
        using var reader = new StreamReader(input);
        while (await reader.ReadLineAsync() is { } line)
        {
            requests.TryWrite(line);
        }

        requests.Complete();
        await _stop.CancelAsync();
    }

    private void Say(EngineReply reply)
    {
        try
        {
            lock (_writer)
            {
                _writer.WriteLine(EngineJson.Write(reply));
            }
        }
        catch (IOException)
        {
            // The parent is gone; its end of the input closes as well and stops the work.
        }
    }
}
