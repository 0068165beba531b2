using FedPortal.Training.Attacks;
using FedPortal.Training.Evaluation;

namespace FedPortal.Training.Comparison;

/// <summary>One measured number of a comparison, with what it rests on.</summary>
/// <param name="Value">Null when nothing supports it.</param>
/// <param name="Lower">Lower end of the 95 % interval, or null.</param>
/// <param name="Upper">Upper end of the 95 % interval, or null.</param>
/// <param name="Images">Images (for attacks: patients) that it rests on.</param>
/// <param name="IntervalMethod">How the interval was made; empty without one.</param>
public sealed record ComparedFigure(double? Value, double? Lower, double? Upper, int Images, string IntervalMethod)
{
    /// <summary>The macro value of a metric.</summary>
    public static ComparedFigure Of(EvaluationReport report, Metric metric)
    {
        ArgumentNullException.ThrowIfNull(report);
        return report.Of(metric) is { } m
            ? new ComparedFigure(m.Value, m.Lower, m.Upper, m.SampleCount, m.IntervalMethod)
            : new ComparedFigure(null, null, null, 0, "");
    }

    internal static ComparedFigure Of(AttackRate rate, int units) => new(rate.Value, rate.Lower, rate.Upper, units, rate.Method);

    /// <summary>From a balanced accuracy b to the advantage 2b − 1 (Yeom and others 2018); it is linear, so the interval moves along.</summary>
    internal static ComparedFigure AdvantageOf(AttackRate balanced, int units) =>
        new((2 * balanced.Value) - 1, (2 * balanced.Lower) - 1, (2 * balanced.Upper) - 1, units, balanced.Method);
}
