using FedPortal.Components;
using FedPortal.Components.Shared;
using FedPortal.Data;
using Xunit;

namespace FedPortal.Tests.Portal.Web;

public sealed class NormSeriesTests
{
    [Fact]
    public void TheBand_IsTheMedianWithItsRobustSpread_AndOneWildUpdateDoesNotWidenIt()
    {
        IReadOnlyList<ChartSeries> series = NormSeries.Of([.. Points(1, 1.0, 1.1, 0.9, 1.2, 40)], isWhole: true, deviations: 2);

        // Median 1.1; distances 0.1, 0, 0.2, 0.1, 38.9 have the median 0.1; 2 × 1.4826 × 0.1 to either side.
        ChartPoint point = Assert.Single(series[0].Points);
        Assert.Equal(("median", 1.1), (series[0].Name, point.Y));
        Assert.Equal(1.1 - 0.29652, point.Lower!.Value, 9);
        Assert.Equal(1.1 + 0.29652, point.Upper!.Value, 9);
        Assert.Equal(["h0", "h1", "h2", "h3", "h4"], series.Skip(1).Select(line => line.Name));
    }

    [Fact]
    public void WhoSeesOneInstitution_GetsItsLineAndNoMedian()
    {
        IReadOnlyList<ChartSeries> series = NormSeries.Of([.. Points(1, 1.0), .. Points(2, 1.5)], isWhole: false, deviations: 3.5);

        ChartSeries line = Assert.Single(series);
        Assert.Equal([(1, 1.0), (2, 1.5)], line.Points.Select(point => (point.X, point.Y!.Value)));
    }

    [Fact]
    public void ThreeUpdatesAreTooFewForABand() =>
        Assert.DoesNotContain(NormSeries.Of([.. Points(1, 1, 2, 3)], isWhole: true, deviations: 3.5), line => line.Name == "median");

    private static IEnumerable<NormPoint> Points(int round, params double[] norms) =>
        norms.Select((norm, i) => new NormPoint(round, new Guid(i + 1, 0, 0, new byte[8]), $"h{i}", i, norm, null, IsExcluded: false));
}
