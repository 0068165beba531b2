using FedPortal.Training.Imaging;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using Xunit;

namespace FedPortal.Tests.Training.Native;

/// <summary>
/// Our fused bfloat16 kernels against libtorch's own autograd in float32. bfloat16 keeps 8 bits, so one rounding errs by up to 2⁻⁹ of a value;
/// through fifty layers the gradient's direction stays within a cosine of 0.99 on a well-conditioned network.
/// </summary>
[Collection("Heavy")]
public class FastPathTests
{
    private static readonly TrainingStepOptions PlainLoss = new() { LearningRate = 0.01f };

    [Theory]
    [InlineData(ClassifierArchitecture.ResNet50, 96)]
    [InlineData(ClassifierArchitecture.ResNet50GroupNorm, 64)]
    [InlineData(ClassifierArchitecture.ResNet50Slim, 64)]
    [InlineData(ClassifierArchitecture.ResNet50Slim, 50)]
    public void Gradient_InBfloat16_PointsWhereFloat32Points(ClassifierArchitecture architecture, int size)
    {
        ImageBatch batch = TestBatches.Stripes(count: 12, size, classCount: 3);
        float[] values = WellConditioned(architecture);

        float[] fast = GradientOf(architecture, values, batch, ComputePrecision.Brain, threads: 1);
        float[] exact = GradientOf(architecture, values, batch, ComputePrecision.Full, threads: 1);

        Assert.InRange(Vectors.Cosine(fast, exact), 0.99, 1.0001);
        Assert.InRange(Vectors.Norm(fast) / Vectors.Norm(exact), 0.97, 1.03);
        foreach (TensorEntry tensor in ClassifierModel.LayoutOf(new ModelDescription(architecture, 3)).Tensors.Where(tensor => tensor.Shape.Count == 4))
        {
            double cosine = Vectors.Cosine(fast.AsSpan(tensor.Offset, tensor.Count), exact.AsSpan(tensor.Offset, tensor.Count));
            Assert.True(cosine > 0.96, $"{tensor.Name}: cosine {cosine}");
        }
    }

    [Fact]
    public void Gradient_InBfloat16_IsAsCloseAsTorchsAutocast()
    {
        ImageBatch batch = TestBatches.Stripes(count: 8, size: 64, classCount: 3);
        float[] values = WellConditioned(ClassifierArchitecture.ResNet50);
        ModelLayout layout = ClassifierModel.LayoutOf(new ModelDescription(ClassifierArchitecture.ResNet50, 3));

        float[] exact = TorchvisionReference.Gradient(layout, values, batch, PlainLoss);
        float[] autocast = TorchvisionReference.Gradient(layout, values, batch, PlainLoss, autocast: true);
        float[] fast = GradientOf(ClassifierArchitecture.ResNet50, values, batch, ComputePrecision.Brain, threads: 1);

        Assert.InRange(Vectors.RelativeDistance(fast, exact), 0, 1.25 * Vectors.RelativeDistance(autocast, exact));
    }

    [Theory]
    [InlineData(ClassifierArchitecture.ResNet50, LocalOptimizer.Sgd)]
    [InlineData(ClassifierArchitecture.ResNet50GroupNorm, LocalOptimizer.AdamW)]
    [InlineData(ClassifierArchitecture.ResNet50Slim, LocalOptimizer.AdamW)]
    public void TrainSteps_WithOneAndTwoThreads_AreBitIdentical(ClassifierArchitecture architecture, LocalOptimizer optimizer)
    {
        float[] one = TrainedValues(architecture, optimizer, threads: 1), again = TrainedValues(architecture, optimizer, threads: 1);
        float[] two = TrainedValues(architecture, optimizer, threads: 2);

        Assert.Equal(one, again);
        Assert.Equal(one, two);
    }

    [Theory]
    [InlineData(ClassifierArchitecture.ResNet50)]
    [InlineData(ClassifierArchitecture.ResNet50Slim)]
    public void Predict_InBfloat16_IsNearFloat32(ClassifierArchitecture architecture)
    {
        ImageBatch batch = TestBatches.Stripes(count: 4, size: 64, classCount: 3);
        float[] values = TrainedValues(architecture, LocalOptimizer.AdamW, threads: 1), fast = new float[12], exact = new float[12];

        Predict(architecture, values, batch, ComputePrecision.Brain, fast);
        Predict(architecture, values, batch, ComputePrecision.Full, exact);

        Assert.InRange(Vectors.RelativeDistance(fast, exact), 0, 0.05);
    }

    // Fresh deep networks amplify rounding, so that even two exact libraries disagree; a small last scale in each block tames them.
    private static float[] WellConditioned(ClassifierArchitecture architecture)
    {
        SkipWithoutBrain();
        using var model = ClassifierModel.Create(new ModelDescription(architecture, 3), new ComputeOptions(ComputeDevice.Cpu, ComputePrecision.Full, 1), seed: 2);
        float[] values = new float[model.Layout.ValueCount];
        model.CopyValuesTo(values);
        foreach (TensorEntry tensor in model.Layout.Tensors.Where(tensor => tensor.Name.EndsWith("bn3.weight", StringComparison.Ordinal)))
        {
            values.AsSpan(tensor.Offset, tensor.Count).Fill(0.05f);
        }

        Vectors.RoundToBrain(values);
        return values;
    }

    private static float[] GradientOf(ClassifierArchitecture architecture, float[] values, ImageBatch batch, ComputePrecision precision, int threads)
    {
        using var model = ClassifierModel.Create(new ModelDescription(architecture, 3), new ComputeOptions(ComputeDevice.Cpu, precision, threads), seed: 2);
        float[] gradient = new float[model.Layout.ParameterCount];
        model.SetValues(values);
        model.CopyGradientTo(batch, PlainLoss, gradient);
        return gradient;
    }

    private static float[] TrainedValues(ClassifierArchitecture architecture, LocalOptimizer optimizer, int threads)
    {
        SkipWithoutBrain();
        using var model = ClassifierModel.Create(new ModelDescription(architecture, 3), new ComputeOptions(ComputeDevice.Cpu, ComputePrecision.Brain, threads), seed: 2);
        float[] values = new float[model.Layout.ValueCount];
        for (int i = 0; i < 3; i++)
        {
            model.TrainStep(TestBatches.Stripes(8, 64, 3, seed: i), new TrainingStepOptions { Optimizer = optimizer, LearningRate = 1e-3f, GradientClip = 5 });
        }

        model.CopyValuesTo(values);
        return values;
    }

    private static void Predict(ClassifierArchitecture architecture, float[] values, ImageBatch batch, ComputePrecision precision, float[] logits)
    {
        using var model = ClassifierModel.Create(new ModelDescription(architecture, 3), new ComputeOptions(ComputeDevice.Cpu, precision, 1), seed: 2);
        model.SetValues(values);
        model.Predict(batch, logits);
    }

    private static void SkipWithoutBrain() =>
        Assert.SkipUnless(ClassifierModel.BuildText.Contains("bfloat16 present", StringComparison.Ordinal), "This processor has no bfloat16.");
}
