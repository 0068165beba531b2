using FedPortal.Training.Protection;
using FedPortal.Training.Submission;

namespace FedPortal.Training.Screening;

/// <summary>What screening looks at.</summary>
/// <param name="Name">The institution.</param>
/// <param name="Weight">Its weight in the sum.</param>
/// <param name="Sketch">Null in rounds without.</param>
public sealed record ScreenedUpdate(string Name, int Weight, UpdateSketch? Sketch);

/// <summary>Judges the updates of one round by their sketches, before anything is opened. It opens nothing and holds no key.</summary>
/// <remarks>
/// A sketch of an update of weight w is w·R·x plus noise of known variance v a value (the update's own, spread over k values, and the sketch's).
/// ‖x‖ is estimated from ‖sketch‖² − k·v; the norm limit allows for four deviations of that noise.
/// </remarks>
public sealed class UpdateScreening(RoundProtection protection)
{
    private const double NoiseDeviations = 4;

    /// <summary>Norms that agree better than this are as good as equal: no rule should act on less.</summary>
    private const double LeastRelativeSpread = 0.05;

    private ScreeningProfile Rules => protection.Screening;

    private double UnitNorm => protection.Noise.ScaledClip;

    /// <summary>Variance of the noise in each value of a sketch.</summary>
    private double NoiseVariance =>
        (protection.Noise.LocalVariance * protection.Shape.Dimension / Math.Max(1, Rules.Sketch.Dimensions)) + protection.SketchVariance;

    /// <summary>One verdict for every update that arrived, in the same order.</summary>
    /// <param name="updates">As inspected.</param>
    /// <param name="history">What was found about an institution in earlier rounds, oldest first; null for none.</param>
    public IReadOnlyList<ScreeningVerdict> Judge(IReadOnlyList<EncryptedUpdate> updates, Func<string, IReadOnlyList<ScreeningRecord>>? history = null) =>
        Judge([.. updates.Select(update => new ScreenedUpdate(update.Name, update.Weight, update.Sketch))], history);

    /// <summary>One verdict for every update, in the same order.</summary>
    /// <param name="updates">All that arrived whole. Those without a sketch are accepted unseen in rounds that have none.</param>
    /// <param name="history">What was found about an institution in earlier rounds, oldest first; null for none.</param>
    public IReadOnlyList<ScreeningVerdict> Judge(IReadOnlyList<ScreenedUpdate> updates, Func<string, IReadOnlyList<ScreeningRecord>>? history = null)
    {
        if (!Rules.Sketch.IsUsed)
        {
            return [.. updates.Select(update => new ScreeningVerdict(update.Name, 0, null, null, []))];
        }

        double[][] sketches = [.. updates.Select(Unweighted)];
        double[] norms = [.. updates.Select((update, i) => NormOf(sketches[i], update.Weight))];
        return [.. updates.Select((update, i) => Judged(update, i, sketches, norms, history?.Invoke(update.Name) ?? []))];
    }

    private ScreeningVerdict Judged(ScreenedUpdate update, int index, double[][] sketches, double[] norms, IReadOnlyList<ScreeningRecord> history)
    {
        bool comparable = sketches.Length >= Rules.LeastCompared;
        double? deviations = comparable ? RobustDeviations(norms, index) : null;
        double? cosine = comparable ? CosineToOthers(sketches, index) : null;
        double? relative = comparable ? LongestRelativeNorm(norms, index, update.Weight) : null;
        List<string> reasons = [.. Broken(update, sketches[index], norms[index], deviations, relative, cosine)];
        int before = history.TakeLast(Rules.HistoryRounds).Count(record => !record.Verdict.Accepted);
        if (reasons.Count > 0 && before > 0)
        {
            reasons.Add($"It was left out in {before} of the last {Math.Min(history.Count, Rules.HistoryRounds)} rounds before.");
        }

        return new ScreeningVerdict(update.Name, norms[index], deviations, cosine, reasons);
    }

    private IEnumerable<string> Broken(ScreenedUpdate update, double[] sketch, double norm, double? deviations, double? relative, double? cosine)
    {
        double noise = NoiseVariance / ((double)update.Weight * update.Weight);
        if (Rules.NormLimit is { } limit && Square(sketch) > LargestSquare(limit * UnitNorm, noise, sketch.Length))
        {
            yield return FormattableString.Invariant($"Its update is about {norm:0.00} clipping norms long where an honest one has at most 1 and {limit:0.##} are allowed.");
        }

        if (Rules.RobustDeviations is { } most && deviations is { } found && Math.Abs(found) > most)
        {
            yield return FormattableString.Invariant($"Its update's length lies {Math.Abs(found):0.0} robust deviations {(found > 0 ? "above" : "below")} the middle of the round where {most:0.##} are allowed.");
        }

        if (Rules.LeastRelativeNorm is { } part && relative is { } longest && longest < part)
        {
            yield return FormattableString.Invariant($"Its update is at most {100 * longest:0.#} % as long as the middle of the round where {100 * part:0.#} % are asked for: it hardly contributes.");
        }

        if (Rules.LeastCosine is { } least && cosine is { } angle && angle < least)
        {
            yield return FormattableString.Invariant($"Its update points away from the others: cosine {angle:0.00} where at least {least:0.00} is asked for.");
        }
    }

    /// <summary>Limit² plus noise, with room for the noise's own spread and for its product with the update.</summary>
    private static double LargestSquare(double limit, double variance, int length) =>
        (limit * limit) + (length * variance) + (NoiseDeviations * Math.Sqrt((2.0 * length * variance * variance) + (4 * variance * limit * limit)));

    private double NormOf(double[] sketch, int weight) =>
        Math.Sqrt(Math.Max(0, Square(sketch) - (sketch.Length * NoiseVariance / ((double)weight * weight)))) / UnitNorm;

    /// <summary>The norm as long as noise allows it to be, over the round's median.</summary>
    private double LongestRelativeNorm(double[] norms, int index, int weight)
    {
        double variance = NoiseVariance / ((double)weight * weight * UnitNorm * UnitNorm);
        double square = (norms[index] * norms[index]) + (NoiseDeviations * variance * Math.Sqrt(2.0 * Rules.Sketch.Dimensions));
        return Math.Sqrt(square) / Math.Max(RobustStatistics.Median(norms), 1e-12);
    }

    private static double RobustDeviations(double[] norms, int index)
    {
        double middle = RobustStatistics.Median(norms);
        double spread = RobustStatistics.Deviation(norms, middle);
        return (norms[index] - middle) / Math.Max(Math.Max(spread, LeastRelativeSpread * middle), 1e-12);
    }

    private static double CosineToOthers(double[][] sketches, int index)
    {
        double[] others = new double[sketches[index].Length];
        foreach (double[] sketch in sketches.Where((_, i) => i != index))
        {
            for (int i = 0; i < others.Length; i++)
            {
                others[i] += sketch[i];
            }
        }

        double product = others.Zip(sketches[index], (x, y) => x * y).Sum();
        double norms = Math.Sqrt(Square(others) * Square(sketches[index]));
        return norms > 0 ? product / norms : 0;
    }

    private static double[] Unweighted(ScreenedUpdate update)
    {
        UpdateSketch sketch = update.Sketch ?? throw new ArgumentException($"Expected a sketch of {update.Name} but there is none.", nameof(update));
        double[] values = new double[sketch.Values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (double)sketch.Values.Span[i] / update.Weight;
        }

        return values;
    }

    private static double Square(double[] values) => values.Sum(value => value * value);
}
