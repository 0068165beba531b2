using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using FedPortal.Training.Explanation;
using FedPortal.Training.Processes;

namespace FedPortal.Jobs.Inference;

/// <summary>
/// One model in a child process. Pictures are asked one after the other; what waits is counted. After a failure it is broken for good: its owner starts another.
/// The child ends when its input does, so also with the portal.
/// </summary>
internal sealed class ResidentModel : IAsyncDisposable
{
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(3);
    private readonly Process _process;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Task _errors;
    private readonly Task _ready;
    private readonly ILogger _logger;
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _users;
    private bool _isBroken;
    private bool _isLeaving;

    private ResidentModel(string modelHash, Process process, ILogger logger)
    {
        ModelHash = modelHash;
        _process = process;
        _logger = logger;
        _errors = LogErrorsAsync();
        _ready = WaitUntilReadyAsync();
    }

    public string ModelHash { get; }

    public int ProcessId => _process.Id;

    /// <summary>Pictures that wait or are being answered.</summary>
    public int Users => Volatile.Read(ref _users);

    /// <summary>It will never answer again.</summary>
    public bool IsBroken => Volatile.Read(ref _isBroken) || Volatile.Read(ref _isLeaving) || _process.HasExited;

    /// <summary>When the last picture was answered, as a timestamp of the owner's clock.</summary>
    public long LastUsed { get; set; }

    public static ResidentModel Start(string program, string modelPath, string modelHash, InferenceOptions options, ILogger logger)
    {
        ProcessStartInfo start = ChildProgram.Engine(
            program,
            [
                ModelService.Verb, "--model", modelPath,
                "--threads", options.Threads.ToString(CultureInfo.InvariantCulture), "--max-bytes", options.MaxBytes.ToString(CultureInfo.InvariantCulture),
            ],
            folder: "/");
        Process process = Process.Start(start) ?? throw new InvalidOperationException("The program that answers pictures did not start.");
        return new ResidentModel(modelHash, process, logger);
    }

    /// <summary>Counts a user before it waits, so that the owner does not put the model away meanwhile.</summary>
    public void Enter() => Interlocked.Increment(ref _users);

    public void Leave()
    {
        if (Interlocked.Decrement(ref _users) == 0 && Volatile.Read(ref _isLeaving))
        {
            _left.TrySetResult();
        }
    }

    /// <exception cref="OperationCanceledException">It took too long, or nobody wants the answer any more; a picture in the middle breaks this object.</exception>
    /// <exception cref="IOException">The process ended; this object is broken.</exception>
    public async Task<ModelServiceReply> AskAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (IsBroken)
            {
                throw new IOException("The model's process has ended.");
            }

            await _ready.WaitAsync(cancellationToken);
            bool isWhole = false;
            try
            {
                await ModelService.SendAsync(_process.StandardInput.BaseStream, file, cancellationToken);
                ModelServiceReply reply = await NextAsync(cancellationToken);
                isWhole = true;
                return reply;
            }
            finally
            {
                Volatile.Write(ref _isBroken, !isWhole);
            }
        }
        catch (IOException)
        {
            Volatile.Write(ref _isBroken, true);
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _isLeaving, true);
        if (Users == 0)
        {
            _left.TrySetResult();
        }

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

        // Whoever still waits is told that the process has ended.
        await _left.Task;
        await _errors;
        await _ready.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        _process.Dispose();
        _turn.Dispose();
    }

    private async Task WaitUntilReadyAsync()
    {
        ModelServiceReply first = await NextAsync(CancellationToken.None);
        _logger.LogInformation("Model {Model} is loaded: {Device}", ModelHash[..12], first.Ready);
    }

    private async Task<ModelServiceReply> NextAsync(CancellationToken cancellationToken)
    {
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            try
            {
                if (ModelService.TryRead(line) is { } reply)
                {
                    return reply;
                }
            }
            catch (JsonException)
            {
                throw new IOException("The model's process sent an answer that cannot be read.");
            }
        }

        throw new IOException("The model's process has ended.");
    }

    private async Task LogErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _logger.LogWarning("Model {Model}: {Line}", ModelHash[..12], line);
        }
    }
}
