using FedPortal.Tests.Support;
using FedPortal.Training.Datasets;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.Protocol;
using FedPortal.Training.Robustness;
using Xunit;

namespace FedPortal.Tests.Training.Robustness;

/// <summary>A small network that learned from phantoms, and everything the lab does to it.</summary>
[Collection("Heavy")]
public sealed class RobustnessSweepTests(SmallTrainedModel trained) : IClassFixture<SmallTrainedModel>
{
    [Fact]
    public void TheFirstPointIsTheCleanEvaluation_AndStrongerAttacksFindMore()
    {
        RobustnessPlan plan = RobustnessPlan.For(RobustnessTest.Pgd).With(Disturbance.Pgd, [0, 16, 2]) with { Steps = 3 };

        RobustnessAnswers answers = new RobustnessSweep(SmallTrainedModel.Compute).Run(trained.Model, trained.Holdout, plan, examples: 2, progress: null, default);
        RobustnessReport report = RobustnessReports.From(plan, answers);

        Predictions clean = new ModelEvaluator(SmallTrainedModel.Compute).Predict(trained.Model, trained.Holdout, progress: null, default);
        RobustnessCurve curve = Assert.Single(report.Curves);
        Assert.Equal([0, 2, 16], curve.Points.Select(point => point.Strength));
        Assert.Equal(clean.Probabilities.ToArray(), answers.Clean.Probabilities.ToArray());
        Assert.Equal(EvaluationReports.From(clean).Of(Metric.Accuracy), curve.Points[0].Accuracy);
        Assert.True(curve.Points[0].Loss < curve.Points[1].Loss && curve.Points[1].Loss < curve.Points[2].Loss, string.Join(" ", curve.Points.Select(point => point.Loss)));
        Assert.Equal(0, curve.Points[0].Changed!.Value);
        Assert.All(curve.Points, point => Assert.Equal(EvaluationReports.Wilson, point.Accuracy.IntervalMethod));
        IReadOnlyList<PictureRow> pictures = RobustnessPictures.Of(answers);
        Assert.Equal(2, pictures.Count);
        Assert.All(pictures, row => Assert.InRange(row.Greatest, 0, row.Strength + 1e-3));
    }

    [Fact]
    public void ASweepThatBroke_GoesOnAfterItsLastPoint_AndEndsAsIfItHadNot()
    {
        using var folder = new TemporaryFolder();
        RobustnessPlan plan = RobustnessPlan.For(RobustnessTest.Noise) with { Curves = [new(Disturbance.Blur, [1]), new(Disturbance.PhotonNoise, [100])] };
        RobustnessAnswers Run(KeptParts? kept, IProgress<RobustnessProgress>? progress, CancellationToken ct) =>
            new RobustnessSweep(SmallTrainedModel.Compute) { Kept = kept }.Run(trained.Model, trained.Holdout, plan, examples: 1, progress, ct);
        KeptParts Open(char fingerprint) => KeptParts.Open(folder.Path, plan, new string(fingerprint, 64));
        RobustnessAnswers whole = Run(kept: null, progress: null, default);
        using var death = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => Run(Open('a'), new DeathAfter(2, death), death.Token));

        Assert.Equal(["point-0.json", "settings.json"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        RobustnessAnswers resumed = Run(Open('a'), progress: null, default);

        Assert.Equal(whole.ToValues(), resumed.ToValues());
        Assert.Equal(whole.Pictures.Select(picture => picture.After), resumed.Pictures.Select(picture => picture.After));
        KeptPoint other = Open('a').Find<KeptPoint>("point-1")!;
        Open('a').Keep("point-0", other);
        Assert.Equal(other.Probabilities, Run(Open('a'), progress: null, default).Points[0].Predictions.Probabilities.ToArray()); // taken as it is kept
        Assert.Contains("other data or settings", Assert.Throws<InvalidDataException>(() => Open('b')).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsHandedInComesBack_AndPoolsToTheSame()
    {
        RobustnessPlan plan = RobustnessPlan.For(RobustnessTest.Noise) with { Curves = [new(Disturbance.Blur, [1]), new(Disturbance.PhotonNoise, [100])] };
        int half = trained.Holdout.Count / 2;
        var sweep = new RobustnessSweep(SmallTrainedModel.Compute);
        RobustnessAnswers Part(int from, int to) => sweep.Run(trained.Model, trained.Holdout.Subset([.. Enumerable.Range(from, to - from)]), plan, 0, null, default);
        RobustnessAnswers first = Part(0, half);

        RobustnessAnswers read = RobustnessAnswers.FromValues(plan, first.Clean.Classes, first.Clean.Labels, first.ToValues(), first.Clean.IsSynthetic);
        RobustnessAnswers pooled = RobustnessAnswers.Concat([read, Part(half, trained.Holdout.Count)]);

        Assert.Equal(first.ToValues(), read.ToValues());
        Assert.Equal(trained.Holdout.Count, pooled.Clean.Count);
        Assert.Empty(first.Pictures);
        Assert.Equal(2, RobustnessReports.From(plan, pooled).Curves.Count);
        Assert.Contains("Expected", Assert.Throws<InvalidDataException>(() => RobustnessAnswers.FromValues(plan, first.Clean.Classes, first.Clean.Labels, [1f], true)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnInversionConvincesTheNetwork_AndIsSimilarToSomething()
    {
        IReadOnlyList<InvertedClass> Inverted(int steps) => new ClassInversion(steps, seed: 1).Run(trained.Model, trained.Holdout, SmallTrainedModel.Compute, progress: null, default);

        IReadOnlyList<InvertedClass> found = Inverted(steps: 40);

        Assert.Equal(trained.Holdout.Classes, found.Select(c => c.Class));
        Assert.All(found.Zip(Inverted(steps: 1)), pair => Assert.True(pair.First.Probability > pair.Second.Probability, $"{pair.First.Class}: {pair.First.Probability} and {pair.Second.Probability}"));
        Assert.All(found, c => Assert.All(c.Pixels, pixel => Assert.InRange(pixel, -2f, 2f)));
        Assert.All(found, c => Assert.All(c.Similarity, s => Assert.InRange(s!.Value, -1, 1)));

        // Pictures less their mean add up to nothing, so not all of them can be unlike their own class mean at once by chance alone.
        Assert.Contains(found, c => c.IsNearest);
    }

    [Fact]
    public void WhoLearnsFromWrongLabelsOnly_KnowsLessThanWhoLearnsFromRightOnes()
    {
        RobustnessPlan plan = RobustnessPlan.For(RobustnessTest.Labels) with { TrainingEpochs = 4 };
        var training = new NoisyLabelTraining(trained.Train, trained.Holdout, plan, SmallTrainedModel.Compute);

        RobustnessCurve curve = RobustnessReports.OfTraining([(0, training.Run(0, null, default)), (100, training.Run(1, null, default))]);

        Assert.True(curve.Points[0].Auroc.Value > curve.Points[1].Auroc.Value, $"{curve.Points[0].Auroc.Value} and {curve.Points[1].Auroc.Value}");
        Assert.All(curve.Points, point => Assert.Null(point.Changed));
    }

    [Fact]
    public void PlansOutOfRangeAreRefusedWithBothSides()
    {
        RobustnessPlan plan = RobustnessPlan.For(RobustnessTest.Fgsm);

        Assert.Contains("at most 255 but got 300", Assert.Throws<ArgumentException>(plan.With(Disturbance.Fgsm, [300]).Check).Message, StringComparison.Ordinal);
        Assert.Contains("1 to 12 strengths", Assert.Throws<ArgumentException>(plan.With(Disturbance.Fgsm, [0]).Check).Message, StringComparison.Ordinal);
        Assert.Contains("1 to 200 steps but got 0", Assert.Throws<ArgumentException>((plan with { Steps = 0 }).Check).Message, StringComparison.Ordinal);
        Assert.Equal([1000, 30], RobustnessPlan.For(RobustnessTest.Noise).With(Disturbance.PhotonNoise, [30, 1000, 0, 30]).CurveOf(Disturbance.PhotonNoise)!.Strengths);
    }

    private sealed class DeathAfter(int points, CancellationTokenSource death) : IProgress<RobustnessProgress>
    {
        public void Report(RobustnessProgress value)
        {
            if (value.Done == points)
            {
                death.Cancel();
            }
        }
    }
}

/// <summary>A slim network that learned from 96 phantoms of 32 × 32.</summary>
public sealed class SmallTrainedModel : IAsyncLifetime
{
    internal static ComputeOptions Compute { get; } = new(Precision: ComputePrecision.Full, Threads: 1);

    internal PreparedDataset Train { get; private set; } = null!;

    internal PreparedDataset Holdout { get; private set; } = null!;

    internal GlobalModel Model { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var consortium = new PhantomConsortium(new PhantomConsortiumOptions { ImageCount = 96, InstitutionCount = 1, HoldoutCount = 45, Size = 64, Seed = 3 });
        PreprocessingPipeline pipeline = PreprocessingPipeline.Default(32);
        Train = await consortium.PrepareAsync(consortium.Institutions[0], pipeline, null, default);
        Holdout = await consortium.PrepareAsync(consortium.Holdout, pipeline, null, default);
        GlobalModel start = ClassifierModel.FirstModel(new ModelDescription(ClassifierArchitecture.ResNet50Slim, 3), Compute, seed: 1);
        LocalTrainingResult result = new LocalTrainer(Compute).Train(start, Train, new TrainingPlan { Epochs = 6, Balance = ClassBalance.None }, 1, 1, 0, null, default);
        Model = start.MovedBy(result.Update.Difference.Span);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
