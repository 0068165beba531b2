using FedPortal.Tests.Training.Native;
using FedPortal.Training.Imaging;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.Robustness;
using Xunit;

namespace FedPortal.Tests.Training.Robustness;

/// <summary>The gradient attacks against finite differences, against a model that can be attacked by trying everything, and against their own bounds.</summary>
public sealed class GradientAttackTests
{
    private const int Size = 32;
    private static readonly ComputeOptions Exact = new(Precision: ComputePrecision.Full, Threads: 1);
    private static readonly TrainingStepOptions Loss = new() { LearningRate = 0.1f };

    [Fact]
    public void FgsmGoesTheWayThatFiniteDifferencesSay()
    {
        using ClassifierModel network = Network(out _);
        ImageBatch batch = TestBatches.Stripes(2, Size, 3);
        Clamp(batch.Pixels);
        float epsilon = GreyLevels.ToPrepared(1);

        float[] attacked = GradientAttacks.Fgsm(batch, epsilon, b => network.InputGradient(b, Loss));

        // Central differences of the loss, at the pixels whose slope is well above rounding.
        float[] slope = network.InputGradient(batch, Loss);
        int[] steep = [.. Enumerable.Range(0, slope.Length).Where(i => Math.Abs(batch.Pixels[i]) < 1.8f).OrderByDescending(i => Math.Abs(slope[i])).Take(40)];
        const float Step = 0.02f;
        Assert.All(steep, i =>
        {
            double difference = LossOf(network, Moved(batch, i, Step), i / (Size * Size)) - LossOf(network, Moved(batch, i, -Step), i / (Size * Size));
            Assert.Equal(Math.Sign(difference), Math.Sign(attacked[i] - batch.Pixels[i]));
            Assert.Equal(epsilon, Math.Abs(attacked[i] - batch.Pixels[i]), 1e-6f);
        });
    }

    [Theory]
    [InlineData(0.5, 3, 0.4)]
    [InlineData(8, 10, 2)]
    [InlineData(255, 4, 255)]
    public void PgdNeverLeavesItsBallNorTheValidRange(double levels, int steps, double stepLevels)
    {
        using ClassifierModel network = Network(out _);
        ImageBatch batch = TestBatches.Stripes(3, Size, 3, seed: 4);
        Clamp(batch.Pixels);
        float epsilon = GreyLevels.ToPrepared(levels);

        float[] attacked = GradientAttacks.Pgd(batch, epsilon, GreyLevels.ToPrepared(stepLevels), steps, seed: 7, b => network.InputGradient(b, Loss), default);

        Assert.All(attacked, pixel => Assert.InRange(pixel, -2f, 2f));
        Assert.InRange(attacked.Zip(batch.Pixels, (a, b) => Math.Abs((double)a - b)).Max(), 0, epsilon + 1e-6);
        Assert.Equal(attacked, GradientAttacks.Pgd(batch, epsilon, GreyLevels.ToPrepared(stepLevels), steps, seed: 7, b => network.InputGradient(b, Loss), default));
        Assert.NotEqual(attacked, GradientAttacks.Pgd(batch, epsilon, GreyLevels.ToPrepared(stepLevels), steps, seed: 8, b => network.InputGradient(b, Loss), default));
    }

    [Fact]
    public void OnAverageManySmallStepsHurtMoreThanOneLargeOne()
    {
        using ClassifierModel network = Network(out _);
        ImageBatch batch = TestBatches.Stripes(12, Size, 3, seed: 9);
        Clamp(batch.Pixels);
        float epsilon = GreyLevels.ToPrepared(8);
        float[] Gradient(ImageBatch b) => network.InputGradient(b, Loss);

        double clean = MeanLoss(network, batch);
        double fgsm = MeanLoss(network, new ImageBatch(Size, GradientAttacks.Fgsm(batch, epsilon, Gradient), batch.Labels));
        double pgd = MeanLoss(network, new ImageBatch(Size, GradientAttacks.Pgd(batch, epsilon, epsilon / 4, 20, 1, Gradient, default), batch.Labels));

        Assert.True(fgsm > clean, $"clean {clean}, FGSM {fgsm}");
        Assert.True(pgd >= fgsm, $"FGSM {fgsm}, PGD {pgd}");
    }

    [Fact]
    public void WithoutABudgetNothingMoves()
    {
        ImageBatch batch = TestBatches.Stripes(3, Size, 3);
        Clamp(batch.Pixels);

        Assert.Equal(batch.Pixels, GradientAttacks.Fgsm(batch, 0, b => [.. b.Pixels.Select(_ => 1f)]));
        Assert.Equal(batch.Pixels, GradientAttacks.Pgd(batch, 0, 0, 3, 1, b => [.. b.Pixels.Select(_ => 1f)], default));
    }

    [Fact]
    public void OnALinearModel_TheCurveIsTheOneOfTryingEveryCorner()
    {
        // One row of four pixels, two classes: the worst picture in an L∞ ball is one of its 16 corners.
        double[] weights = [0.9, -0.4, 0.05, 0.7];
        var random = new Random(3);
        ImageBatch[] images = [.. Enumerable.Range(0, 60).Select(i => new ImageBatch(2, [.. Enumerable.Range(0, 4).Select(_ => (float)((random.NextDouble() * 2) - 1))], [i % 2]))];
        double Score(float[] pixels) => pixels.Zip(weights, (p, w) => p * w).Sum();
        float[] Gradient(ImageBatch batch)
        {
            // d/dx of −log σ(±score): the class 1 wants a high score.
            double sign = batch.Labels[0] == 1 ? 1 : -1;
            double slope = -sign / (1 + Math.Exp(sign * Score(batch.Pixels)));
            return [.. weights.Select(w => (float)(slope * w))];
        }

        bool Right(float[] pixels, int label) => Score(pixels) > 0 == (label == 1);
        foreach (double levels in new double[] { 0, 5, 20, 60 })
        {
            float epsilon = GreyLevels.ToPrepared(levels);
            int brute = images.Count(image => Enumerable.Range(0, 16).All(corner =>
                Right([.. image.Pixels.Select((pixel, i) => pixel + ((corner >> i & 1) == 1 ? epsilon : -epsilon))], image.Labels[0])));

            Assert.Equal(brute, images.Count(image => Right(GradientAttacks.Fgsm(image, epsilon, Gradient), image.Labels[0])));
            Assert.Equal(brute, images.Count(image => Right(GradientAttacks.Pgd(image, epsilon, epsilon, 10, 1, Gradient, default), image.Labels[0])));
        }
    }

    private static ClassifierModel Network(out float[] values)
    {
        var network = ClassifierModel.Create(new ModelDescription(ClassifierArchitecture.ResNet50Slim, 3), Exact, seed: 5);
        values = new float[network.Layout.ValueCount];
        network.CopyValuesTo(values);
        return network;
    }

    private static void Clamp(float[] pixels)
    {
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = Math.Clamp(pixels[i], -2, 2);
        }
    }

    private static ImageBatch Moved(ImageBatch batch, int pixel, float by)
    {
        float[] pixels = [.. batch.Pixels];
        pixels[pixel] += by;
        return new ImageBatch(batch.Size, pixels, batch.Labels);
    }

    private static double MeanLoss(ClassifierModel network, ImageBatch batch) => Enumerable.Range(0, batch.Count).Average(image => LossOf(network, batch, image));

    private static double LossOf(ClassifierModel network, ImageBatch batch, int image)
    {
        float[] logits = new float[batch.Count * 3];
        network.Predict(batch, logits);
        double[] row = [.. logits.AsSpan(image * 3, 3).ToArray().Select(logit => (double)logit)];
        double largest = row.Max();
        return largest + Math.Log(row.Sum(logit => Math.Exp(logit - largest))) - row[batch.Labels[image]];
    }
}
