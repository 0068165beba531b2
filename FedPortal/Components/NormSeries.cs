using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Training.Screening;

namespace FedPortal.Components;

/// <summary>The lengths of updates as lines over the rounds, in front of the range in which the round's own median and spread put most of them.</summary>
internal static class NormSeries
{
    /// <summary>Half the width of the band in robust deviations where a study does not say: what is usual for outliers.</summary>
    public const double UsualDeviations = 3.5;

    private const int MostInstitutions = 8;
    private const int FewestForABand = 4;

    /// <param name="points">In any order.</param>
    /// <param name="isWhole">Whether every institution is among them; a median of some would say nothing, and that of few would show another's norm.</param>
    /// <param name="deviations">Half the width of the band.</param>
    public static IReadOnlyList<ChartSeries> Of(IReadOnlyList<NormPoint> points, bool isWhole, double deviations)
    {
        // More lines than colours cannot be told apart: those that stand out most.
        IEnumerable<ChartSeries> lines = points.GroupBy(point => point.InstitutionId)
            .OrderByDescending(own => own.Max(point => Math.Abs(point.RobustDeviations ?? 0))).Take(MostInstitutions)
            .OrderBy(own => own.First().ShortCode, StringComparer.Ordinal)
            .Select(own => new ChartSeries(own.First().ShortCode, ChartSeries.ColourOf(own.First().ColourIndex), [.. own.OrderBy(point => point.Round).Select(point => new ChartPoint(point.Round, point.Norm))], IsThin: isWhole));
        ChartPoint[] band = isWhole ? [.. points.GroupBy(point => point.Round).OrderBy(round => round.Key).Select(round => BandOf(round.Key, [.. round.Select(point => point.Norm)], deviations)).OfType<ChartPoint>()] : [];
        return band.Length > 0 ? [new ChartSeries(ChartWords.Median, ChartSeries.Pooled, band), .. lines] : [.. lines];
    }

    private static ChartPoint? BandOf(int round, double[] norms, double deviations)
    {
        if (norms.Length < FewestForABand)
        {
            return null;
        }

        double median = RobustStatistics.Median(norms);
        double half = deviations * RobustStatistics.Deviation(norms, median);
        return new ChartPoint(round, median, Math.Max(0, median - half), median + half);
    }
}
