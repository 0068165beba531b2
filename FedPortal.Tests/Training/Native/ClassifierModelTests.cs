using FedPortal.Training.Imaging;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using Xunit;

namespace FedPortal.Tests.Training.Native;

public class ClassifierModelTests
{
    private static readonly ComputeOptions FullPrecision = new(ComputeDevice.Cpu, ComputePrecision.Full, Threads: 1);

    public static TheoryData<ClassifierArchitecture> Architectures => [.. Enum.GetValues<ClassifierArchitecture>()];

    // 25,557,032 and 5,288,548 are torchvision's published parameter counts; the buffers are its float buffers without num_batches_tracked.
    [Theory]
    [InlineData(ClassifierArchitecture.ResNet50, 25_557_032, 53_120)]
    [InlineData(ClassifierArchitecture.ResNet50GroupNorm, 25_557_032, 0)]
    [InlineData(ClassifierArchitecture.EfficientNetB0, 5_288_548, 42_016)]
    public void Layout_With1000Classes_HasTorchvisionsCounts(ClassifierArchitecture architecture, int parameters, int buffers)
    {
        ModelLayout layout = ClassifierModel.LayoutOf(new ModelDescription(architecture, 1000));

        Assert.Equal(parameters, layout.ParameterCount);
        Assert.Equal(parameters + buffers, layout.ValueCount);
    }

    [Fact]
    public void Layout_OfTheSlimForm_HasAboutOneAndAHalfMillionParameters()
    {
        ModelLayout layout = ClassifierModel.LayoutOf(new ModelDescription(ClassifierArchitecture.ResNet50Slim, 3));

        Assert.InRange(layout.ParameterCount, 1_450_000, 1_500_000);
        Assert.Equal(layout.ParameterCount, layout.ValueCount);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Create_WithTheSameSeed_GivesTheSameValues(ClassifierArchitecture architecture)
    {
        float[] first = ValuesOf(architecture, seed: 5), again = ValuesOf(architecture, seed: 5), other = ValuesOf(architecture, seed: 6);

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
    }

    [Theory]
    [InlineData(ClassifierArchitecture.ResNet50, 1f)]
    [InlineData(ClassifierArchitecture.ResNet50GroupNorm, 0.3f)]
    [InlineData(ClassifierArchitecture.ResNet50Slim, 0.3f)]
    public void Create_StartsTheLastScaleOfEachBlock(ClassifierArchitecture architecture, float scale)
    {
        var description = new ModelDescription(architecture, 3);
        float[] values = ValuesOf(architecture, seed: 1);

        TensorEntry[] lastScales = [.. ClassifierModel.LayoutOf(description).Tensors.Where(tensor => tensor.Name.EndsWith("bn3.weight", StringComparison.Ordinal))];

        Assert.Equal(16, lastScales.Length);
        Assert.All(lastScales, tensor => Assert.All(values[tensor.Offset..(tensor.Offset + tensor.Count)], value => Assert.Equal(scale, value)));
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void SetValues_ThenCopyValuesTo_ReturnsTheSameValues(ClassifierArchitecture architecture)
    {
        using var model = ClassifierModel.Create(new ModelDescription(architecture, 3), new ComputeOptions(ComputeDevice.Cpu), seed: 1);
        float[] values = [.. Enumerable.Range(0, model.Layout.ValueCount).Select(i => i * 1e-6f)], copy = new float[values.Length];

        model.SetValues(values);
        model.CopyValuesTo(copy);

        Assert.Equal(values, copy);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void TrainStep_Repeated_OverfitsATinyBatch(ClassifierArchitecture architecture)
    {
        using var model = ClassifierModel.Create(new ModelDescription(architecture, 3), new ComputeOptions(ComputeDevice.Cpu, Threads: 1), seed: 1);
        ImageBatch batch = TestBatches.Stripes(count: 6, size: 32, classCount: 3);
        var options = new TrainingStepOptions { Optimizer = LocalOptimizer.AdamW, LearningRate = 1e-3f, GradientClip = 5 };

        TrainingStepResult first = model.TrainStep(batch, options), last = first;
        for (int i = 0; i < 30 && last.Loss > 0.1f * first.Loss; i++)
        {
            last = model.TrainStep(batch, options);
        }

        Assert.True(last.Loss < 0.1f * first.Loss, $"The loss went from {first.Loss} to {last.Loss} only.");
        Assert.Equal(batch.Count, last.CorrectCount);
    }

    [Fact]
    public void Predict_DoesNotChangeTheValues()
    {
        using var model = ClassifierModel.Create(new ModelDescription(ClassifierArchitecture.EfficientNetB0, 3), FullPrecision, seed: 1);
        float[] before = new float[model.Layout.ValueCount], after = new float[model.Layout.ValueCount], logits = new float[12];
        model.CopyValuesTo(before);

        model.Predict(TestBatches.Noise(4, 32, 3), logits);
        model.CopyValuesTo(after);

        Assert.Equal(before, after);
        Assert.All(logits, logit => Assert.True(float.IsFinite(logit)));
    }

    [Fact]
    public void DeviceName_SaysDevicePrecisionAndThreads()
    {
        using var model = ClassifierModel.Create(new ModelDescription(ClassifierArchitecture.ResNet50Slim, 3), FullPrecision, seed: 1);

        Assert.Equal("CPU, float32, 1 thread", model.DeviceName);
    }

    private static float[] ValuesOf(ClassifierArchitecture architecture, ulong seed)
    {
        using var model = ClassifierModel.Create(new ModelDescription(architecture, 3), FullPrecision, seed);
        float[] values = new float[model.Layout.ValueCount];
        model.CopyValuesTo(values);
        return values;
    }
}
