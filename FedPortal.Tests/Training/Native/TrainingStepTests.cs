using FedPortal.Training.Imaging;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using Xunit;

namespace FedPortal.Tests.Training.Native;

/// <summary>Loss and update rule against formulas worked out here, in double, from the network's own logits and gradients.</summary>
public class TrainingStepTests
{
    private static readonly ModelDescription Slim = new(ClassifierArchitecture.ResNet50Slim, 3);
    private static readonly ImageBatch Batch = TestBatches.Stripes(count: 5, size: 32, classCount: 3);

    public static TheoryData<float, float, float[]?, float[]?> Losses => new()
    {
        { 0, 0, null, null },
        { 0.1f, 0, null, null },
        { 0, 2, null, null },
        { 0, 0.5f, [1, 3, 0.5f], null },
        { 0.1f, 2, [1, 3, 0.5f], [0.2f, -1, 0.4f] },
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public void Loss_EqualsItsFormula(float smoothing, float gamma, float[]? weights, float[]? adjustment)
    {
        using ClassifierModel model = Create(ComputePrecision.Full);
        float[] logits = new float[Batch.Count * 3];
        model.Predict(Batch, logits);
        var options = new TrainingStepOptions { LearningRate = 0, LabelSmoothing = smoothing, FocalGamma = gamma, ClassWeights = weights, LogitAdjustment = adjustment };

        // GroupNorm has no running statistics, so training and evaluation mode give the same logits.
        TrainingStepResult result = model.TrainStep(Batch, options);

        Assert.Equal(LossOf(logits, options), result.Loss, 1e-4);
        Assert.Equal(Enumerable.Range(0, Batch.Count).Count(i => logits.AsSpan(3 * i, 3).IndexOf(logits[(3 * i)..((3 * i) + 3)].Max()) == Batch.Labels[i]), result.CorrectCount);
    }

    [Theory]
    [InlineData(LocalOptimizer.Sgd, ComputePrecision.Full)]
    [InlineData(LocalOptimizer.AdamW, ComputePrecision.Full)]
    [InlineData(LocalOptimizer.Sgd, ComputePrecision.Automatic)]
    [InlineData(LocalOptimizer.AdamW, ComputePrecision.Automatic)]
    public void TrainStep_FollowsTheUpdateRule(LocalOptimizer optimizer, ComputePrecision precision)
    {
        using ClassifierModel model = Create(precision);
        var options = new TrainingStepOptions { Optimizer = optimizer, LearningRate = 2e-3f, WeightDecay = 0.02f, GradientClip = 0.7f, ProximalTerm = 0.3f };
        double[] start = Values(model), expected = [.. start], first = new double[start.Length], second = new double[start.Length];

        for (int step = 1; step <= 3; step++)
        {
            float[] gradient = new float[model.Layout.ParameterCount];
            model.CopyGradientTo(Batch, options, gradient);
            double[] current = Values(model), g = [.. gradient.Select((value, i) => value + (0.3 * (current[i] - start[i])))];
            double norm = Math.Sqrt(g.Sum(value => value * value)), scale = Math.Min(1, 0.7 / norm);
            TrainingStepResult result = model.TrainStep(Batch, options);
            Assert.Equal(norm, result.GradientNorm, norm * 1e-5);
            Update(optimizer, expected, [.. g.Select(value => value * scale)], first, second, step);
        }

        double[] actual = Values(model);
        double moved = Math.Sqrt(actual.Zip(start, (a, b) => (a - b) * (a - b)).Sum()), missed = Math.Sqrt(actual.Zip(expected, (a, b) => (a - b) * (a - b)).Sum());
        Assert.InRange(missed / moved, 0, 1e-3);
    }

    [Theory]
    [InlineData(LocalOptimizer.Sgd, ClassifierArchitecture.ResNet50Slim)]
    [InlineData(LocalOptimizer.AdamW, ClassifierArchitecture.EfficientNetB0)]
    public void TrainingThatIsResumed_GoesOnBitForBit(LocalOptimizer optimizer, ClassifierArchitecture architecture)
    {
        var options = new TrainingStepOptions { Optimizer = optimizer, LearningRate = 1e-3f };
        using var whole = ClassifierModel.Create(Slim with { Architecture = architecture }, new ComputeOptions(ComputeDevice.Cpu, Threads: 1), seed: 1);
        using var resumed = ClassifierModel.Create(Slim with { Architecture = architecture }, new ComputeOptions(ComputeDevice.Cpu, Threads: 1), seed: 99);
        whole.TrainStep(Batch, options);
        float[] values = new float[whole.Layout.ValueCount];
        whole.CopyValuesTo(values);
        OptimizerState state = whole.CopyOptimizerState();

        whole.TrainStep(Batch, options);
        resumed.SetValues(values);
        resumed.SetOptimizerState(state);
        resumed.TrainStep(Batch, options);

        Assert.Equal(1, state.StepCount);
        Assert.Equal(Values(whole), Values(resumed));
    }

    [Fact]
    public void InputGradient_EqualsAFiniteDifference()
    {
        using ClassifierModel model = Create(ComputePrecision.Full);
        var options = new TrainingStepOptions { LearningRate = 0 };
        float[] gradient = model.InputGradient(Batch, options);
        float[] direction = [.. gradient.Select(value => (float)(value / Vectors.Norm(gradient)))];

        double slope = (SummedLossAt(model, direction, 1e-3f) - SummedLossAt(model, direction, -1e-3f)) / 2e-3;

        Assert.Equal(Vectors.Norm(gradient), slope, 0.05 * Vectors.Norm(gradient));
    }

    [Fact]
    public void GradCam_GivesOneMapAnImage_WithGreatestValueOneOrZero()
    {
        using ClassifierModel model = Create(ComputePrecision.Automatic);

        float[] maps = model.GradCam(Batch);

        Assert.Equal(Batch.Pixels.Length, maps.Length);
        Assert.All(maps.Chunk(32 * 32), map => Assert.True(map.Max() is 0 or (> 0.99f and < 1.01f)));
        Assert.All(maps, value => Assert.InRange(value, 0, 1.01f));
        Assert.Contains(maps, value => value > 0.99f);
    }

    private static ClassifierModel Create(ComputePrecision precision) => ClassifierModel.Create(Slim, new ComputeOptions(ComputeDevice.Cpu, precision, Threads: 1), seed: 1);

    private static double[] Values(ClassifierModel model)
    {
        float[] values = new float[model.Layout.ValueCount];
        model.CopyValuesTo(values);
        return [.. values.Select(value => (double)value)];
    }

    private static double LossOf(float[] logits, TrainingStepOptions options)
    {
        double sum = 0, weightSum = 0;
        for (int i = 0; i < Batch.Count; i++)
        {
            double[] powers = [.. Enumerable.Range(0, 3).Select(k => Math.Exp(logits[(3 * i) + k] + (options.LogitAdjustment?[k] ?? 0)))];
            for (int k = 0; k < 3; k++)
            {
                double p = powers[k] / powers.Sum(), weight = options.ClassWeights?[k] ?? 1;
                double target = (k == Batch.Labels[i] ? 1 - options.LabelSmoothing : 0) + (options.LabelSmoothing / 3);
                sum -= target * weight * Math.Pow(1 - p, options.FocalGamma) * Math.Log(p);
            }

            weightSum += options.ClassWeights?[Batch.Labels[i]] ?? 1;
        }

        return sum / weightSum;
    }

    private static void Update(LocalOptimizer optimizer, double[] values, double[] gradient, double[] first, double[] second, int step)
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            if (optimizer == LocalOptimizer.Sgd)
            {
                first[i] = (0.9 * first[i]) + gradient[i] + (0.02 * values[i]);
                values[i] -= 2e-3 * first[i];
            }
            else
            {
                first[i] = (0.9 * first[i]) + (0.1 * gradient[i]);
                second[i] = (0.999 * second[i]) + (0.001 * gradient[i] * gradient[i]);
                double update = first[i] / (1 - Math.Pow(0.9, step)) / (Math.Sqrt(second[i] / (1 - Math.Pow(0.999, step))) + 1e-8);
                values[i] -= 2e-3 * ((0.02 * values[i]) + update);
            }
        }
    }

    private static double SummedLossAt(ClassifierModel model, float[] direction, float step)
    {
        float[] moved = [.. Batch.Pixels.Select((pixel, i) => pixel + (step * direction[i]))];
        return Batch.Count * model.TrainStep(new ImageBatch(Batch.Size, moved, Batch.Labels), new TrainingStepOptions { LearningRate = 0 }).Loss;
    }
}
