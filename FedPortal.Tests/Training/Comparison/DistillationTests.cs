using FedPortal.Training.Comparison;
using FedPortal.Training.Datasets;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using Xunit;

namespace FedPortal.Tests.Training.Comparison;

/// <summary>Distillation's loss against its formula, and the gradient that the network gives for it against finite differences.</summary>
[Collection("Heavy")]
public sealed class DistillationTests
{
    private const double Temperature = 3;
    private static readonly ComputeOptions Compute = new(ComputeDevice.Cpu, ComputePrecision.Full, Threads: 1);

    [Fact]
    public void Loss_IsTheSquareOfTheTemperatureTimesTheDivergence()
    {
        float[] logits = [1.5f, -0.5f, 0.25f];
        float[] soft = [0.2f, 0.5f, 0.3f];

        double loss = Distillation.Loss(logits, soft, Temperature);

        double[] exponents = [.. logits.Select(z => Math.Exp(z / Temperature))];
        double expected = Temperature * Temperature * soft.Select((p, c) => p * Math.Log(p / (exponents[c] / exponents.Sum()))).Sum();
        Assert.Equal(expected, loss, 1e-5);
        Assert.Equal(0, Distillation.Loss(logits, Distillation.Soften(logits, 3, Temperature), Temperature), 1e-6);
    }

    [Fact]
    public void Mean_IsTheMeanOfTheTeachers_AndRefusesUnequalOnes()
    {
        Assert.Equal([0.5f, 0.5f], Distillation.Mean([[0.75f, 0.25f], [0.25f, 0.75f]]));
        Assert.Throws<ArgumentException>(() => Distillation.Mean([[0.75f, 0.25f], [1f]]));
    }

    [Fact]
    public async Task TheNetworksGradient_EqualsFiniteDifferencesOfTheFormula()
    {
        PreparedDataset images = await PublicImagesAsync(6);
        using var model = ClassifierModel.Create(new ModelDescription(ClassifierArchitecture.ResNet50Slim, 3), Compute, seed: 3);
        float[] soft = [.. Enumerable.Range(0, images.Count).SelectMany(image => image % 2 == 0 ? new[] { 0.7f, 0.2f, 0.1f } : [0.1f, 0.3f, 0.6f])];
        var step = new DistillationStep(model, images, soft, Temperature);
        int[] batch = [0, 3, 4];

        (float[] gradient, double loss) = step.GradientOf(batch);

        float[] start = new float[model.Layout.ValueCount];
        model.CopyValuesTo(start);
        double norm = Math.Sqrt(gradient.Sum(g => (double)g * g));
        double Along(double length)
        {
            model.SetValues([.. start.Select((w, i) => (float)(w + (length / norm * gradient[i])))]);
            float[] logits = new float[batch.Length * 3];
            model.Predict(images.Batch(batch), logits);
            return batch.Select((image, i) => Distillation.Loss(logits.AsSpan(3 * i, 3), soft.AsSpan(3 * image, 3), Temperature)).Average();
        }

        const double Length = 2e-4;
        Assert.Equal(loss, Along(0), 1e-5);
        Assert.InRange((Along(Length) - Along(-Length)) / (2 * Length) / norm, 0.98, 1.02);
    }

    [Fact]
    public async Task AStudent_ComesToSayWhatItsTeachersSay()
    {
        PreparedDataset images = await PublicImagesAsync(12);
        GlobalModel student = ClassifierModel.FirstModel(new ModelDescription(ClassifierArchitecture.ResNet50Slim, 3), Compute, seed: 5);
        float[] soft = [.. Enumerable.Range(0, images.Count).SelectMany(image => Enumerable.Range(0, 3).Select(c => c == images.Label(image) ? 0.8f : 0.1f))];
        var plan = new TrainingPlan { Epochs = 10, BatchSize = 4, Seed = 1 };

        GlobalModel distilled = new DistillationTrainer(Compute).Train(student, images, soft, Temperature, plan, progress: null, TestContext.Current.CancellationToken);

        Assert.True(MeanLoss(distilled, images, soft) < 0.5 * MeanLoss(student, images, soft));
        Assert.Equal(1, distilled.Version);
    }

    private static double MeanLoss(GlobalModel model, PreparedDataset images, float[] soft)
    {
        using var network = ClassifierModel.Create(model.Layout.Description, Compute, seed: 0);
        network.SetValues(model.Values.Span);
        float[] logits = new float[images.Count * 3];
        network.Predict(images.Batch([.. Enumerable.Range(0, images.Count)]), logits);
        return Enumerable.Range(0, images.Count).Average(i => Distillation.Loss(logits.AsSpan(3 * i, 3), soft.AsSpan(3 * i, 3), Temperature));
    }

    private static Task<PreparedDataset> PublicImagesAsync(int count)
    {
        var consortium = new PhantomConsortium(new PhantomConsortiumOptions { ImageCount = count, InstitutionCount = 1, HoldoutCount = 0, Size = 64, Seed = 9 });
        return consortium.PrepareAsync(consortium.Institutions[0], PreprocessingPipeline.Default(32), progress: null, TestContext.Current.CancellationToken);
    }
}
