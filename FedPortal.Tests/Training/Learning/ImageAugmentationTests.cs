using FedPortal.Training.Learning;
using Xunit;

namespace FedPortal.Tests.Training.Learning;

public class ImageAugmentationTests
{
    private const int Size = 32;

    [Fact]
    public void EqualSeeds_GiveEqualImages_AndTheSourceStays()
    {
        float[] source = Ramp();
        float[] before = [.. source];

        Assert.Equal(Augmented(source, 4), Augmented(source, 4));
        Assert.NotEqual(Augmented(source, 4), Augmented(source, 5));
        Assert.Equal(before, source);
    }

    [Fact]
    public void FlatImage_StaysFlat()
    {
        float[] flat = new float[Size * Size];
        flat.AsSpan().Fill(0.25f);

        for (int seed = 0; seed < 20; seed++)
        {
            Assert.All(Augmented(flat, seed), pixel => Assert.Equal(0.25f, pixel, 1e-4f));
        }
    }

    [Fact]
    public void Mirror_ComesInAboutHalfOfAll_AndMovesStaySmall()
    {
        float[] ramp = Ramp();
        int mirrored = 0;
        for (int seed = 0; seed < 400; seed++)
        {
            float[] changed = Augmented(ramp, seed);
            mirrored += changed[(16 * Size) + 1] > changed[(16 * Size) + 30] ? 1 : 0;
            Assert.All(changed, pixel => Assert.InRange(pixel, -0.8f, 1.8f));
        }

        // 200 ± 4 standard deviations of a fair coin; cut-out over one edge can hide no side's order on a ramp.
        Assert.InRange(mirrored, 160, 240);
    }

    [Fact]
    public void Affine_SmallBlobStaysNearTheCentre()
    {
        float[] blob = new float[Size * Size];
        blob[(16 * Size) + 16] = 1;
        blob[(16 * Size) + 15] = 1;
        blob[(15 * Size) + 16] = 1;
        blob[(15 * Size) + 15] = 1;
        for (int seed = 0; seed < 100; seed++)
        {
            float[] changed = Augmented(blob, seed);
            int brightest = Array.IndexOf(changed, changed.Max());
            if (changed[brightest] > 0.5f)
            {
                // 6 % of 32 pixels, scaled by up to 1.1, and one pixel of rounding.
                Assert.InRange(brightest % Size, 12, 19);
                Assert.InRange(brightest / Size, 12, 19);
            }
        }
    }

    [Fact]
    public void WrongLength_NamesBothSides()
    {
        var error = Assert.Throws<ArgumentException>(() => new ImageAugmentation(Size, 1).Apply(new float[5], new float[5]));

        Assert.Contains("Expected 1024 values but got 5", error.Message, StringComparison.Ordinal);
    }

    private static float[] Ramp() => [.. Enumerable.Range(0, Size * Size).Select(i => (i % Size) / (float)Size)];

    private static float[] Augmented(float[] source, int seed)
    {
        float[] destination = new float[source.Length];
        new ImageAugmentation(Size, seed).Apply(source, destination);
        return destination;
    }
}
