using System.Diagnostics;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Learning;
using FedPortal.Training.Perturbation;
using FedPortal.Training.PrivateHead;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>What an engine does for a private head.</summary>
internal sealed class HeadEngineWork(Action<EngineReply> say)
{
    private FeatureSet? _train;
    private FeatureSet? _holdout;

    public async Task<EngineReply> OpenAsync(OpenBackboneRequest open, CancellationToken ct)
    {
        var reports = new SynchronousProgress<TrainingProgress>(progress => say(new ProgressReply(progress)));
        string path = open.Path ?? await PhantomBackbone.EnsureAsync(open.CacheFolder, open.Pipeline, open.Compute, reports, ct);
        using var backbone = Backbone.Open(path, open.Compute);
        FeatureStatistics statistics = await PhantomBackbone.StatisticsAsync(backbone, open.Pipeline, ct);
        VectorFile.Write(open.StatisticsPath, [.. statistics.Mean, .. statistics.Deviation]);
        return new BackboneReply(path, backbone.Hash, ModelNames.NameOf(backbone.Description.Architecture), backbone.FeatureCount, backbone.DeviceName);
    }

    public HeadPreparedReply Prepare(PrepareHeadRequest prepare, LoadedImages images, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        using var backbone = Backbone.Open(prepare.Path, prepare.Compute);
        if (backbone.Hash != prepare.Hash)
        {
            throw new InvalidDataException($"Expected the backbone {prepare.Hash} but the file holds {backbone.Hash}.");
        }

        float[] statistics = VectorFile.Read(prepare.StatisticsPath, 2 * backbone.FeatureCount);
        var projection = new PublicProjection(
            prepare.Seed, new FeatureStatistics(statistics[..backbone.FeatureCount], statistics[backbone.FeatureCount..]), prepare.Dimension);
        _train = projection.Apply(backbone.Features(images.Train, progress: null, ct));
        _holdout = projection.Apply(backbone.Features(images.Holdout, progress: null, ct));
        return new HeadPreparedReply(_train.Patients.Count, projection.Hash, clock.Elapsed.TotalSeconds);
    }

    public HeadSteppedReply Step(HeadStepRequest step)
    {
        FeatureSet train = _train ?? throw NotPrepared();
        var head = new LinearHead(step.Plan.Dimension, step.Plan.ClassCount, step.Head);
        if (!step.IsPrivate)
        {
            return new HeadSteppedReply(null, HeadTraining.PlainSum(head, train));
        }

        using RandomWords words = RandomWords.FromOperatingSystem();
        return new HeadSteppedReply(HeadContribution.Make(head, train, step.Plan, words).Lattice.ToArray(), null);
    }

    public PredictedReply Predict(HeadPredictRequest predict, LoadedImages images)
    {
        var clock = Stopwatch.StartNew();
        FeatureSet holdout = _holdout ?? throw NotPrepared();
        float[] probabilities = new LinearHead(predict.Dimension, predict.ClassCount, predict.Head).Probabilities(holdout);
        return new PredictedReply(
            [.. Enumerable.Range(0, images.Holdout.Count).Select(images.Holdout.ImageId)],
            [.. holdout.Labels],
            probabilities,
            images.Holdout.IsSynthetic,
            clock.Elapsed.TotalSeconds,
            Backdoor: null,
            Inputs: null);
    }

    /// <summary>Predicts the hold-out, and scores all patients as a membership attack would.</summary>
    public MeasuredReply Measure(MeasureHeadRequest measure, LoadedImages images)
    {
        FeatureSet train = _train ?? throw NotPrepared();
        var head = new LinearHead(measure.Dimension, measure.ClassCount, measure.Head);
        PredictedReply holdout = Predict(new HeadPredictRequest(measure.Dimension, measure.ClassCount, measure.Head), images);
        IReadOnlyList<string> classes = images.Holdout.Classes;
        return new MeasuredReply(
            holdout.ImageIds,
            holdout.Labels,
            holdout.Probabilities,
            holdout.IsSynthetic,
            ComparisonEngineWork.ScoresOf(new Predictions(classes, [.. train.Labels], head.Probabilities(train), images.Train.IsSynthetic), images.Train),
            ComparisonEngineWork.ScoresOf(new Predictions(classes, holdout.Labels, holdout.Probabilities, holdout.IsSynthetic), images.Holdout));
    }

    private static InvalidOperationException NotPrepared() => new("Expected features to be prepared first.");
}
