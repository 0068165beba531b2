using System.Diagnostics;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Accounting;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Perturbation;
using FedPortal.Training.PrivateHead;

namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>
/// A private-head study on this machine. Every institution is a child process that alone sees its images and features, draws its own patients
/// and adds its own noise; the coordinating process adds what they send and takes the step.
/// </summary>
/// <param name="setup">What to do.</param>
/// <param name="say">Told in words what is happening.</param>
internal sealed class PrivateHeadSimulation(PrivateHeadSetup setup, Action<string> say) : IAsyncDisposable
{
    private const int PlainRounds = 200;

    private readonly PrivateFolder _folder = new();
    private readonly EngineGroup _group = new(setup.Resources.Concurrency);
    private PrivateHeadInstitution[] _institutions = [];

    private IReadOnlyList<SimulatedInstitution> Institutions => setup.Images.Institutions;

    private IReadOnlyList<string> Names => [.. Institutions.Select(institution => institution.Name)];

    public async Task<PrivateHeadResult> RunAsync(CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        BackboneReply backbone = await OpenBackboneAsync(ct);
        string projectionHash = await PrepareAsync(backbone, ct);
        PrivateHeadPlan plan = MakePlan();
        say(FormattableString.Invariant($"Noise for ε = {setup.Epsilon} over {plan.Rounds} rounds: z = {plan.NoiseMultiplier:0.###}; each of {plan.Shares.Institutions} institutions adds a standard deviation of {Math.Sqrt(plan.Noise.LocalVariance) / plan.Noise.ScaledClip:0.###} clipping norms"));

        using var sum = new HeadSum(Names, plan);
        using HeadLedger? ledger = setup.LedgerPath is null ? null : new HeadLedger(setup, plan, projectionHash, Names);
        (LinearHead head, SumNoiseCheck check) = await TrainAsync(plan, sum, ledger, ct);
        EvaluationReport report = await EvaluateAsync(head, ct);
        var repeats = new List<(double, double?)> { Score(report) };
        while (repeats.Count < setup.Repeats)
        {
            (LinearHead again, _) = await TrainAsync(plan, sum, null, ct);
            repeats.Add(Score(await EvaluateAsync(again, ct)));
        }

        (string majority, EvaluationReport constant) = await MajorityAsync(ct);
        return new PrivateHeadResult
        {
            Setup = setup,
            Plan = plan,
            Backbone = backbone,
            ProjectionHash = projectionHash,
            Institutions = _institutions,
            Private = report,
            Plain = await EvaluateAsync(await TrainPlainAsync(plan, ct), ct),
            Majority = constant,
            MajorityClass = majority,
            Repeats = repeats,
            NoiseCheck = check,
            Sum = sum.Description,
            LedgerHead = ledger?.Head,
            Seconds = clock.Elapsed.TotalSeconds,
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _group.DisposeAsync();
        _folder.Dispose();
    }

    private string StatisticsPath => _folder.File("statistics");

    private async Task<BackboneReply> OpenBackboneAsync(CancellationToken ct)
    {
        await using var engine = EngineProcess.Start("the backbone");
        if (setup.BackbonePath is null)
        {
            say("Backbone: a slim ResNet-50 trained on synthetic images only; the first use trains it.");
        }

        int epoch = 0;
        BackboneReply reply = await engine.AskAsync<BackboneReply>(
            new OpenBackboneRequest(setup.BackbonePath, setup.CacheFolder, setup.Pipeline, StatisticsPath, setup.Resources.Compute with { Threads = Environment.ProcessorCount }),
            "opening the backbone",
            progress =>
            {
                if (progress.Epoch > epoch)
                {
                    epoch = progress.Epoch;
                    say($"  training the backbone: epoch {progress.Epoch} of {progress.EpochCount}, {progress.Remaining.TotalSeconds:0} s left");
                }
            },
            ct);
        say($"Backbone: {reply.Architecture}, {reply.FeatureCount} pooled features, {reply.Hash[..12]}");
        return reply;
    }

    private async Task<string> PrepareAsync(BackboneReply backbone, CancellationToken ct)
    {
        LoadedReply[] loaded = await InstitutionEngines.LoadAsync(_group, setup.Images, setup.Pipeline, ct);
        var request = new PrepareHeadRequest(backbone.Path, backbone.Hash, StatisticsPath, setup.ProjectionSeed, setup.Dimensions, setup.Resources.Compute);
        HeadPreparedReply[] prepared = await InstitutionEngines.PrepareHeadAsync(_group, _group.Engines, request, ct);
        _institutions = [.. Institutions.Select((institution, index) => new PrivateHeadInstitution(
            new InstitutionSummary(institution.Name, loaded[index].TrainCount, loaded[index].HoldoutCount, loaded[index].TrainClassCounts), prepared[index].TrainPatients))];
        foreach (PrivateHeadInstitution institution in _institutions)
        {
            say($"{institution.Images.Name}: {institution.Images.TrainImages} images of {institution.TrainPatients} patients to train on, {institution.Images.HoldoutImages} held out");
        }

        return prepared[0].ProjectionHash;
    }

    private PrivateHeadPlan MakePlan() => new PrivateHeadPlan
    {
        Dimension = setup.Dimensions,
        ClassCount = setup.Images.Classes.Count,
        Rounds = setup.Rounds,
        SamplingRate = setup.SamplingRate,
        ClippingNorm = setup.ClippingNorm,
        LearningRate = setup.LearningRate,
        Momentum = setup.Momentum,
        Delta = setup.Delta,
        DeclaredPatients = _institutions.Sum(institution => institution.TrainPatients),
        Shares = new NoiseShares(Institutions.Count, setup.Dropouts, setup.Colluders).Checked(),
    }.WithNoiseFor(setup.Epsilon);

    private async Task<(LinearHead Head, SumNoiseCheck Check)> TrainAsync(PrivateHeadPlan plan, HeadSum sum, HeadLedger? ledger, CancellationToken ct)
    {
        var server = new HeadServer(plan);
        SumNoiseCheck? check = null;
        while (server.Round < plan.Rounds)
        {
            HeadSteppedReply[] steps = await StepAsync(plan, server.Head, isPrivate: true, ct);
            int round = server.Round + 1;
            long[] total = sum.Add(round, server.Head, [.. steps.Select(step => step.Lattice!)], hashes => ledger?.Record(round, hashes), ct);
            check = SumNoiseCheck.Of(total, steps.Length, plan.Noise.LocalVariance);
            server.Apply(total);
        }

        return (server.Head, check!);
    }

    /// <summary>Without a budget to keep, the comparison takes as many steps as it needs to settle.</summary>
    private async Task<LinearHead> TrainPlainAsync(PrivateHeadPlan plan, CancellationToken ct)
    {
        PrivateHeadPlan longer = plan with { Rounds = Math.Max(plan.Rounds, PlainRounds) };
        var server = new HeadServer(longer);
        while (server.Round < longer.Rounds)
        {
            HeadSteppedReply[] steps = await StepAsync(longer, server.Head, isPrivate: false, ct);
            server.ApplyPlain([.. steps.Select(step => step.GradientSum!)], plan.DeclaredPatients);
        }

        return server.Head;
    }

    private Task<HeadSteppedReply[]> StepAsync(PrivateHeadPlan plan, LinearHead head, bool isPrivate, CancellationToken ct) =>
        InstitutionEngines.StepAsync(_group, _group.Engines, plan, head, isPrivate, ct);

    private async Task<EvaluationReport> EvaluateAsync(LinearHead head, CancellationToken ct) =>
        EvaluationReports.From(await PredictAsync(head, ct));

    private async Task<Predictions> PredictAsync(LinearHead head, CancellationToken ct)
    {
        var request = new HeadPredictRequest(head.Dimension, head.ClassCount, head.Values.ToArray());
        PredictedReply[] replies = await _group.AskAllAsync((engine, _, token) => engine.AskAsync<PredictedReply>(request, "predicting", null, token), ct);
        return Predictions.Concat([.. replies.Select(reply => new Predictions(setup.Images.Classes, reply.Labels, reply.Probabilities, reply.IsSynthetic))]);
    }

    /// <summary>A head without weights whose bias names the largest class.</summary>
    private async Task<(string Class, EvaluationReport Report)> MajorityAsync(CancellationToken ct)
    {
        int classes = setup.Images.Classes.Count;
        int[] counts = [.. Enumerable.Range(0, classes).Select(c => _institutions.Sum(institution => institution.Images.TrainClassCounts[c]))];
        int largest = Array.IndexOf(counts, counts.Max());
        float[] values = new float[LinearHead.ValueCount(setup.Dimensions, classes)];
        values[(setup.Dimensions * classes) + largest] = 1;
        return (setup.Images.Classes[largest], await EvaluateAsync(new LinearHead(setup.Dimensions, classes, values), ct));
    }

    private static (double Accuracy, double? Auroc) Score(EvaluationReport report) =>
        (report.Of(Metric.Accuracy)?.Value ?? throw new CommandException("There is no hold-out image to measure on."), report.Of(Metric.Auroc)?.Value);
}
