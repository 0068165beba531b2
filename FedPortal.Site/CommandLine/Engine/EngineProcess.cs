using System.Diagnostics;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Learning;
using FedPortal.Training.Robustness;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>
/// A child process that holds the images of one institution and computes with libtorch. A crash in there ends the child, and becomes a
/// <see cref="CommandException"/> that names the institution. When this object or the whole parent goes away, so does the child: its input ends.
/// </summary>
internal sealed class EngineProcess : IAsyncDisposable
{
    private const int KeptErrorLines = 5;
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(5);
    private readonly Process _process;
    private readonly Queue<string> _lastErrors = new();
    private readonly Task _errorReader;

    private EngineProcess(string owner, Process process)
    {
        Owner = owner;
        _process = process;
        _errorReader = KeepLastErrorsAsync();
    }

    /// <summary>Whose images it holds, for messages.</summary>
    public string Owner { get; }

    public int ProcessId => _process.Id;

    /// <summary>Processor time that it has used so far.</summary>
    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Told of the steps of long work that is no training.</summary>
    public Action<RobustnessProgress>? Steps { get; set; }

    public static EngineProcess Start(string owner) =>
        new(owner, Process.Start(ThisProgram.Engine([EngineVerb.Name])) ?? throw new CommandException($"The engine of {owner} could not be started."));

    /// <param name="request">One at a time.</param>
    /// <param name="doing">What it is doing, for messages: "training round 2".</param>
    /// <param name="progress">Told of training progress.</param>
    /// <param name="ct">Gives up waiting; the engine must then be disposed of.</param>
    /// <exception cref="CommandException">The engine failed or ended; the message names the institution and the reason.</exception>
    public async Task<TReply> AskAsync<TReply>(EngineRequest request, string doing, Action<TrainingProgress>? progress, CancellationToken ct)
        where TReply : EngineReply
    {
        await SendAsync(request, doing, ct);
        while (await _process.StandardOutput.ReadLineAsync(ct) is { } line)
        {
            // Native libraries may print; what is not a message is none of ours.
            if (!line.StartsWith('{'))
            {
                continue;
            }

            switch (EngineJson.ReadReply(line))
            {
                case ProgressReply report:
                    progress?.Invoke(report.Progress);
                    break;
                case StepReply step:
                    Steps?.Invoke(step.Progress);
                    break;
                case FailedReply failed:
                    throw new CommandException($"{Owner} failed while {doing}: {failed.Reason}");
                case TReply reply:
                    return reply;
                case EngineReply other:
                    throw new CommandException($"{Owner} answered {other.GetType().Name} while {doing}; expected {typeof(TReply).Name}.");
            }
        }

        throw await EndedAsync(doing, ct);
    }

    public async ValueTask DisposeAsync()
    {
        using var grace = new CancellationTokenSource(EndGrace);
        try
        {
            _process.StandardInput.Close();
            await _process.WaitForExitAsync(grace.Token);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        await _errorReader;
        _process.Dispose();
    }

    private async Task SendAsync(EngineRequest request, string doing, CancellationToken ct)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(EngineJson.Write(request).AsMemory(), ct);
            await _process.StandardInput.FlushAsync(ct);
        }
        catch (IOException)
        {
            throw await EndedAsync(doing, ct);
        }
    }

    private async Task<CommandException> EndedAsync(string doing, CancellationToken ct)
    {
        await _process.WaitForExitAsync(ct);
        await _errorReader;
        string last = string.Join(" ", _lastErrors);
        string reason = last.Length > 0 ? $": {last}" : ".";
        return new CommandException($"The process of {Owner} ended with code {_process.ExitCode} while {doing}{reason}");
    }

    private async Task KeepLastErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _lastErrors.Enqueue(line);
            if (_lastErrors.Count > KeptErrorLines)
            {
                _lastErrors.Dequeue();
            }
        }
    }
}
