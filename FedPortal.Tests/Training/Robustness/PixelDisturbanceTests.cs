using FedPortal.Training.Imaging;
using FedPortal.Training.Robustness;
using Xunit;

namespace FedPortal.Tests.Training.Robustness;

/// <summary>Noise has the spread that was asked for, blur is the average that a double loop gives, and nothing leaves black to white.</summary>
public sealed class PixelDisturbanceTests
{
    [Fact]
    public void AGreyLevelIsOneOf255()
    {
        Assert.Equal(4f / 255, GreyLevels.ToPrepared(1));
        Assert.Equal(255, GreyLevels.FromPrepared(4), 10);
        Assert.Equal([0, 128, 255, 255], GreyLevels.ToBytes([-2f, 0.01f, 2f, 3f]));
    }

    [Fact]
    public void GaussianNoiseHasItsDeviation()
    {
        float[] noisy = PixelDisturbances.Gaussian(new float[40_000], levels: 10, seed: 2);

        // Of 40,000 draws the deviation is known to 0.35 % (one standard error): 2 % is more than five of them.
        double deviation = GreyLevels.FromPrepared(Math.Sqrt(noisy.Average(v => (double)v * v)));
        Assert.InRange(deviation, 9.8, 10.2);
        Assert.All(PixelDisturbances.Gaussian(new float[1000], 255, 3), v => Assert.InRange(v, -2f, 2f));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    public void PhotonNoiseHasTheVarianceOfItsDose(double photons)
    {
        // Middle grey is intensity ½: variance ½/N, in prepared values times 4².
        float[] noisy = PixelDisturbances.Photons(new float[40_000], photons, seed: 3);

        double variance = noisy.Average(v => (double)v * v);
        Assert.InRange(variance / (16 * 0.5 / photons), 0.95, 1.05);
        Assert.InRange(noisy.Average(v => (double)v), -0.02, 0.02);
    }

    [Fact]
    public void BlurIsTheWeightedMeanOfTheNeighbourhood()
    {
        const int Size = 9;
        var random = new Random(5);
        float[] picture = [.. Enumerable.Range(0, Size * Size).Select(_ => (float)((random.NextDouble() * 4) - 2))];

        float[] blurred = PixelDisturbances.Blur(picture, Size, deviation: 1);

        int Inside(int at) => at < 0 ? -1 - at : at >= Size ? (2 * Size) - 1 - at : at;
        foreach ((int x, int y) in new[] { (4, 4), (0, 0), (8, 3) })
        {
            double sum = 0;
            double weights = 0;
            for (int dy = -3; dy <= 3; dy++)
            {
                for (int dx = -3; dx <= 3; dx++)
                {
                    double weight = Math.Exp(-((dx * dx) + (dy * dy)) / 2.0);
                    sum += weight * picture[(Inside(y + dy) * Size) + Inside(x + dx)];
                    weights += weight;
                }
            }

            Assert.Equal(sum / weights, blurred[(y * Size) + x], 1e-5);
        }
    }

    [Fact]
    public void LostContrastKeepsTheShareThatIsLeft()
    {
        float[] grey = PixelDisturbances.LoseContrast([-2f, 1f, 2f], 75);

        Assert.Equal([-0.5f, 0.25f, 0.5f], grey);
    }
}
