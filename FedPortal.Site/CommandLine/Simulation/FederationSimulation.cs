using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Aggregation;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;

namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>
/// Runs a whole federation on this machine: this process coordinates, and every institution is a child process that alone sees its images.
/// Only model, update and predictions pass between them. Equal setups give equal models.
/// </summary>
internal sealed class FederationSimulation(SimulationSetup setup, ISimulationWatcher watcher) : IAsyncDisposable
{
    private readonly PrivateFolder _folder = new();
    private readonly List<EngineProcess> _engines = [];
    private readonly SemaphoreSlim _slots = new(setup.Resources.Concurrency);
    private readonly ServerOptimizer _optimizer = ServerOptimizer.Create(setup.Strategy, setup.Server);
    private LoadedReply[] _loaded = [];
    private string _device = "";

    private IReadOnlyList<SimulatedInstitution> Institutions => setup.Images.Institutions;

    public async Task<SimulationResult> RunAsync(CancellationToken ct)
    {
        var clock = new StageClock();
        await LoadAsync(clock, ct);
        GlobalModel model = await CreateModelAsync(ct);
        var rounds = new List<RoundResult>();
        rounds.Add(Watched(await EvaluateAsync(model, [], clock, ct)));
        for (int round = 1; round <= setup.Rounds; round++)
        {
            var roundClock = new StageClock();
            (model, TrainedReply[] trained) = await TrainAsync(model, round, roundClock, ct);
            rounds.Add(Watched(await EvaluateAsync(model, trained, roundClock, ct)));
        }

        return new SimulationResult(
            setup, _device, [.. Institutions.Zip(_loaded, Summary)], rounds, rounds.Select(r => r.Seconds).Aggregate((a, b) => a + b), model);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_engines.Select(engine => engine.DisposeAsync().AsTask()));
        _slots.Dispose();
        _folder.Dispose();
    }

    private async Task LoadAsync(StageClock clock, CancellationToken ct)
    {
        clock.AddDecode(setup.Images.DecodeSeconds);
        SimulatedInstitution[] sets = setup.Images.ConsortiumHoldout is { } holdout
            ? [.. Institutions, new SimulatedInstitution("the consortium hold-out", holdout)]
            : [.. Institutions];
        foreach (SimulatedInstitution set in sets)
        {
            _engines.Add(EngineProcess.Start(set.Name));
        }

        LoadedReply[] loaded = await SideBySideAsync(_engines, (engine, index, token) => engine.AskAsync<LoadedReply>(
            new LoadRequest(sets[index].Source, setup.Images.Classes, setup.Pipeline), "preparing its images", null, token), ct);
        Array.ForEach(loaded, reply => clock.AddPrepare(reply.PrepareSeconds));
        _loaded = loaded[..Institutions.Count];
        foreach ((SimulatedInstitution institution, LoadedReply reply) in Institutions.Zip(_loaded))
        {
            watcher.Loaded(Summary(institution, reply));
            if (reply.TrainCount == 0)
            {
                throw new CommandException($"{institution.Name} has no usable training image.");
            }
        }
    }

    private async Task<GlobalModel> CreateModelAsync(CancellationToken ct)
    {
        string path = ValuesPath(0);
        CreatedReply created = await _engines[0].AskAsync<CreatedReply>(
            new CreateModelRequest(setup.Model, (ulong)setup.Seed, path), "initialising the model", null, ct);
        _device = created.DeviceName;
        var layout = new ModelLayout(setup.Model, created.Tensors);
        watcher.Started(created.DeviceName, layout);
        return new GlobalModel(layout, 0, VectorFile.Read(path, layout.ValueCount));
    }

    private async Task<(GlobalModel Model, TrainedReply[] Trained)> TrainAsync(GlobalModel model, int round, StageClock clock, CancellationToken ct)
    {
        ModelFile file = FileOf(model);
        int[] largestFirst = [.. Enumerable.Range(0, Institutions.Count).OrderByDescending(index => _loaded[index].TrainCount)];
        var trained = new TrainedReply[Institutions.Count];
        await SideBySideAsync([.. largestFirst.Select(index => _engines[index])], async (engine, position, token) =>
        {
            int index = largestFirst[position];
            return trained[index] = await engine.AskAsync<TrainedReply>(
                new TrainRequest(file, setup.Plan, round, setup.Rounds, index, UpdatePath(index), setup.Resources.Compute),
                $"training round {round}",
                progress => watcher.Training(engine.Owner, engine.ProcessId, round, progress),
                token);
        }, ct);
        _device = trained[0].DeviceName;
        Array.ForEach(trained, reply => clock.AddTrain(reply.TrainSeconds));
        Array.ForEach(trained, reply => clock.AddSubmit(reply.SubmitSeconds));
        AggregatedUpdate mean = Aggregate(model.Layout, trained, clock);
        GlobalModel next = clock.TimeApply(() => _optimizer.Apply(model, mean));
        clock.TimeSubmit(() => WriteValues(next));
        File.Delete(ValuesPath(model.Version));
        return (next, trained);
    }

    /// <summary>One update in memory at a time, always in the same order.</summary>
    private AggregatedUpdate Aggregate(ModelLayout layout, TrainedReply[] trained, StageClock clock)
    {
        var averaging = new PlainFederatedAveraging(layout);
        for (int index = 0; index < trained.Length; index++)
        {
            string path = UpdatePath(index);
            float[] difference = clock.TimeSubmit(() => VectorFile.Read(path, layout.ValueCount));
            var update = new ModelUpdate(layout, difference, trained[index].SampleCount);
            string name = Institutions[index].Name;
            clock.TimeAggregate(() =>
            {
                averaging.Add(name, update);
                return true;
            });
            File.Delete(path);
        }

        return clock.TimeAggregate(averaging.Mean);
    }

    private async Task<RoundResult> EvaluateAsync(GlobalModel model, TrainedReply[] trained, StageClock clock, CancellationToken ct)
    {
        var request = new PredictRequest(FileOf(model), setup.Resources.Compute);
        PredictedReply[] replies = await SideBySideAsync(
            _engines, (engine, _, token) => engine.AskAsync<PredictedReply>(request, $"evaluating round {model.Version}", null, token), ct);
        Array.ForEach(replies, reply => clock.AddEvaluate(reply.Seconds));
        Predictions[] predictions = [.. replies.Select(reply => new Predictions(setup.Images.Classes, reply.Labels, reply.Probabilities, reply.IsSynthetic))];
        Predictions[] ofInstitutions = predictions[..Institutions.Count];
        EvaluationReport[] reports = clock.TimeEvaluate(() => ofInstitutions.Select(p => EvaluationReports.From(p)).ToArray());
        EvaluationReport pooled = clock.TimeEvaluate(() => EvaluationReports.From(Predictions.Concat(ofInstitutions)));
        EvaluationReport? consortium = setup.Images.ConsortiumHoldout is null ? null : clock.TimeEvaluate(() => EvaluationReports.From(predictions[^1]));
        InstitutionRound[] institutions = [.. Institutions.Select((institution, index) => trained.Length == 0
            ? new InstitutionRound(institution.Name, null, null, null, reports[index])
            : new InstitutionRound(institution.Name, trained[index].EpochLosses.Count == 0 ? null : trained[index].EpochLosses[^1], trained[index].TrainSeconds, trained[index].ImagesPerSecond, reports[index]))];
        return new RoundResult(model.Version, institutions, pooled, consortium, clock.Read());
    }

    /// <summary>Asks all, at most as many at once as there are slots, in the given order. The first failure stops the others.</summary>
    private async Task<T[]> SideBySideAsync<T>(IReadOnlyList<EngineProcess> engines, Func<EngineProcess, int, CancellationToken, Task<T>> ask, CancellationToken ct)
    {
        using var all = CancellationTokenSource.CreateLinkedTokenSource(ct);
        async Task<T> InSlotAsync(EngineProcess engine, int index)
        {
            await _slots.WaitAsync(all.Token);
            bool answered = false;
            try
            {
                T answer = await ask(engine, index, all.Token);
                answered = true;
                return answer;
            }
            finally
            {
                _slots.Release();
                if (!answered)
                {
                    await all.CancelAsync();
                }
            }
        }

        // Of several that end without an answer, the one that failed is reported: those that were stopped because of it count as cancelled.
        return await Task.WhenAll(engines.Select(InSlotAsync));
    }

    private RoundResult Watched(RoundResult result)
    {
        watcher.Completed(result);
        return result;
    }

    private bool WriteValues(GlobalModel model)
    {
        VectorFile.Write(ValuesPath(model.Version), model.Values.Span);
        return true;
    }

    private ModelFile FileOf(GlobalModel model) => new(setup.Model, model.Layout.Hash, model.Version, ValuesPath(model.Version));

    private string ValuesPath(int version) => _folder.File($"model-{version}");

    private string UpdatePath(int index) => _folder.File($"update-{index}");

    private static InstitutionSummary Summary(SimulatedInstitution institution, LoadedReply loaded) =>
        new(institution.Name, loaded.TrainCount, loaded.HoldoutCount, loaded.TrainClassCounts);
}
