using FedPortal.Data;
using FedPortal.Planning;
using Xunit;

namespace FedPortal.Tests.Portal.Planning;

public class ReturnForecastTests
{
    [Fact]
    public void WhereEveryFigureIsCertain_TheResultIsPlainArithmetic()
    {
        ReturnAssumptions certain = new()
        {
            Institutions = 4,
            Years = 2,
            SetUpHours = Sure(100),
            YearlyHours = Sure(50),
            StaffHourCost = Sure(60),
            RoundsPerYear = Sure(36),
            RoundSeconds = Sure(1000),
            MachineHourCost = Sure(2),
            ReadingsPerYear = Sure(6000),
            MinutesSaved = Sure(2),
            ReaderHourCost = Sure(90),
            AvoidedCollection = Sure(1000),
        };

        ReturnForecast forecast = ReturnForecast.Of(certain);

        // Start 4·100·60 = 24,000; a year 4·50·60 + 4·36·1000/3600·2 = 12,080; a year's benefit 6000·2/60·90 = 18,000; avoided 4,000.
        Assert.Equal(24_000 + (2 * 12_080), forecast.Cost.Middle, 6);
        Assert.Equal(4_000 + (2 * 18_000), forecast.Benefit.Middle, 6);
        Assert.Equal(forecast.Net.Low, forecast.Net.High, 6);
        Assert.Equal(-8_160, forecast.Net.Middle, 6);
        Assert.Equal(0, forecast.ChanceOfGain);
        Assert.Equal(12 * (24_000 - 4_000) / (18_000.0 - 12_080), forecast.PaybackMonths!.Middle, 6);
    }

    [Fact]
    public void TheRanges_AreThoseOfManyRandomCases()
    {
        ReturnAssumptions assumptions = new();
        var random = new Random(11);
        double[] net = [.. Enumerable.Range(0, 200_000).Select(_ => NetOf(assumptions, random)).Order()];

        ReturnForecast forecast = ReturnForecast.Of(assumptions);

        double width = net[180_000] - net[20_000];
        Assert.InRange(Math.Abs(forecast.Net.Low - net[20_000]), 0, 0.02 * width);
        Assert.InRange(Math.Abs(forecast.Net.Middle - net[100_000]), 0, 0.02 * width);
        Assert.InRange(Math.Abs(forecast.Net.High - net[180_000]), 0, 0.02 * width);
        Assert.Equal((double)net.Count(value => value > 0) / net.Length, forecast.ChanceOfGain, 0.01);
    }

    [Fact]
    public void TheSwings_AreSorted_AndAFigureWithoutEffectHasNone()
    {
        ReturnForecast forecast = ReturnForecast.Of(new ReturnAssumptions { MachineHourCost = Sure(0) });

        Assert.Equal(forecast.Swings.Select(swing => swing.Width).OrderDescending(), forecast.Swings.Select(swing => swing.Width));
        Assert.Equal(0, forecast.Swings.Single(swing => swing.Name.StartsWith("Seconds of computing", StringComparison.Ordinal)).Width, 9);
        Assert.Equal("Minutes saved, each reading", forecast.Swings[0].Name);
    }

    [Theory]
    [InlineData(5, 4, 6, "expected low ≤ likely ≤ high but got 5, 4, 6")]
    [InlineData(-1, 4, 6, "must not be below 0 but is -1")]
    [InlineData(double.NaN, 4, 6, "enter three numbers")]
    public void AFigureThatIsNoRange_IsNamed(double low, double likely, double high, string reason)
    {
        ReturnAssumptions assumptions = new() { StaffHourCost = new Estimate(low, likely, high) };

        Assert.Contains(reason, Assert.Single(assumptions.Problems()), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ReturnForecast.Of(assumptions));
    }

    [Theory]
    [InlineData(0.0, 10)]
    [InlineData(1.0, 40)]
    [InlineData(1.0 / 3, 20)]
    public void TheQuantile_GoesFromLowThroughLikelyToHigh(double probability, double expected) =>
        Assert.Equal(expected, new Estimate(10, 20, 40).Quantile(probability), 9);

    [Theory]
    [InlineData(new long[] { 240, 160, 120 }, 500L)]
    [InlineData(new long[] { 33_000, 33_000, 33_999 }, 90_000L)]
    [InlineData(new long[] { 3, 3, 3 }, 9L)]
    public void ThePublicCount_IsRoundedDownToOneDigit(long[] ofEach, long expected) => Assert.Equal(expected, TransparencyStore.PublicCount(ofEach));

    [Theory]
    [InlineData(new long[] { })]
    [InlineData(new long[] { 500, 500 })]
    [InlineData(new long[] { 500, 500, 0 })]
    [InlineData(new long[] { 900, 100, 100 })]
    public void ThePublicCount_IsNotShownWhereItPointsAtAnInstitution(long[] ofEach) => Assert.Null(TransparencyStore.PublicCount(ofEach));

    private static Estimate Sure(double value) => new(value, value, value);

    // Independent of the product: the sum of two uniform triangles by rejection.
    private static double NetOf(ReturnAssumptions a, Random random)
    {
        double[] v = [.. a.Figures.Select(figure => Draw(figure.Value, random))];
        double yearly = (v[6] * v[7] / 60 * v[8]) - (a.Institutions * ((v[1] * v[2]) + (v[3] * v[4] * v[5] / 3600)));
        return (a.Years * yearly) + (a.Institutions * (v[9] - (v[0] * v[2])));
    }

    private static double Draw(Estimate e, Random random)
    {
        while (true)
        {
            double x = e.Low + (random.NextDouble() * (e.High - e.Low));
            double density = x < e.Likely ? (x - e.Low) / (e.Likely - e.Low) : (e.High - x) / (e.High - e.Likely);
            if (random.NextDouble() < density)
            {
                return x;
            }
        }
    }
}
