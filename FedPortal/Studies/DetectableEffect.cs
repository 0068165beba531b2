namespace FedPortal.Studies;

/// <summary>The smallest effect that a hold-out of n images shows in a two-sided test at 5 % with a power of 80 %.</summary>
public static class DetectableEffect
{
    /// <summary>The 97.5 % point of the standard normal distribution.</summary>
    private const double Level = 1.959963984540054;

    /// <summary>The 80 % point.</summary>
    private const double Power = 0.8416212335729143;

    /// <summary>ψ: the share of images on which the two compared models disagree about right and wrong.</summary>
    public const double Disagreement = 0.2;

    public const string Formula =
        "Two-sided, level 5 %, power 80 %. Accuracy: McNemar's test on the same n images, n·δ² = (1.96·√ψ + 0.84·√(ψ − δ²))², where the two models disagree on ψ = 20 % of them. "
        + "AUROC: against chance, 0.5 + (1.96 + 0.84)·√((n₊ + n₋ + 1)/(12·n₊·n₋)), n₊ images of the rarest class and n₋ others.";

    /// <returns>δ, or null when even a difference of ψ is not shown by so few images.</returns>
    /// <remarks>Connor 1987: n = (z_α√ψ + z_β√(ψ − δ²))²/δ²; n falls as δ rises, so δ is found by halving.</remarks>
    public static double? AccuracyDifference(int images)
    {
        if (images < NeededFor(Disagreement))
        {
            return null;
        }

        (double low, double high) = (0, Disagreement);
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = NeededFor(middle) > images ? (middle, high) : (low, middle);
        }

        return high;
    }

    /// <returns>The smallest AUROC that differs from 0.5, or null when none up to 1 does.</returns>
    /// <remarks>The variance of the Mann–Whitney statistic under chance, (n₊ + n₋ + 1)/(12·n₊·n₋).</remarks>
    public static double? AurocAboveChance(int positives, int negatives)
    {
        if (positives < 1 || negatives < 1)
        {
            return null;
        }

        double least = 0.5 + ((Level + Power) * Math.Sqrt((positives + negatives + 1) / (12.0 * positives * negatives)));
        return least <= 1 ? least : null;
    }

    private static double NeededFor(double difference)
    {
        double root = (Level * Math.Sqrt(Disagreement)) + (Power * Math.Sqrt(Disagreement - (difference * difference)));
        return root * root / (difference * difference);
    }
}
