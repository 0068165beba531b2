using FedPortal.Data;
using FedPortal.Inference;
using FedPortal.Training.Explanation;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs.Inference;

/// <summary>
/// Answers pictures with released models. A model is loaded at the first picture and put away after some time without; a process that ended is replaced at the
/// next picture. Nothing of a picture is kept or logged.
/// </summary>
internal sealed class InferenceDesk(BlobStore blobs, IOptions<PortalOptions> portal, IOptions<InferenceOptions> options, TimeProvider clock, ILogger<InferenceDesk> logger) : IAsyncDisposable
{
    private readonly Dictionary<string, ResidentModel> _loaded = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly List<Task> _leaving = [];
    private bool _isOver;

    /// <summary>Processes of the models that are loaded, by the hash of their file.</summary>
    public async Task<IReadOnlyDictionary<string, int>> LoadedAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            return _loaded.ToDictionary(pair => pair.Key, pair => pair.Value.ProcessId, StringComparer.Ordinal);
        }
        finally
        {
            _gate.Release();
        }
    }

    public async Task<InferenceOutcome> AskAsync(ServedVersion model, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        if (file.Length > options.Value.MaxBytes)
        {
            return InferenceOutcome.Without(InferenceProblem.TooLarge, $"Expected a file of at most {options.Value.MaxBytes} bytes but got {file.Length}.");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Value.RequestLimit);
        try
        {
            (ResidentModel? resident, InferenceOutcome? refusal) = await EnterAsync(model, limit.Token);
            return resident is null ? refusal! : await AskAsync(resident, file, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return InferenceOutcome.Without(InferenceProblem.TimedOut, $"The model did not answer within {options.Value.RequestSeconds:0} seconds.");
        }
    }

    /// <summary>Puts models away that nobody asked for some time.</summary>
    public async Task PutAwayIdleAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            foreach (ResidentModel idle in _loaded.Values.Where(model => model.Users == 0 && clock.GetElapsedTime(model.LastUsed) >= options.Value.Idle).ToArray())
            {
                PutAway(idle);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync();
        _isOver = true;
        foreach (ResidentModel model in _loaded.Values.ToArray())
        {
            PutAway(model);
        }

        _gate.Release();
        await Task.WhenAll(_leaving);
        _gate.Dispose();
    }

    private async Task<InferenceOutcome> AskAsync(ResidentModel resident, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        try
        {
            ModelServiceReply reply = await resident.AskAsync(file, cancellationToken);
            return reply switch
            {
                { Answer: { } answer } => InferenceOutcome.Of(answer),
                { Refusal: { } refusal } => InferenceOutcome.Of(refusal),
                _ => InferenceOutcome.Without(InferenceProblem.Unavailable, reply.Failure ?? "The model gave no answer."),
            };
        }
        catch (IOException)
        {
            return InferenceOutcome.Without(InferenceProblem.Unavailable, "The process that holds the model ended. It is started again at the next picture.");
        }
        finally
        {
            resident.LastUsed = clock.GetTimestamp();
            resident.Leave();
        }
    }

    private async Task<(ResidentModel? Model, InferenceOutcome? Refusal)> EnterAsync(ServedVersion served, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            foreach (ResidentModel broken in _loaded.Values.Where(model => model.IsBroken).ToArray())
            {
                PutAway(broken);
            }

            if (!_loaded.TryGetValue(served.BlobHash, out ResidentModel? model))
            {
                if (_isOver || !MakeRoom())
                {
                    return (null, InferenceOutcome.Without(InferenceProblem.Busy, $"All {options.Value.MaxModels} places for models are at work for others. Try again in a moment."));
                }

                model = ResidentModel.Start(SiteProcess.ProgramOf(portal.Value), blobs.PathOf(served.BlobHash), served.BlobHash, options.Value, logger);
                model.LastUsed = clock.GetTimestamp();
                _loaded.Add(served.BlobHash, model);
            }

            if (model.Users >= options.Value.MaxWaiting)
            {
                return (null, InferenceOutcome.Without(InferenceProblem.Busy, $"{model.Users} pictures wait for this model already. Try again in a moment."));
            }

            model.Enter();
            return (model, null);
        }
        catch (Exception failure) when (failure is FileNotFoundException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            logger.LogError(failure, "Model {Model} could not be loaded", served.BlobHash[..12]);
            return (null, InferenceOutcome.Without(InferenceProblem.Unavailable, "The model could not be loaded; the portal's log says why."));
        }
        finally
        {
            _gate.Release();
        }
    }

    private bool MakeRoom()
    {
        if (_loaded.Count < options.Value.MaxModels)
        {
            return true;
        }

        if (_loaded.Values.Where(model => model.Users == 0).MinBy(model => model.LastUsed) is not { } idle)
        {
            return false;
        }

        PutAway(idle);
        return true;
    }

    private void PutAway(ResidentModel model)
    {
        _loaded.Remove(model.ModelHash);
        _leaving.RemoveAll(task => task.IsCompleted);
        _leaving.Add(model.DisposeAsync().AsTask());
    }
}
