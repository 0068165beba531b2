using FedPortal.Training.Imaging;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using Xunit;

namespace FedPortal.Tests.Training.Native;

/// <summary>Whatever goes wrong behind the C boundary arrives as a .NET exception with the native text, and the process lives on.</summary>
public class NativeFailureTests
{
    private static readonly TrainingStepOptions Options = new() { LearningRate = 1e-3f };
    private static readonly ModelDescription Slim = new(ClassifierArchitecture.ResNet50Slim, 3);

    [Theory]
    [InlineData(0, typeof(InvalidOperationException), "mat1 and mat2 shapes cannot be multiplied")]
    [InlineData(1, typeof(InsufficientMemoryException), "memory")]
    [InlineData(2, typeof(InvalidOperationException), "something other than a std::exception")]
    [InlineData(3, typeof(InsufficientMemoryException), "bad_alloc")]
    [InlineData(4, typeof(InvalidOperationException), "A fault that a test asked for.")]
    [InlineData(5, typeof(InsufficientMemoryException), "MiB are free")]
    [InlineData(99, typeof(ArgumentException), "Fault must be 0 to 5 but is 99.")]
    public void InjectedFault_BecomesAnException_AndTheNextCallWorks(int kind, Type type, string text)
    {
        using ClassifierModel model = CreateSlim();

        Exception error = Assert.ThrowsAny<Exception>(() => FedTorch.Check(FedTorch.fed_test_fault(kind)));

        Assert.IsType(type, error);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
        Assert.True(float.IsFinite(model.TrainStep(TestBatches.Noise(2, 32, 3), Options).Loss));
    }

    [Theory]
    [InlineData(1, 3, "Class count must be 2 to 100000 but is 1.")]
    [InlineData(3, 2, "Input channels must be 1 or 3 but are 2.")]
    public void Create_WithABadDescription_SaysWhatIsWrong(int classes, int channels, string text)
    {
        var description = new ModelDescription(ClassifierArchitecture.ResNet50Slim, classes, channels);

        var error = Assert.Throws<ArgumentException>(() => ClassifierModel.Create(description, new ComputeOptions(), seed: 1));

        Assert.Equal(text, error.Message);
    }

    [Fact]
    public void Create_OnCudaWithoutADevice_SaysSo()
    {
        Assert.SkipWhen(ClassifierModel.BuildText.Contains("CUDA present", StringComparison.Ordinal), "There is a CUDA device here.");

        var error = Assert.Throws<ArgumentException>(() => ClassifierModel.Create(Slim, new ComputeOptions(ComputeDevice.Cuda), seed: 1));

        Assert.Contains("no CUDA device", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SetValues_OfTheWrongLength_NamesBothLengths()
    {
        using ClassifierModel model = CreateSlim();

        var error = Assert.Throws<ArgumentException>(() => model.SetValues(new float[7]));

        Assert.Equal($"Values: expected {model.Layout.ValueCount} but got 7.", error.Message);
    }

    [Fact]
    public void TrainStep_WithALabelOutOfRange_NamesImageAndLabel()
    {
        using ClassifierModel model = CreateSlim();
        ImageBatch batch = TestBatches.Noise(2, 32, 3);
        batch.Labels[1] = 3;

        var error = Assert.Throws<ArgumentException>(() => model.TrainStep(batch, Options));

        Assert.Equal("Label 3 of image 1 is not below the class count 3.", error.Message);
    }

    [Fact]
    public void TrainStep_WithATinyImage_NamesTheSizes()
    {
        using ClassifierModel model = CreateSlim();

        var error = Assert.Throws<ArgumentException>(() => model.TrainStep(TestBatches.Noise(2, 16, 3), Options));

        Assert.Equal("Images must be at least 32x32 pixels but are 16x16.", error.Message);
    }

    [Fact]
    public void TrainStep_WithABatchBeyondMemory_IsRefusedBeforeItAllocates()
    {
        using var model = ClassifierModel.Create(Slim with { Architecture = ClassifierArchitecture.ResNet50GroupNorm }, new ComputeOptions(ComputeDevice.Cpu, ComputePrecision.Full, 1), seed: 1);
        var batch = new ImageBatch(10_000, new float[10_000 * 10_000], [0]);

        var error = Assert.Throws<InsufficientMemoryException>(() => model.TrainStep(batch, Options));

        Assert.Contains("MiB", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Learning rate")]
    [InlineData("Momentum")]
    [InlineData("Beta2")]
    [InlineData("Label smoothing")]
    [InlineData("Focal gamma")]
    [InlineData("Class weights")]
    [InlineData("Logit adjustment")]
    [InlineData("Proximal term")]
    [InlineData("Gradient clip")]
    public void TrainStep_WithAnOptionOutOfRange_NamesIt(string option)
    {
        using ClassifierModel model = CreateSlim();
        TrainingStepOptions options = option switch
        {
            "Learning rate" => Options with { LearningRate = float.NaN },
            "Momentum" => Options with { Momentum = 1 },
            "Beta2" => Options with { Beta2 = -0.1f },
            "Label smoothing" => Options with { LabelSmoothing = 1 },
            "Focal gamma" => Options with { FocalGamma = -1 },
            "Class weights" => Options with { ClassWeights = [1, 1] },
            "Logit adjustment" => Options with { LogitAdjustment = [0, float.PositiveInfinity, 0] },
            "Proximal term" => Options with { ProximalTerm = -1 },
            _ => Options with { GradientClip = -1 },
        };

        var error = Assert.Throws<ArgumentException>(() => model.TrainStep(TestBatches.Noise(2, 32, 3), options));

        Assert.StartsWith(option, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TrainStep_OnPixelsThatAreNotNumbers_FailsAndChangesNothing()
    {
        using ClassifierModel model = CreateSlim();
        ImageBatch batch = TestBatches.Noise(2, 32, 3);
        float[] before = new float[model.Layout.ValueCount], after = new float[before.Length];
        batch.Pixels[5] = float.NaN;
        model.CopyValuesTo(before);

        var error = Assert.Throws<InvalidOperationException>(() => model.TrainStep(batch, Options));

        model.CopyValuesTo(after);
        Assert.Contains("not finite", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, after);
    }

    [Fact]
    public void TrainStep_OfBatchNormOnOneValueAChannel_IsRefused()
    {
        using var model = ClassifierModel.Create(new ModelDescription(ClassifierArchitecture.ResNet50, 3), new ComputeOptions(ComputeDevice.Cpu, Threads: 1), seed: 1);

        var error = Assert.Throws<ArgumentException>(() => model.TrainStep(TestBatches.Noise(1, 32, 3), Options));

        Assert.Contains("BatchNorm cannot train on one value", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryCall_WhileAnotherHoldsTheModel_FailsAtOnce()
    {
        using ClassifierModel model = CreateSlim();
        FedTorch.Check(FedTorch.fed_test_hold(model.Handle, 1));

        var error = Assert.Throws<InvalidOperationException>(() => model.TrainStep(TestBatches.Noise(2, 32, 3), Options));
        Assert.Throws<InvalidOperationException>(model.ResetOptimizer);

        FedTorch.Check(FedTorch.fed_test_hold(model.Handle, 0));
        Assert.Equal("The model is in use by another thread.", error.Message);
        model.ResetOptimizer();
    }

    [Fact]
    public void EveryCall_AfterDispose_Throws()
    {
        ClassifierModel model = CreateSlim();
        model.Dispose();

        Assert.Throws<ObjectDisposedException>(() => model.CopyValuesTo(new float[model.Layout.ValueCount]));
        Assert.Throws<ObjectDisposedException>(() => model.TrainStep(TestBatches.Noise(2, 32, 3), Options));
        Assert.Throws<ObjectDisposedException>(() => model.Predict(TestBatches.Noise(2, 32, 3), new float[6]));
    }

    [Fact]
    public void StructOfAnotherSize_IsRefusedInWords()
    {
        var network = new FedNetwork { Size = 3, ClassCount = 3, InputChannels = 3 };

        var error = Assert.Throws<ArgumentException>(() => FedTorch.Check(FedTorch.fed_layout_tensor_count(network, out _)));

        Assert.Equal("Size of fed_network: expected 16 but got 3.", error.Message);
    }

    private static ClassifierModel CreateSlim() => ClassifierModel.Create(Slim, new ComputeOptions(ComputeDevice.Cpu, Threads: 1), seed: 1);
}
