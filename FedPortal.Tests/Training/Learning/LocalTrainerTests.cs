using FedPortal.Training.Aggregation;
using FedPortal.Training.Datasets;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using Xunit;

namespace FedPortal.Tests.Training.Learning;

/// <summary>Real training of the slim network on a few 32-pixel phantoms.</summary>
[Collection("Heavy")]
public class LocalTrainerTests
{
    private static readonly ComputeOptions Compute = new(ComputeDevice.Cpu, ComputePrecision.Full, Threads: 1);
    private static readonly ModelDescription Description = new(ClassifierArchitecture.ResNet50Slim, 3);

    [Fact]
    public async Task Train_EqualArguments_GiveEqualUpdates_AndAnotherSeedAnother()
    {
        PreparedDataset data = await PhantomsAsync(11);
        GlobalModel global = Initial();

        float[] first = Update(global, data, new TrainingPlan { Epochs = 1, Seed = 4 });
        float[] again = Update(global, data, new TrainingPlan { Epochs = 1, Seed = 4 });
        float[] other = Update(global, data, new TrainingPlan { Epochs = 1, Seed = 5 });

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public async Task Train_OverSeveralEpochs_LowersTheLoss()
    {
        PreparedDataset data = await PhantomsAsync(12);

        LocalTrainingResult result = Train(Initial(), data, new TrainingPlan { Epochs = 8, Augment = false, Balance = ClassBalance.None });

        Assert.Equal(8, result.EpochLosses.Count);
        Assert.True(result.EpochLosses[^1] < 0.8 * result.EpochLosses[0], $"Losses {string.Join(" ", result.EpochLosses)}.");
        Assert.Equal(12, result.Update.SampleCount);
        Assert.Contains("CPU", result.Device, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_WithProximalTerm_StaysNearerToTheGlobalModel()
    {
        PreparedDataset data = await PhantomsAsync(12);
        GlobalModel global = Initial();
        var plan = new TrainingPlan { Epochs = 3, Optimizer = LocalOptimizer.Sgd, LearningRate = 0.02, Momentum = 0, WeightDecay = 0 };

        double free = Norm(Update(global, data, plan));
        double held = Norm(Update(global, data, plan with { ProximalTerm = 10 }));

        Assert.True(held < 0.9 * free, $"Free {free:G4}, held {held:G4}.");
    }

    [Fact]
    public async Task Train_ReportsEveryBatchInOrder()
    {
        PreparedDataset data = await PhantomsAsync(10);
        var reports = new Recorder();

        new LocalTrainer(Compute).Train(Initial(), data, new TrainingPlan { Epochs = 2, BatchSize = 4 }, 1, 1, 0, reports, CancellationToken.None);

        Assert.Equal([(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)], reports.Seen.Select(p => (p.Epoch, p.Batch)));
        Assert.All(reports.Seen, p => Assert.Equal((2, 3), (p.EpochCount, p.BatchCount)));
        Assert.All(reports.Seen, p => Assert.True(p.ImagesPerSecond > 0 && double.IsFinite(p.Loss!.Value)));
        Assert.Equal(TimeSpan.Zero, reports.Seen[^1].Remaining);
    }

    [Fact]
    public async Task Train_Cancelled_StopsBeforeTheNextBatch()
    {
        PreparedDataset data = await PhantomsAsync(12);
        using var cancel = new CancellationTokenSource();
        var reports = new Recorder();
        reports.OnReport = _ =>
        {
            if (reports.Seen.Count == 2)
            {
                cancel.Cancel();
            }
        };

        Assert.Throws<OperationCanceledException>(() =>
            new LocalTrainer(Compute).Train(Initial(), data, new TrainingPlan { BatchSize = 2 }, 1, 1, 0, reports, cancel.Token));

        Assert.Equal(2, reports.Seen.Count);
    }

    [Fact]
    public async Task Train_RoundSchedule_TakesSmallerStepsInLaterRounds()
    {
        PreparedDataset data = await PhantomsAsync(8);
        GlobalModel global = Initial();
        var plan = new TrainingPlan { Epochs = 1, Optimizer = LocalOptimizer.Sgd, LearningRate = 0.01, RoundSchedule = LearningRateSchedule.Step };

        double early = Norm(Train(global, data, plan, round: 1, rounds: 4).Update.Difference.ToArray());
        double late = Norm(Train(global, data, plan, round: 4, rounds: 4).Update.Difference.ToArray());

        // The last of four rounds runs at a hundredth of the rate, on other batches.
        Assert.InRange(late / early, 0.002, 0.05);
    }

    [Fact]
    public async Task Train_DataThatDoesNotFit_IsRefusedWithBothSides()
    {
        PreparedDataset data = await PhantomsAsync(6);
        GlobalModel twoClasses = Initial(Description with { ClassCount = 2 });

        Assert.Contains("2 classes but the data set has 3", Assert.Throws<ArgumentException>(() => Update(twoClasses, data, new TrainingPlan())).Message, StringComparison.Ordinal);
        Assert.Contains("got none", Assert.Throws<ArgumentException>(() => Update(Initial(), data.Subset([]), new TrainingPlan())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluator_OnTheWholeOrOnAPart_SaysTheSame()
    {
        PreparedDataset data = await PhantomsAsync(40);
        GlobalModel model = Initial();
        var evaluator = new ModelEvaluator(Compute);

        Predictions whole = evaluator.Predict(model, data, progress: null, CancellationToken.None);
        Predictions part = evaluator.Predict(model, data.Subset([35, 3]), progress: null, CancellationToken.None);

        Assert.Equal(40, whole.Count);
        Assert.True(whole.IsSynthetic);
        Assert.Equal([whole.Labels[35], whole.Labels[3]], part.Labels);
        Assert.Equal([.. whole.Of(35), .. whole.Of(3)], part.Probabilities.ToArray(), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(0, evaluator.Predict(model, data.Subset([]), progress: null, CancellationToken.None).Count);
    }

    [Fact]
    public async Task TwoInstitutions_OneStepEach_AverageToOneStepOnBothTogether()
    {
        // Plain SGD, one batch, no augmentation, GroupNorm: the gradient of a mean is the mean of the gradients.
        PreparedDataset data = await PhantomsAsync(12);
        GlobalModel global = Initial();
        var plan = new TrainingPlan
        {
            Epochs = 1,
            BatchSize = 12,
            Optimizer = LocalOptimizer.Sgd,
            LearningRate = 0.05,
            Momentum = 0,
            WeightDecay = 0,
            GradientClip = 0,
            Augment = false,
            Balance = ClassBalance.None,
        };
        var averaging = new PlainFederatedAveraging(global.Layout);
        averaging.Add("a", Train(global, data.Subset([0, 1, 2, 3, 4]), plan).Update);
        averaging.Add("b", Train(global, data.Subset([5, 6, 7, 8, 9, 10, 11]), plan).Update);

        float[] central = Update(global, data, plan);
        float[] federated = averaging.Mean().Difference.ToArray();

        double distance = Norm([.. central.Zip(federated, (a, b) => a - b)]);
        Assert.True(distance < 1e-4 * Norm(central), $"Distance {distance:G3} of {Norm(central):G3}.");
    }

    private static LocalTrainingResult Train(GlobalModel global, PreparedDataset data, TrainingPlan plan, int round = 1, int rounds = 1) =>
        new LocalTrainer(Compute).Train(global, data, plan, round, rounds, institutionSeed: 0, progress: null, CancellationToken.None);

    private static float[] Update(GlobalModel global, PreparedDataset data, TrainingPlan plan) => Train(global, data, plan).Update.Difference.ToArray();

    private static double Norm(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));

    private static GlobalModel Initial(ModelDescription? description = null)
    {
        using var model = ClassifierModel.Create(description ?? Description, Compute, seed: 1);
        float[] values = new float[model.Layout.ValueCount];
        model.CopyValuesTo(values);
        return new GlobalModel(model.Layout, 0, values);
    }

    private static async Task<PreparedDataset> PhantomsAsync(int count)
    {
        var consortium = new PhantomConsortium(new PhantomConsortiumOptions { ImageCount = count, InstitutionCount = 1, HoldoutCount = 0, Size = 64, Seed = 2 });
        return await consortium.PrepareAsync(consortium.Institutions[0], PreprocessingPipeline.Default(32), progress: null, CancellationToken.None);
    }

    private sealed class Recorder : IProgress<TrainingProgress>
    {
        public List<TrainingProgress> Seen { get; } = [];

        public Action<TrainingProgress>? OnReport { get; set; }

        public void Report(TrainingProgress value)
        {
            Seen.Add(value);
            OnReport?.Invoke(value);
        }
    }
}
