using FedPortal.Training.Imaging;
using Xunit;

namespace FedPortal.Tests.Training.Imaging;

public sealed class PreprocessingPipelineTests
{
    [Fact]
    public void ShrinkingByAWholeFactor_GivesTheMeanOfEachBlock()
    {
        GreyPlane source = Noise(12, 8, seed: 1);

        GreyPlane small = Resampling.Resize(source, 4, 2);

        for (int y = 0; y < 2; y++)
        {
            for (int x = 0; x < 4; x++)
            {
                double mean = (from dy in Enumerable.Range(0, 4) from dx in Enumerable.Range(0, 3) select (double)source.Values[(((y * 4) + dy) * 12) + (x * 3) + dx]).Average();
                Assert.Equal(mean, small.Values[(y * 4) + x], 5);
            }
        }
    }

    [Theory]
    [InlineData(10, 7)]
    [InlineData(10, 23)]
    [InlineData(1, 5)]
    [InlineData(255, 64)]
    public void AnyResize_KeepsAConstantConstant_AndShrinkingKeepsTheMean(int from, int to)
    {
        var flat = new GreyPlane(from, from, [.. Enumerable.Repeat(0.25f, from * from)]);
        GreyPlane noise = Noise(from, from, seed: 2);

        Assert.All(Resampling.Resize(flat, to, to).Values, value => Assert.Equal(0.25f, value, 5));
        if (to < from)
        {
            Assert.Equal(noise.Values.Average(), Resampling.Resize(noise, to, to).Values.Average(), 4);
        }
    }

    [Fact]
    public void Enlarging_FollowsAStraightLine()
    {
        var ramp = new GreyPlane(4, 1, [0, 1, 2, 3]);

        GreyPlane wide = Resampling.Resize(ramp, 8, 1);

        Assert.Equal([0, 0.25f, 0.75f, 1.25f, 1.75f, 2.25f, 2.75f, 3], wide.Values);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Median_IsTheMiddleOfTheSortedNeighbourhood(int radius)
    {
        GreyPlane source = Noise(9, 6, seed: 3);

        GreyPlane filtered = MedianFilter.Apply(source, radius);

        for (int y = 0; y < 6; y++)
        {
            for (int x = 0; x < 9; x++)
            {
                float[] window =
                [
                    .. (from dy in Enumerable.Range(-radius, (2 * radius) + 1)
                        from dx in Enumerable.Range(-radius, (2 * radius) + 1)
                        select source.Values[(Math.Clamp(y + dy, 0, 5) * 9) + Math.Clamp(x + dx, 0, 8)]).Order(),
                ];
                Assert.Equal(window[window.Length / 2], filtered.Values[(y * 9) + x]);
            }
        }
    }

    // With one tile and no clipping it is plain histogram equalisation: each value becomes the share of pixels in its bin or below.
    [Fact]
    public void EqualizationWithOneTileAndNoClipping_GivesTheRankOfEachPixel()
    {
        GreyPlane source = Noise(32, 32, seed: 4);

        GreyPlane equal = ContrastEqualization.Apply(source, 1, 256);

        for (int i = 0; i < source.Values.Length; i++)
        {
            double share = source.Values.Count(value => (int)(value * 256) <= (int)(source.Values[i] * 256)) / 1024.0;
            Assert.Equal(share, equal.Values[i], 5);
        }
    }

    [Fact]
    public void EqualizationWithTheStrictestClipping_HardlyChangesThePicture()
    {
        GreyPlane source = Noise(256, 256, seed: 5);

        GreyPlane equal = ContrastEqualization.Apply(source, 4, 1);

        Assert.True(source.Values.Zip(equal.Values, (a, b) => Math.Abs(a - b)).Max() < 0.05);
    }

    [Fact]
    public void WideImage_IsPaddedWithBlack_AboveAndBelow()
    {
        XrayImage image = Image(200, 100, (x, _) => (ushort)(x * 300));

        float[] prepared = PreprocessingPipeline.Plain(32).Prepare(image);

        Assert.All(prepared[..(8 * 32)], value => Assert.Equal(-2, value));
        Assert.All(prepared[^(8 * 32)..], value => Assert.Equal(-2, value));
        Assert.Equal(2, prepared[(16 * 32) + 31]);
        Assert.True(prepared[(16 * 32) + 10] < prepared[(16 * 32) + 20]);
    }

    [Fact]
    public void WideImage_IsCutToItsCentre_WhenCropping()
    {
        XrayImage image = Image(200, 100, (x, _) => (ushort)(x is < 50 or >= 150 ? 65535 : x * 100));

        float[] prepared = (PreprocessingPipeline.Plain(32) with { Fit = AspectFit.Crop }).Prepare(image);

        float[] row = prepared[..32];
        Assert.Equal(row.Order(), row);
    }

    [Fact]
    public void Percentiles_BecomeBlackAndWhite()
    {
        XrayImage image = Image(64, 64, (x, y) => (ushort)(1000 + (10 * ((y * 64) + x))));

        float[] prepared = (PreprocessingPipeline.Plain(64) with { LowPercentile = 10, HighPercentile = 90 }).Prepare(image);

        // 4096 even steps are stretched twice between their 10th and 90th percentile: after the first, a tenth lies at either end
        Assert.InRange(prepared.Count(value => value == -2), 405, 415);
        Assert.InRange(prepared.Count(value => value == 2), 405, 415);
        Assert.Equal(0, prepared[2048], 2);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(4000, 8)]
    [InlineData(3, 500)]
    [InlineData(256, 256)]
    public void ConstantAndAbsurdImages_GiveFiniteValues(int width, int height)
    {
        float[] prepared = PreprocessingPipeline.Default(64).Prepare(Image(width, height, (_, _) => 777));

        Assert.All(prepared, value => Assert.Equal(-2, value));
    }

    [Fact]
    public void OneImage_GivesTheSameBits_EachTime()
    {
        XrayImage image = Image(321, 200, (x, y) => (ushort)((x * 7919) ^ (y * 104729)));

        Assert.Equal(PreprocessingPipeline.Default(64).Prepare(image), PreprocessingPipeline.Default(64).Prepare(image));
    }

    [Fact]
    public void EveryParameter_ChangesTheHash()
    {
        PreprocessingPipeline start = PreprocessingPipeline.Default(64);
        PreprocessingPipeline[] all =
        [
            start, start with { Size = 65 }, start with { MedianRadius = 2 }, start with { EqualizationTiles = 5 }, start with { EqualizationClipLimit = 2.5 },
            start with { LowPercentile = 2 }, start with { HighPercentile = 98 }, start with { Fit = AspectFit.Crop },
        ];

        Assert.Equal(all.Length, all.Select(pipeline => pipeline.Hash).Distinct().Count());
        Assert.Equal(start.Hash, PreprocessingPipeline.Default(64).Hash);
        Assert.Equal(typeof(PreprocessingPipeline).GetProperties().Count(property => property.CanWrite), all.Length - 1);
    }

    [Fact]
    public void WrongParameters_AreRefusedWithBothSides()
    {
        ArgumentException failure = Assert.Throws<ArgumentException>(() => (PreprocessingPipeline.Default(64) with { MedianRadius = 9 }).Check());

        Assert.Contains("0 to 3 but got 9", failure.Message, StringComparison.Ordinal);
    }

    private static GreyPlane Noise(int width, int height, int seed)
    {
        var random = new Random(seed);
        return new GreyPlane(width, height, [.. Enumerable.Range(0, width * height).Select(_ => random.NextSingle())]);
    }

    private static XrayImage Image(int width, int height, Func<int, int, ushort> value) =>
        new(width, height, [.. Enumerable.Range(0, width * height).Select(i => value(i % width, i / width))]);
}
