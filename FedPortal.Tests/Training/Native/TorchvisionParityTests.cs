using FedPortal.Training.Imaging;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using Xunit;

namespace FedPortal.Tests.Training.Native;

/// <summary>The same weights give the same answers in torchvision and in our engine, in float32.</summary>
[Collection("Heavy")]
public class TorchvisionParityTests
{
    private static readonly ComputeOptions FullPrecision = new(ComputeDevice.Cpu, ComputePrecision.Full, Threads: 1);

    public static TheoryData<ClassifierArchitecture> Architectures => [.. Enum.GetValues<ClassifierArchitecture>()];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Predict_EqualsTorchvision(ClassifierArchitecture architecture)
    {
        using var model = ClassifierModel.Create(new ModelDescription(architecture, 1000), FullPrecision, seed: 3);
        float[] values = TrainedLookingValues(model);
        ImageBatch batch = TestBatches.Stripes(count: 2, size: 96, classCount: 3);
        float[] logits = new float[2 * 1000];

        model.Predict(batch, logits);

        float[] reference = TorchvisionReference.Logits(model.Layout, values, batch);
        Assert.True(reference.Max() - reference.Min() > 0.5f, $"The logits {reference.Min()} to {reference.Max()} hardly differ, so this would compare nothing.");
        Assert.InRange(LargestDifference(reference, logits), 0, 1e-4);
    }

    [Theory]
    [InlineData(ClassifierArchitecture.ResNet50Slim, LocalOptimizer.Sgd, 0.01f, 0.005)]
    [InlineData(ClassifierArchitecture.ResNet50Slim, LocalOptimizer.AdamW, 1e-3f, 0.03)]
    [InlineData(ClassifierArchitecture.ResNet50, LocalOptimizer.Sgd, 0.001f, 0.001)]
    public void TrainStep_EqualsTorchsOptimizer(ClassifierArchitecture architecture, LocalOptimizer optimizer, float learningRate, double bound)
    {
        using var model = ClassifierModel.Create(new ModelDescription(architecture, 3), FullPrecision, seed: 3);
        float[] start = new float[model.Layout.ValueCount], trained = new float[start.Length];
        model.CopyValuesTo(start);
        ImageBatch batch = TestBatches.Stripes(count: 6, size: 64, classCount: 3);
        var options = new TrainingStepOptions
        {
            Optimizer = optimizer,
            LearningRate = learningRate,
            WeightDecay = 0.01f,
            LabelSmoothing = 0.1f,
            ClassWeights = [1, 2, 0.5f],
            GradientClip = 0.5f,
            ProximalTerm = 0.1f,
        };

        for (int i = 0; i < 3; i++)
        {
            model.TrainStep(batch, options);
        }

        model.CopyValuesTo(trained);
        float[] reference = TorchvisionReference.Train(model.Layout, start, batch, options, steps: 3);
        // Compared with how far training went. AdamW divides by the gradient's size, so rounding of tiny gradients moves single values far.
        Assert.InRange(Distance(trained, reference) / Distance(start, reference), 0, bound);
    }

    [Fact]
    public void CopyGradientTo_EqualsTorchvision()
    {
        using var model = ClassifierModel.Create(new ModelDescription(ClassifierArchitecture.ResNet50, 3), FullPrecision, seed: 3);
        float[] values = new float[model.Layout.ValueCount], gradient = new float[model.Layout.ParameterCount];
        model.CopyValuesTo(values);
        ImageBatch batch = TestBatches.Stripes(count: 6, size: 64, classCount: 3);
        var options = new TrainingStepOptions { LearningRate = 0, ClassWeights = [1, 2, 0.5f] };

        model.CopyGradientTo(batch, options, gradient);

        float[] reference = TorchvisionReference.Gradient(model.Layout, values, batch, options);
        Assert.InRange(Distance(gradient, reference) / Distance(reference, new float[reference.Length]), 0, 1e-4);
    }

    // Fresh running statistics are 0 and 1, and would hide a mix-up; so every value is moved a little. EfficientNet's fresh layers shrink the
    // signal, which running variances below 1 undo.
    private static float[] TrainedLookingValues(ClassifierModel model)
    {
        float[] values = new float[model.Layout.ValueCount];
        model.CopyValuesTo(values);
        var random = new Random(4);
        foreach (TensorEntry tensor in model.Layout.Tensors.Where(tensor => tensor.Shape.Count == 1))
        {
            float scale = tensor.Name.EndsWith("running_var", StringComparison.Ordinal) && model.Layout.Description.Architecture == ClassifierArchitecture.EfficientNetB0 ? 0.2f : 1;
            foreach (ref float value in values.AsSpan(tensor.Offset, tensor.Count))
            {
                value = scale * (value + (0.1f * random.NextSingle()));
            }
        }

        model.SetValues(values);
        return values;
    }

    private static float LargestDifference(float[] left, float[] right) => left.Zip(right, (a, b) => MathF.Abs(a - b)).Max();

    private static double Distance(float[] left, float[] right) => Math.Sqrt(left.Zip(right, (a, b) => Math.Pow((double)a - b, 2)).Sum());
}
