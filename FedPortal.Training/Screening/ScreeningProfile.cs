namespace FedPortal.Training.Screening;

/// <summary>A study's rules for leaving an update out before anything is opened. All of them look at sketches only.</summary>
public sealed record ScreeningProfile
{
    /// <summary>All four rules, at limits that honest institutions seldom break; docs/protection.md has the measured false alarms.</summary>
    public static ScreeningProfile AllRules { get; } = new() { RobustDeviations = 6, LeastRelativeNorm = 0.1, LeastCosine = -0.2 };

    public SketchProfile Sketch { get; init; } = new();

    /// <summary>A sketch's norm may be this many times the clipping norm, above 1, after allowing for noise; null switches the rule off. Honest
    /// institutions keep theirs within 1.25, so at the default none of them is left out.</summary>
    public double? NormLimit { get; init; } = 1.3;

    /// <summary>A norm may lie this many robust deviations (1.4826 times the median absolute deviation) from the round's median, 2 or more; null: off.</summary>
    public double? RobustDeviations { get; init; }

    /// <summary>A norm must be at least this part of the round's median, above 0 and below 1, as far as noise lets it be seen; null switches the rule off.</summary>
    public double? LeastRelativeNorm { get; init; }

    /// <summary>Least cosine, −1 to 1, between an update and the sum of the others; null switches the rule off.</summary>
    public double? LeastCosine { get; init; }

    /// <summary>So many of an institution's last rounds are looked at when a verdict says how often it was left out before; 1 to 100.</summary>
    public int HistoryRounds { get; init; } = 5;

    /// <summary>Comparisons between institutions need this many sketches, 3 or more; with fewer only the norm limit speaks.</summary>
    public int LeastCompared { get; init; } = 4;

    /// <summary>After opening: the sum of the sketches and the sketch of the sum may differ by this many of their expected deviations, 4 to 20.</summary>
    public double SumCheckDeviations { get; init; } = 6;

    /// <summary>What is wrong with the settings, in words for a person; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems() => [.. Sketch.Problems(), .. RuleProblems()];

    private IEnumerable<string> RuleProblems()
    {
        if (NormLimit is not (null or (> 1 and <= 1000)))
        {
            yield return FormattableString.Invariant($"The norm limit must be above 1 and at most 1000 clipping norms, or absent, but is {NormLimit}.");
        }

        if (RobustDeviations is not (null or (>= 2 and <= 1000)))
        {
            yield return FormattableString.Invariant($"The robust deviation limit must be from 2 to 1000, or absent, but is {RobustDeviations}.");
        }

        if (LeastRelativeNorm is not (null or (> 0 and < 1)))
        {
            yield return FormattableString.Invariant($"The least part of the median norm must be above 0 and below 1, or absent, but is {LeastRelativeNorm}.");
        }

        if (LeastCosine is not (null or (>= -1 and < 1)))
        {
            yield return FormattableString.Invariant($"The least cosine must be from −1 to below 1, or absent, but is {LeastCosine}.");
        }

        if (HistoryRounds is < 1 or > 100)
        {
            yield return FormattableString.Invariant($"The history must be 1 to 100 rounds, but is {HistoryRounds}.");
        }

        if (LeastCompared < 3)
        {
            yield return FormattableString.Invariant($"A comparison needs at least 3 sketches, but {LeastCompared} are asked for.");
        }

        if (SumCheckDeviations is not (>= 4 and <= 20))
        {
            yield return FormattableString.Invariant($"The sum check must allow 4 to 20 deviations, but allows {SumCheckDeviations}.");
        }
    }
}
