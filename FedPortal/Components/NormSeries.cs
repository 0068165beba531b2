using FedPortal.Components.Shared;
using FedPortal.Data;

namespace FedPortal.Components;

/// <summary>The lengths of updates as lines over the rounds, in front of the range in which the round's own median and spread put most of them.</summary>
internal static class NormSeries
{
    /// <summary>Half the width of the band in robust deviations where a study does not say: what is usual for outliers.</summary>
    public const double UsualDeviations = 3.5;

    private const int MostInstitutions = 8;
    private const int FewestForABand = 4;
    private const double MedianToDeviation = 1.4826; // of a normal distribution

    /// <param name="points">In any order.</param>
    /// <param name="isWhole">Whether every institution is among them; a median of some would say nothing, and that of few would show another's norm.</param>
    /// <param name="deviations">Half the width of the band.</param>
    public static IReadOnlyList<ChartSeries> Of(IReadOnlyList<NormPoint> points, bool isWhole, double deviations)
    {
        // More lines than colours cannot be told apart: those that stand out most.
        IEnumerable<ChartSeries> lines = points.GroupBy(point => point.InstitutionId)
            .OrderByDescending(own => own.Max(point => Math.Abs(point.RobustDeviations ?? 0))).Take(MostInstitutions)
            .OrderBy(own => own.First().ShortCode, StringComparer.Ordinal)
            .Select(own => new ChartSeries(own.First().ShortCode, (own.First().ColourIndex % 8) + 1, [.. own.OrderBy(point => point.Round).Select(point => new ChartPoint(point.Round, point.Norm))], IsThin: isWhole));
        ChartPoint[] band = isWhole ? [.. points.GroupBy(point => point.Round).OrderBy(round => round.Key).Select(round => BandOf(round.Key, [.. round.Select(point => point.Norm)], deviations)).OfType<ChartPoint>()] : [];
        return band.Length > 0 ? [new ChartSeries("median", ChartSeries.Pooled, band), .. lines] : [.. lines];
    }

    private static ChartPoint? BandOf(int round, double[] norms, double deviations)
    {
        if (norms.Length < FewestForABand)
        {
            return null;
        }

        double median = Median(norms);
        double half = deviations * MedianToDeviation * Median([.. norms.Select(norm => Math.Abs(norm - median))]);
        return new ChartPoint(round, median, Math.Max(0, median - half), median + half);
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
