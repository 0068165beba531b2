using FedPortal.Tests.Training.Learning;
using FedPortal.Training.Aggregation;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using Xunit;

namespace FedPortal.Tests.Training.Aggregation;

public class PlainFederatedAveragingTests
{
    private static readonly ModelLayout Layout = SmallLayout.Of(3);

    [Fact]
    public void Mean_OfIdenticalUpdates_IsThatUpdate()
    {
        float[] update = [0.1f, -3e-7f, 12345.678f];
        var averaging = new PlainFederatedAveraging(Layout);
        for (int i = 0; i < 7; i++)
        {
            averaging.Add($"hospital {i}", new ModelUpdate(Layout, update, (13 * i) + 1));
        }

        Assert.Equal(update, averaging.Mean().Difference.ToArray());
        Assert.Equal(7, averaging.Mean().ContributorCount);
    }

    [Fact]
    public void Mean_WeighsByExamples()
    {
        var averaging = new PlainFederatedAveraging(Layout);
        averaging.Add("a", new ModelUpdate(Layout, [1, 0, 4], 30));
        averaging.Add("b", new ModelUpdate(Layout, [0, 1, 8], 10));

        AggregatedUpdate mean = averaging.Mean();

        Assert.Equal([0.75f, 0.25f, 5f], mean.Difference.ToArray());
        Assert.Equal(40, mean.SampleCount);
    }

    [Fact]
    public void Mean_OfThousandsOfSmallUpdates_DoesNotDrown()
    {
        var averaging = new PlainFederatedAveraging(Layout);
        averaging.Add("large", new ModelUpdate(Layout, [1e8f, 1, 1], 1));
        for (int i = 0; i < 9999; i++)
        {
            averaging.Add($"small {i}", new ModelUpdate(Layout, [1, 1, 1], 1));
        }

        // Exact mean (1e8 + 9999) / 10000; float32 sums would lose every single 1.
        Assert.Equal((float)10000.9999, averaging.Mean().Difference.Span[0]);
    }

    [Fact]
    public void OneLinearStepEach_Averaged_EqualsOneStepOnAllData()
    {
        // Linear regression, y = w·x, loss mean (w·x − y)²/2: one full-batch step at each of three hospitals.
        var random = new Random(11);
        double[][][] hospitals = [.. new[] { 5, 12, 31 }.Select(n => Enumerable.Range(0, n).Select(_ => new[] { random.NextDouble(), random.NextDouble(), random.NextDouble(), random.NextDouble() }).ToArray())];
        float[] start = [0.3f, -0.2f, 0.5f];
        var averaging = new PlainFederatedAveraging(Layout);
        foreach ((int index, double[][] rows) in hospitals.Index())
        {
            averaging.Add($"hospital {index}", new ModelUpdate(Layout, [.. Step(start, rows)], rows.Length));
        }

        GlobalModel federated = ServerOptimizer.Create(FederatedStrategy.PlainFedAvg, ServerOptimizerOptions.For(FederatedStrategy.PlainFedAvg, 1))
            .Apply(new GlobalModel(Layout, 0, start), averaging.Mean());

        float[] central = [.. Step(start, [.. hospitals.SelectMany(rows => rows)]).Select((step, i) => start[i] + step)];
        Assert.Equal(central, federated.Values.ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Add_TwiceByOneInstitution_IsRefusedAndChangesNothing()
    {
        var averaging = new PlainFederatedAveraging(Layout);
        averaging.Add("a", new ModelUpdate(Layout, [1, 2, 3], 1));

        var error = Assert.Throws<ArgumentException>(() => averaging.Add("a", new ModelUpdate(Layout, [9, 9, 9], 1)));

        Assert.Contains("a was already added", error.Message, StringComparison.Ordinal);
        Assert.Equal([1f, 2f, 3f], averaging.Mean().Difference.ToArray());
    }

    [Fact]
    public void Add_AnotherLayout_NamesBothHashes()
    {
        ModelLayout other = SmallLayout.Of(2);

        var error = Assert.Throws<ArgumentException>(() => new PlainFederatedAveraging(Layout).Add("a", new ModelUpdate(other, [1, 2], 1)));

        Assert.Contains(other.Hash, error.Message, StringComparison.Ordinal);
        Assert.Contains(Layout.Hash, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Add_NotFinite_IsRefused_AndTheInstitutionMaySendAnother(float bad)
    {
        var averaging = new PlainFederatedAveraging(Layout);

        var error = Assert.Throws<ArgumentException>(() => averaging.Add("a", new ModelUpdate(Layout, [1, bad, 3], 1)));
        averaging.Add("a", new ModelUpdate(Layout, [1, 2, 3], 1));

        Assert.Contains("at value 1", error.Message, StringComparison.Ordinal);
        Assert.Equal([1f, 2f, 3f], averaging.Mean().Difference.ToArray());
    }

    [Fact]
    public void Mean_OfNothing_Throws() =>
        Assert.Throws<InvalidOperationException>(() => new PlainFederatedAveraging(Layout).Mean());

    private static IEnumerable<float> Step(float[] weights, double[][] rows)
    {
        const double Rate = 0.1;
        for (int i = 0; i < weights.Length; i++)
        {
            double gradient = rows.Sum(row => (weights.Select((w, j) => w * row[j]).Sum() - row[3]) * row[i]) / rows.Length;
            yield return (float)(-Rate * gradient);
        }
    }
}
