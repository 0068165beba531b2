using FedPortal.Encryption.Arithmetic;
using FedPortal.Tests.Training.Native;
using FedPortal.Training.Accounting;
using FedPortal.Training.Datasets;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.Perturbation;
using Xunit;

namespace FedPortal.Tests.Training.Learning;

/// <summary>DP-SGD at an institution, and quantum noise as augmentation.</summary>
public class PatientNoiseTests
{
    private static readonly ModelDescription Slim = new(ClassifierArchitecture.ResNet50Slim, 3);
    private static readonly ComputeOptions OneThread = new(Precision: ComputePrecision.Full, Threads: 1);
    private static readonly PatientNoisePlan Noise = new() { SamplingRate = 0.5, ClippingNorm = 0.5, NoiseMultiplier = 1, Steps = 1 };

    [Fact]
    public async Task OneStep_EqualsClippingEveryPatientAlone_UpToItsNoise()
    {
        PreparedDataset data = await DataAsync();
        GlobalModel global = Start();
        TrainingPlan plan = Plan(Noise with { SamplingRate = 1, NoiseMultiplier = 1e-3 });

        LocalTrainingResult result = Train(global, data, plan, seed: 1);

        // SGD without momentum at rate 1: the update is minus the mean of the clipped gradients.
        using var model = ClassifierModel.Create(Slim, OneThread, seed: 1);
        model.SetValues(global.Values.Span);
        float[] expected = new float[global.Layout.ValueCount], gradient = new float[global.Layout.ParameterCount];
        foreach (int[] images in Enumerable.Range(0, data.Count).GroupBy(data.PatientKey).Select(group => group.ToArray()))
        {
            model.CopyGradientTo(data.Batch(images), new TrainingStepOptions { LearningRate = 0 }, gradient);
            double factor = Math.Min(1, 0.5 / (Vectors.Norm(gradient) * 1.001));
            for (int i = 0; i < gradient.Length; i++)
            {
                expected[i] -= (float)(factor * gradient[i] / data.Count);
            }
        }

        // The noise alone has the length z·C·√d / N.
        double noise = 1e-3 * 0.5 * Math.Sqrt(gradient.Length) / data.Count;
        float[] difference = [.. result.Update.Difference.ToArray().Zip(expected, (a, b) => a - b)];
        Assert.InRange(Vectors.Norm(difference), 0.98 * noise, 1.03 * noise);
        Assert.True(Vectors.Norm(expected) > 0.01);
        Assert.Empty(result.EpochLosses);
    }

    [Fact]
    public async Task TheNoise_IsWhatTheAccountantCharges_AndNobodyDrawnIsNoiseAlone()
    {
        PreparedDataset data = await DataAsync();
        GlobalModel global = Start();
        PatientNoisePlan noise = Noise with { SamplingRate = 1e-12, NoiseMultiplier = 2 };

        LocalTrainingResult result = Train(global, data, Plan(noise), seed: 2);

        int d = global.Layout.ParameterCount;
        double deviation = Vectors.Norm(result.Update.Difference.Span) / Math.Sqrt(d) * noise.SamplingRate * data.Count / noise.ClippingNorm * PatientNoisePlan.ScaledClip;
        Assert.InRange(deviation * deviation / noise.Release.LocalNoise, 1 - (8 * Math.Sqrt(2.0 / d)), 1 + (8 * Math.Sqrt(2.0 / d)));
    }

    [Fact]
    public void ThePlan_KeepsItsEpsilon_CloseToTheGaussianFormula()
    {
        PatientNoisePlan plan = (Noise with { SamplingRate = 0.1, Steps = 20 }).WithNoiseFor(4, 1e-5, rounds: 5);

        double epsilon = ((EpsilonStatement)plan.Statement(5, 1e-5)).Epsilon;
        double gaussian = RenyiCurve.From(RenyiOrders.Standard, order => 100 * GaussianPrivacy.SubsampledRenyi(order, plan.NoiseMultiplier, 0.1)).ToEpsilon(1e-5).Epsilon;

        Assert.InRange(epsilon, 3.999, 4);
        Assert.InRange(gaussian, 3.9, 4);
        Assert.IsType<NothingReleased>(plan.Statement(0, 1e-5));
    }

    [Fact]
    public async Task ClassCounts_AndNetworksThatMixImages_AreRefused()
    {
        PreparedDataset data = await DataAsync();
        TrainingPlan balanced = Plan(Noise) with { Balance = ClassBalance.LogitAdjustment };

        ArgumentException counts = Assert.Throws<ArgumentException>(() => new LocalTrainer(OneThread).Train(Start(), data, balanced, 1, 1, 0, null, CancellationToken.None));

        Assert.Contains("class counts are private", counts.Message, StringComparison.Ordinal);
        var mixing = new ModelDescription(ClassifierArchitecture.EfficientNetB0, 3);
        ModelLayout layout = ClassifierModel.LayoutOf(mixing);
        ArgumentException network = Assert.Throws<ArgumentException>(() =>
            new LocalTrainer(OneThread).Train(new GlobalModel(layout, 0, new float[layout.ValueCount]), data, Plan(Noise with { SamplingRate = 1 }), 1, 1, 0, null, CancellationToken.None));
        Assert.Contains("BatchNorm", network.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AModelOfAnotherOrderOfValues_IsRefused()
    {
        PreparedDataset data = await DataAsync();
        ModelLayout own = Start().Layout;
        var renamed = new ModelLayout(own.Description, [.. own.Tensors.Select(tensor => tensor with { Name = $"other.{tensor.Name}" })]);

        ArgumentException refused = Assert.Throws<ArgumentException>(() => new LocalTrainer(OneThread).Train(
            new GlobalModel(renamed, 0, new float[renamed.ValueCount]), data, Plan(Noise), 1, 1, 0, null, CancellationToken.None));

        Assert.Contains(own.Hash, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void PhotonNoise_HasThePoissonVariance_AndIsDrawnAnew()
    {
        const float black = -2, half = 0, white = 2;
        const double photons = 50;
        var augmentation = new PhotonAugmentation(photons, seed: 4);
        float[] flat = [.. Enumerable.Repeat(black, 10), .. Enumerable.Repeat(half, 20_000), .. Enumerable.Repeat(white, 20_000)];

        float[] first = augmentation.Apply(flat).ToArray(), second = augmentation.Apply(flat).ToArray();

        Assert.NotEqual(first, second);
        Assert.Equal(first, new PhotonAugmentation(photons, seed: 4).Apply(flat).ToArray());
        Assert.All(first[..10], value => Assert.Equal(black, value));
        foreach ((float[] pixels, double intensity) in new[] { (first[10..20_010], 0.5), (first[20_010..], 1.0) })
        {
            // In the pipeline's units an intensity of one is four: the variance is 16 v / N.
            double mean = pixels.Average(), variance = pixels.Average(value => (value - mean) * (value - mean));
            Assert.Equal((4 * intensity) - 2, mean, 0.02);
            Assert.InRange(variance / (16 * intensity / photons), 0.95, 1.05);
        }
    }

    [Fact]
    public async Task PhotonNoise_ChangesTraining_AndEqualPlansTrainEqually()
    {
        PreparedDataset data = await DataAsync();
        GlobalModel global = Start();
        TrainingPlan plan = new() { Epochs = 1, Seed = 3, PhotonCount = 100 };
        float[] Update(TrainingPlan of) => new LocalTrainer(OneThread).Train(global, data, of, 1, 1, 0, null, CancellationToken.None).Update.Difference.ToArray();

        float[] noisy = Update(plan);

        Assert.Equal(noisy, Update(plan));
        Assert.NotEqual(noisy, Update(plan with { PhotonCount = null }));
        Assert.Throws<ArgumentException>(() => TrainingPlanChecks.ThrowIfInvalid(plan with { PhotonCount = 0 }));
    }

    private static TrainingPlan Plan(PatientNoisePlan noise) => new()
    {
        Optimizer = LocalOptimizer.Sgd,
        LearningRate = 1,
        Momentum = 0,
        WeightDecay = 0,
        LabelSmoothing = 0,
        Balance = ClassBalance.None,
        Augment = false,
        BatchSize = 4,
        PatientNoise = noise,
    };

    private static LocalTrainingResult Train(GlobalModel global, PreparedDataset data, TrainingPlan plan, byte seed)
    {
        using var words = new RandomWords(new AesCtrGenerator([seed, .. new byte[15]], nonce: 3));
        return PatientNoiseTrainer.Train(OneThread, global, data, plan, seed: 1, plan.LearningRate, null, words, TestContext.Current.CancellationToken);
    }

    private static GlobalModel Start()
    {
        using var model = ClassifierModel.Create(Slim, OneThread, seed: 6);
        float[] values = new float[model.Layout.ValueCount];
        model.CopyValuesTo(values);
        return new GlobalModel(model.Layout, 0, values);
    }

    private static async Task<PreparedDataset> DataAsync()
    {
        var consortium = new PhantomConsortium(new PhantomConsortiumOptions { ImageCount = 10, InstitutionCount = 1, HoldoutCount = 0, Size = 64, Seed = 5 });
        return await consortium.PrepareAsync(consortium.Institutions[0], PreprocessingPipeline.Default(32), null, TestContext.Current.CancellationToken);
    }
}
