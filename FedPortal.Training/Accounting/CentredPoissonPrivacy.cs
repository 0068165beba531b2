using FedPortal.Training.Accounting.Distributions;

namespace FedPortal.Training.Accounting;

/// <summary>
/// What centred Poisson noise, Z − λ with Z ~ Poisson(λ), gives on integer vectors. Its support ends on one side, so no Rényi bound
/// exists: some outputs prove what the input was. On real-valued vectors it gives nothing at all.
/// </summary>
public static class CentredPoissonPrivacy
{
    /// <returns>The exact δ(ε) of one release of one coordinate that moves by <paramref name="shift"/>, the worse of the two directions.</returns>
    public static double Delta(double epsilon, double rate, int shift = 1) =>
        Math.Max(Direction(epsilon, rate, 0, shift), Direction(epsilon, rate, shift, 0));

    /// <returns>The smallest ε for δ; infinite when δ is below the floor.</returns>
    public static double Epsilon(double delta, double rate, int shift = 1)
    {
        double floor = PoissonDistribution.Cumulative(shift - 1, rate);
        return delta <= floor ? double.PositiveInfinity : MonotoneSearch.Smallest(epsilon => Delta(epsilon, rate, shift) <= delta, 0, 1e-12);
    }

    /// <returns>1 − (1 − e^(−λ))^m: with m coordinates that move by one, no ε whatever has a smaller δ.</returns>
    public static double DeltaFloor(double rate, double coordinates) =>
        -LogSpace.ExpMinusOne(coordinates * LogSpace.LogOnePlus(-Math.Exp(-rate)));

    /// <summary>Σ max(0, P − e^ε·Q) with P the noise moved by one amount and Q by the other.</summary>
    private static double Direction(double epsilon, double rate, int shiftP, int shiftQ)
    {
        double reach = 60 + (12 * Math.Sqrt(rate));
        int first = Math.Max(0, (int)(rate - reach));
        int last = (int)(rate + reach) + Math.Max(shiftP, shiftQ);
        double sum = 0;
        for (int x = first; x <= last; x++)
        {
            double logP = PoissonDistribution.LogProbability(x - shiftP, rate);
            double logQ = PoissonDistribution.LogProbability(x - shiftQ, rate) + epsilon;
            if (logP > logQ)
            {
                sum += Math.Exp(logP) * -LogSpace.ExpMinusOne(logQ - logP);
            }
        }

        return sum;
    }
}
