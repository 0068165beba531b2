using FedPortal.Training.Comparison;
using Xunit;

namespace FedPortal.Tests.Training.Comparison;

/// <summary>Per-FedAvg's gradient against finite differences of what it is the gradient of, on a logistic model in double precision.</summary>
public sealed class MetaGradientTests
{
    private const double Alpha = 0.3;
    private static readonly float[] Weights = [0.3f, -0.7f, 0.2f, 0.5f];
    private static readonly Batch Inner = Batch.Random(seed: 1, images: 6);
    private static readonly Batch Outer = Batch.Random(seed: 2, images: 5);

    [Fact]
    public void HessianFree_EqualsFiniteDifferencesOfTheObjectiveAfterTheInnerStep()
    {
        float[] gradient = MetaGradient.At(Weights, Alpha, Inner.Gradient, Outer.Gradient, isHessianFree: true);

        double[] expected = FiniteDifferences();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], gradient[i], 1e-4);
        }
    }

    [Fact]
    public void FirstOrder_IsTheOuterGradientAfterTheInnerStep_AndNotTheWholeOne()
    {
        float[] gradient = MetaGradient.At(Weights, Alpha, Inner.Gradient, Outer.Gradient, isHessianFree: false);

        double[] inner = Inner.GradientOf(Array.ConvertAll(Weights, w => (double)w));
        double[] expected = Outer.GradientOf([.. Weights.Select((w, i) => w - (Alpha * inner[i]))]);
        double[] whole = FiniteDifferences();
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], gradient[i], 1e-6);
        }

        Assert.True(whole.Zip(gradient, (a, b) => Math.Abs(a - b)).Max() > 1e-3);
    }

    [Fact]
    public void WithoutAnInnerStep_BothAreTheOrdinaryGradient()
    {
        float[] first = MetaGradient.At(Weights, innerRate: 0, Inner.Gradient, Outer.Gradient, isHessianFree: false);
        float[] free = MetaGradient.At(Weights, innerRate: 0, Inner.Gradient, Outer.Gradient, isHessianFree: true);

        float[] expected = new float[Weights.Length];
        Outer.Gradient(Weights, expected);
        Assert.Equal(expected, first);
        Assert.Equal(expected, free);
    }

    private static double[] FiniteDifferences()
    {
        const double Step = 1e-5;
        double Objective(double[] w)
        {
            double[] inner = Inner.GradientOf(w);
            return Outer.Loss([.. w.Select((value, i) => value - (Alpha * inner[i]))]);
        }

        return [.. Weights.Select((_, i) =>
        {
            double[] ahead = Array.ConvertAll(Weights, w => (double)w);
            double[] behind = [.. ahead];
            ahead[i] += Step;
            behind[i] -= Step;
            return (Objective(ahead) - Objective(behind)) / (2 * Step);
        })];
    }

    private sealed record Batch(double[][] Images, int[] Labels)
    {
        public static Batch Random(int seed, int images)
        {
            var random = new Random(seed);
            return new Batch(
                [.. Enumerable.Range(0, images).Select(_ => Enumerable.Range(0, Weights.Length).Select(_ => (2 * random.NextDouble()) - 1).ToArray())],
                [.. Enumerable.Range(0, images).Select(_ => random.Next(2))]);
        }

        public double Loss(double[] w) => Images.Zip(Labels, (x, y) => Math.Log(1 + Math.Exp(-Sign(y) * Dot(w, x)))).Average();

        public double[] GradientOf(double[] w)
        {
            double[] gradient = new double[w.Length];
            foreach ((double[] x, int y) in Images.Zip(Labels))
            {
                double factor = -Sign(y) / (1 + Math.Exp(Sign(y) * Dot(w, x))) / Images.Length;
                for (int i = 0; i < w.Length; i++)
                {
                    gradient[i] += factor * x[i];
                }
            }

            return gradient;
        }

        public void Gradient(ReadOnlySpan<float> weights, float[] gradient)
        {
            double[] exact = GradientOf(Array.ConvertAll(weights.ToArray(), w => (double)w));
            for (int i = 0; i < gradient.Length; i++)
            {
                gradient[i] = (float)exact[i];
            }
        }

        private static double Sign(int label) => (2 * label) - 1;

        private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
    }
}
