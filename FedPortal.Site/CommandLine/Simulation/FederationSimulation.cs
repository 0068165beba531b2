using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Aggregation;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Screening.Adversaries;

namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>
/// Runs a whole federation on this machine: this process coordinates, and every institution is a child process that alone sees its images.
/// Only model, update and predictions pass between them. Equal setups give equal models.
/// </summary>
internal sealed class FederationSimulation(SimulationSetup setup, ISimulationWatcher watcher) : IAsyncDisposable
{
    private readonly PrivateFolder _folder = new();
    private readonly EngineGroup _group = new(setup.Resources.Concurrency);
    private readonly ServerOptimizer _optimizer = ServerOptimizer.Create(setup.Strategy, setup.Server);
    private LoadedReply[] _loaded = [];
    private string _device = "";
    private ProtectedRounds? _protectedRounds;

    private IReadOnlyList<SimulatedInstitution> Institutions => setup.Images.Institutions;

    public async Task<SimulationResult> RunAsync(CancellationToken ct)
    {
        var clock = new StageClock();
        await LoadAsync(clock, ct);
        var outcome = new RoundOutcome(await CreateModelAsync(ct), [], null);
        await IdentifyAsync(outcome.Model, ct);
        var rounds = new List<RoundResult>();
        rounds.Add(Watched(await EvaluateAsync(outcome, clock, ct)));
        for (int round = 1; round <= setup.Rounds; round++)
        {
            var roundClock = new StageClock();
            outcome = await RoundAsync(outcome.Model, round, roundClock, ct);
            rounds.Add(Watched(await EvaluateAsync(outcome, roundClock, ct)));
        }

        return new SimulationResult(
            setup, _device, [.. Institutions.Zip(_loaded, Summary)], rounds, rounds.Select(r => r.Seconds).Aggregate((a, b) => a + b), outcome.Model);
    }

    public async ValueTask DisposeAsync()
    {
        _protectedRounds?.Dispose();
        await _group.DisposeAsync();
        _folder.Dispose();
    }

    private async Task LoadAsync(StageClock clock, CancellationToken ct)
    {
        clock.Add(Stage.Decode, setup.Images.DecodeSeconds);
        SimulatedInstitution[] sets = setup.Images.ConsortiumHoldout is { } holdout
            ? [.. Institutions, new SimulatedInstitution("the consortium hold-out", holdout)]
            : [.. Institutions];
        foreach (SimulatedInstitution set in sets)
        {
            _group.Start(set.Name);
        }

        LoadedReply[] loaded = await _group.AskAllAsync((engine, index, token) => engine.AskAsync<LoadedReply>(
            new LoadRequest(sets[index].Source, setup.Images.Classes, setup.Pipeline), "preparing its images", null, token), ct);
        Array.ForEach(loaded, reply => clock.Add(Stage.Prepare, reply.PrepareSeconds));
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
        (GlobalModel model, _device) = await InstitutionEngines.FirstModelAsync(_group.Engines[0], setup.Model, setup.Seed, ValuesPath(0), ct);
        watcher.Started(_device, model.Layout);
        return model;
    }

    private async Task IdentifyAsync(GlobalModel model, CancellationToken ct)
    {
        if (setup.Protection is { } protection)
        {
            ProtectionSettings settings = protection.For(model, setup.Plan, _loaded.Max(loaded => (long)loaded.TrainCount));
            _protectedRounds = new ProtectedRounds(setup, settings, _folder, _group, [.. _group.Engines.Take(Institutions.Count)]);
            await _protectedRounds.IdentifyAsync(ct);
        }
    }

    private async Task<RoundOutcome> RoundAsync(GlobalModel model, int round, StageClock clock, CancellationToken ct)
    {
        TrainedReply[] trained = await TrainAsync(model, round, clock, ct);
        ProtectedRoundResult? protection = null;
        AggregatedUpdate mean;
        if (_protectedRounds is { } rounds)
        {
            (mean, protection) = await rounds.RunAsync(model, FileOf(model), trained, round, clock, ct);
        }
        else
        {
            mean = Aggregate(model.Layout, trained, clock);
        }

        GlobalModel next = clock.Time(Stage.Apply, () => _optimizer.Apply(model, mean));
        clock.Time(Stage.Submit, () => VectorFile.Write(ValuesPath(next.Version), next.Values.Span));
        File.Delete(ValuesPath(model.Version));
        return new RoundOutcome(next, trained, protection);
    }

    private async Task<TrainedReply[]> TrainAsync(GlobalModel model, int round, StageClock clock, CancellationToken ct)
    {
        ModelFile file = FileOf(model);
        EngineProcess[] institutions = [.. _group.Engines.Take(Institutions.Count)];
        TrainedReply[] trained = await _group.AskLargestFirstAsync(institutions, index => _loaded[index].TrainCount, (engine, index, token) => engine.AskAsync<TrainedReply>(
            new TrainRequest(
                file, setup.Plan, round, setup.Rounds, index, setup.Protection is null ? UpdatePath(index) : null, setup.Attack?.Of(index, round), setup.Resources.Compute),
            $"training round {round}",
            progress => watcher.Training(engine.Owner, engine.ProcessId, round, progress),
            token), ct);
        _device = trained[0].DeviceName;
        Array.ForEach(trained, reply => clock.Add(Stage.Train, reply.TrainSeconds));
        Array.ForEach(trained, reply => clock.Add(Stage.Submit, reply.SubmitSeconds));
        return trained;
    }

    /// <summary>One update in memory at a time, always in the same order.</summary>
    private AggregatedUpdate Aggregate(ModelLayout layout, TrainedReply[] trained, StageClock clock)
    {
        var averaging = new PlainFederatedAveraging(layout);
        for (int index = 0; index < trained.Length; index++)
        {
            string path = UpdatePath(index);
            float[] difference = clock.Time(Stage.Submit, () => VectorFile.Read(path, layout.ValueCount));
            var update = new ModelUpdate(layout, difference, trained[index].SampleCount);
            string name = Institutions[index].Name;
            clock.Time(Stage.Aggregate, () => averaging.Add(name, update));
            File.Delete(path);
        }

        return clock.Time(Stage.Aggregate, averaging.Mean);
    }

    private async Task<RoundResult> EvaluateAsync(RoundOutcome outcome, StageClock clock, CancellationToken ct)
    {
        var request = new PredictRequest(FileOf(outcome.Model), setup.Attack is { Kind: AdversaryKind.Backdoor }, setup.Resources.Compute);
        PredictedReply[] replies = await _group.AskAllAsync(
            (engine, _, token) => engine.AskAsync<PredictedReply>(request, $"evaluating round {outcome.Model.Version}", null, token), ct);
        Array.ForEach(replies, reply => clock.Add(Stage.Evaluate, reply.Seconds));
        Predictions[] predictions = [.. replies.Select(reply => new Predictions(setup.Images.Classes, reply.Labels, reply.Probabilities, reply.IsSynthetic))];
        Predictions[] ofInstitutions = predictions[..Institutions.Count];
        EvaluationReport[] reports = clock.Time(Stage.Evaluate, () => ofInstitutions.Select(p => EvaluationReports.From(p)).ToArray());
        EvaluationReport pooled = clock.Time(Stage.Evaluate, () => EvaluationReports.From(Predictions.Concat(ofInstitutions)));
        EvaluationReport? consortium = setup.Images.ConsortiumHoldout is null ? null : clock.Time(Stage.Evaluate, () => EvaluationReports.From(predictions[^1]));
        InstitutionRound[] institutions = [.. Institutions.Select((institution, index) => outcome.Trained.Length == 0
            ? new InstitutionRound(institution.Name, null, null, null, reports[index])
            : new InstitutionRound(
                institution.Name, outcome.Trained[index].EpochLosses.Count == 0 ? null : outcome.Trained[index].EpochLosses[^1], outcome.Trained[index].TrainSeconds, outcome.Trained[index].ImagesPerSecond, reports[index]))];
        return new RoundResult(outcome.Model.Version, institutions, pooled, consortium, clock.Read(), outcome.Protection, Backdoor(replies));
    }

    private static BackdoorTrial? Backdoor(PredictedReply[] replies)
    {
        BackdoorTrial[] trials = [.. replies.Select(reply => reply.Backdoor).OfType<BackdoorTrial>()];
        return trials.Length == 0 ? null : new BackdoorTrial(trials.Sum(trial => trial.Images), trials.Sum(trial => trial.Successes));
    }

    private RoundResult Watched(RoundResult result)
    {
        watcher.Completed(result);
        return result;
    }

    private ModelFile FileOf(GlobalModel model) => new(setup.Model, model.Layout.Hash, model.Version, ValuesPath(model.Version));

    private string ValuesPath(int version) => _folder.File($"model-{version}");

    private string UpdatePath(int index) => _folder.File($"update-{index}");

    private static InstitutionSummary Summary(SimulatedInstitution institution, LoadedReply loaded) =>
        new(institution.Name, loaded.TrainCount, loaded.HoldoutCount, loaded.TrainClassCounts);

    private sealed record RoundOutcome(GlobalModel Model, TrainedReply[] Trained, ProtectedRoundResult? Protection);
}
