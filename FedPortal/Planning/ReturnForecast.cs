namespace FedPortal.Planning;

/// <summary>A result as a range: below it in one of ten cases, the middle, above it in one of ten.</summary>
public sealed record Spread(double Low, double Middle, double High);

/// <summary>How much one figure moves the net result when only it goes from its low to its high end (one case in ten beyond each).</summary>
public sealed record Swing(string Name, double AtLow, double AtHigh)
{
    public double Width => Math.Abs(AtHigh - AtLow);
}

/// <summary>Cost, benefit and what they leave, as ranges.</summary>
/// <param name="Net">Benefit less cost over all years.</param>
/// <param name="ChanceOfGain">Share of cases in which the net result is above 0.</param>
/// <param name="PaybackMonths">Months until the benefit has paid the start, in the cases where a year brings more than it costs; null where fewer than half do.</param>
/// <param name="Swings">Widest first.</param>
public sealed record ReturnForecast(Spread Cost, Spread Benefit, Spread Net, double ChanceOfGain, Spread? PaybackMonths, IReadOnlyList<Swing> Swings)
{
    /// <summary>A prime, for the lattice below.</summary>
    private const int Cases = 4093;

    private const int Generator = 1487;
    private const double Tail = 0.1;

    /// <summary>
    /// Runs through 4,093 cases that fill the space of the uncertain figures evenly: a Korobov lattice (each figure takes each of its quantiles exactly
    /// once). It is deterministic, so the same assumptions always give the same result.
    /// </summary>
    /// <exception cref="ArgumentException">The assumptions have problems; the message names them.</exception>
    public static ReturnForecast Of(ReturnAssumptions assumptions)
    {
        ArgumentNullException.ThrowIfNull(assumptions);
        if (assumptions.Problems() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(assumptions));
        }

        Estimate[] figures = [.. assumptions.Figures.Select(figure => figure.Value)];
        Outcome[] outcomes = [.. Enumerable.Range(0, Cases).Select(i => OutcomeOf(assumptions, ValuesOf(figures, i)))];
        double[] paybacks = [.. outcomes.Where(outcome => outcome.PaybackMonths is not null).Select(outcome => outcome.PaybackMonths!.Value)];
        return new ReturnForecast(
            SpreadOf([.. outcomes.Select(outcome => outcome.Cost)]), SpreadOf([.. outcomes.Select(outcome => outcome.Benefit)]), SpreadOf([.. outcomes.Select(outcome => outcome.Net)]),
            (double)outcomes.Count(outcome => outcome.Net > 0) / Cases, 2 * paybacks.Length >= Cases ? SpreadOf(paybacks) : null, SwingsOf(assumptions, figures));
    }

    private static Swing[] SwingsOf(ReturnAssumptions assumptions, Estimate[] figures)
    {
        double[] middle = [.. figures.Select(figure => figure.Quantile(0.5))];
        return [.. assumptions.Figures.Select((figure, i) => new Swing(figure.Name, NetAt(i, Tail), NetAt(i, 1 - Tail))).OrderByDescending(swing => swing.Width)];

        double NetAt(int figure, double probability)
        {
            double[] values = [.. middle];
            values[figure] = figures[figure].Quantile(probability);
            return OutcomeOf(assumptions, values).Net;
        }
    }

    private static double[] ValuesOf(Estimate[] figures, int i)
    {
        double[] values = new double[figures.Length];
        long step = 1;
        for (int d = 0; d < figures.Length; d++)
        {
            values[d] = figures[d].Quantile(((i * step % Cases) + 0.5) / Cases);
            step = step * Generator % Cases;
        }

        return values;
    }

    // In the order of ReturnAssumptions.Figures.
    private static Outcome OutcomeOf(ReturnAssumptions assumptions, double[] v)
    {
        int n = assumptions.Institutions;
        double start = n * v[0] * v[2];
        double yearlyCost = (n * v[1] * v[2]) + (n * v[3] * v[4] / 3600 * v[5]);
        double avoided = n * v[9];
        double yearlyBenefit = v[6] * v[7] / 60 * v[8];
        double gain = yearlyBenefit - yearlyCost;
        double? payback = gain > 0 ? 12 * Math.Max(0, start - avoided) / gain : null;
        return new Outcome(start + (assumptions.Years * yearlyCost), avoided + (assumptions.Years * yearlyBenefit), payback);
    }

    private static Spread SpreadOf(double[] values)
    {
        Array.Sort(values);
        return new Spread(At(Tail), At(0.5), At(1 - Tail));

        double At(double share) => values[(int)Math.Round(share * (values.Length - 1))];
    }

    private readonly record struct Outcome(double Cost, double Benefit, double? PaybackMonths)
    {
        public double Net => Benefit - Cost;
    }
}
