namespace FedPortal.Training.Accounting;

/// <summary>Planning backwards: from a promise to the noise that keeps it.</summary>
public static class NoisePlanner
{
    /// <summary>The result is at most this fraction above the smallest noise that works, and always works.</summary>
    public const double Tolerance = 1e-6;

    /// <returns>The smallest noise multiplier with a total of at most (ε, δ); infinite when there is none.</returns>
    /// <param name="epsilon">The cap.</param>
    /// <param name="delta">δ.</param>
    /// <param name="totalCost">The cost of everything at a noise multiplier; it must not rise with it.</param>
    public static double SmallestNoise(double epsilon, double delta, Func<double, PrivacyCost> totalCost)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(epsilon);
        return MonotoneSearch.Smallest(
            noise => noise > 0 && PrivacyStatement.For(totalCost(noise), delta) is EpsilonStatement known && known.Epsilon <= epsilon,
            0,
            Tolerance);
    }
}
