using FedPortal.Training.Attacks.Inversion;
using Xunit;

namespace FedPortal.Tests.Training.Attacks;

public sealed class GradientInversionTests
{
    [Fact]
    public void TheGradients_AreThoseOfFiniteDifferences()
    {
        var network = new InversionNetwork(3);
        var random = new Random(1);

        // Small weights keep the probability of the label away from 0, where its logarithm would lose digits.
        double[] weights = [.. network.FreshWeights(random).Select(weight => weight / 10)];
        double[] pixels = [.. Enumerable.Range(0, InversionNetwork.PixelCount).Select(_ => random.NextDouble())];
        (double[] byWeights, double[] byPixels) = network.Gradients(weights, pixels, label: 1);

        // The bias of the true class moves the loss by p − 1, so the loss itself is known from the gradient: −ln p.
        double Loss(double[] w, double[] x) => -Math.Log(1 + network.Gradients(w, x, 1).Weights[^2]);

        foreach (int i in new[] { 0, 150, 312, 500, 4000, 7000, network.ParameterCount - 4, network.ParameterCount - 1 })
        {
            Assert.Equal(Difference(weights, i, w => Loss(w, pixels)), byWeights[i], 1e-7);
        }

        foreach (int i in new[] { 0, 31, 33, 512, 1023 })
        {
            Assert.Equal(Difference(pixels, i, x => Loss(weights, x)), byPixels[i], 1e-7);
        }
    }

    [Fact]
    public void WithoutNoise_TheImageComesBack_AndNoiseHidesIt()
    {
        float[] image = [.. Enumerable.Range(0, InversionNetwork.PixelCount).Select(i => 0.5f + (0.4f * MathF.Sin(i % 32 / 5f) * MathF.Cos(i / 32 / 7f)))];
        var attack = new GradientInversion(classes: 3, seed: 1);

        InversionResult clear = attack.Run(image, label: 1, noiseMultiplier: 0, null, default);
        InversionResult noisy = attack.Run(image, label: 1, noiseMultiplier: 1e-2, null, default);

        Assert.True(clear.PeakSignalToNoise > 40, $"{clear.PeakSignalToNoise} dB after {clear.Iterations} iterations");
        Assert.True(noisy.PeakSignalToNoise < 20, $"{noisy.PeakSignalToNoise} dB");
    }

    private static double Difference(double[] at, int index, Func<double[], double> function)
    {
        const double Step = 1e-6;
        double[] ahead = [.. at];
        double[] behind = [.. at];
        ahead[index] += Step;
        behind[index] -= Step;
        return (function(ahead) - function(behind)) / (2 * Step);
    }
}
