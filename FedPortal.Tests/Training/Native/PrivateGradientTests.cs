using FedPortal.Training.Imaging;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using Xunit;

namespace FedPortal.Tests.Training.Native;

/// <summary>The one-pass clipped gradients against one ordinary gradient for every patient.</summary>
public class PrivateGradientTests
{
    private static readonly ComputeOptions Full = new(Precision: ComputePrecision.Full, Threads: 1);

    [Theory]
    [InlineData(ClassifierArchitecture.ResNet50Slim, 64)]
    [InlineData(ClassifierArchitecture.ResNet50GroupNorm, 32)]
    public void ClippedSum_EqualsOneGradientAPatient(ClassifierArchitecture architecture, int size)
    {
        using var model = ClassifierModel.Create(new ModelDescription(architecture, 3), Full, seed: 3);
        ImageBatch batch = TestBatches.Stripes(count: 5, size, classCount: 3);
        int[] patients = [1, 0, 1, 2, 1];
        var options = new TrainingStepOptions { LearningRate = 0, LabelSmoothing = 0.05f };
        double[] expectedNorms = new double[3];
        var gradients = new float[3][];
        for (int patient = 0; patient < 3; patient++)
        {
            gradients[patient] = new float[model.Layout.ParameterCount];
            model.CopyGradientTo(Only(batch, [.. Enumerable.Range(0, 5).Where(image => patients[image] == patient)]), options, gradients[patient]);
            expectedNorms[patient] = Vectors.Norm(gradients[patient]);
        }

        // Between the smallest and the largest norm, so that some are clipped and some are not.
        double clip = (expectedNorms.Min() + expectedNorms.Max()) / 2;
        float[] sum = new float[model.Layout.ParameterCount];
        double[] norms = new double[3];
        model.CopyPrivateGradientTo(batch, patients, clip, options, sum, norms);

        float[] expected = new float[sum.Length];
        for (int patient = 0; patient < 3; patient++)
        {
            Assert.Equal(expectedNorms[patient], norms[patient], expectedNorms[patient] * 1e-4);
            double factor = Math.Min(1, clip / (norms[patient] * 1.001));
            for (int i = 0; i < expected.Length; i++)
            {
                expected[i] += (float)(factor * gradients[patient][i]);
            }
        }

        Assert.Contains(norms, norm => norm > clip);
        Assert.Contains(norms, norm => norm < clip);
        Assert.True(Vectors.RelativeDistance(sum, expected) < 1e-4);
    }

    [Fact]
    public void OnePatientAlone_IsNeverLongerThanTheClippingNorm()
    {
        using var model = ClassifierModel.Create(new ModelDescription(ClassifierArchitecture.ResNet50Slim, 3), Full, seed: 3);
        float[] gradient = new float[model.Layout.ParameterCount];

        model.CopyPrivateGradientTo(TestBatches.Stripes(4, 32, 3), [0, 0, 0, 0], 1e-3, new TrainingStepOptions { LearningRate = 0 }, gradient, new double[1]);

        Assert.InRange(Vectors.Norm(gradient), 0.99e-3, 1e-3);
    }

    [Fact]
    public void AppliedGradient_IsAnOrdinaryStep()
    {
        using var one = ClassifierModel.Create(new ModelDescription(ClassifierArchitecture.ResNet50Slim, 3), Full, seed: 3);
        using var other = ClassifierModel.Create(new ModelDescription(ClassifierArchitecture.ResNet50Slim, 3), Full, seed: 3);
        ImageBatch batch = TestBatches.Stripes(4, 32, 3);
        var options = new TrainingStepOptions { Optimizer = LocalOptimizer.AdamW, LearningRate = 1e-3f, WeightDecay = 0.01f };
        float[] gradient = new float[one.Layout.ParameterCount], first = new float[one.Layout.ValueCount], second = new float[one.Layout.ValueCount];

        one.TrainStep(batch, options);
        other.CopyGradientTo(batch, options, gradient);
        other.ApplyGradient(gradient, options);

        one.CopyValuesTo(first);
        other.CopyValuesTo(second);
        Assert.Equal(first, second);
    }

    [Fact]
    public void NetworksThatMixImages_AndNarrowNumbers_AreRefused()
    {
        using var mixing = ClassifierModel.Create(new ModelDescription(ClassifierArchitecture.EfficientNetB0, 3), Full, seed: 3);
        ImageBatch batch = TestBatches.Stripes(2, 32, 3);
        float[] gradient = new float[mixing.Layout.ParameterCount];
        var options = new TrainingStepOptions { LearningRate = 0 };

        ArgumentException refusal = Assert.Throws<ArgumentException>(() => mixing.CopyPrivateGradientTo(batch, [0, 1], 1, options, gradient, new double[2]));
        Assert.Contains("BatchNorm", refusal.Message, StringComparison.Ordinal);

        using var apart = ClassifierModel.Create(new ModelDescription(ClassifierArchitecture.ResNet50Slim, 3), Full, seed: 3);
        float[] slim = new float[apart.Layout.ParameterCount];
        Assert.Contains("no image", Assert.Throws<ArgumentException>(() => apart.CopyPrivateGradientTo(batch, [0, 0], 1, options, slim, new double[2])).Message, StringComparison.Ordinal);
        Assert.Contains("above 0", Assert.Throws<ArgumentException>(() => apart.CopyPrivateGradientTo(batch, [0, 1], 0, options, slim, new double[2])).Message, StringComparison.Ordinal);
    }

    private static ImageBatch Only(ImageBatch batch, int[] images)
    {
        int area = batch.Size * batch.Size;
        return new ImageBatch(batch.Size, [.. images.SelectMany(image => batch.Pixels[(image * area)..((image + 1) * area)])], [.. images.Select(image => batch.Labels[image])]);
    }
}
