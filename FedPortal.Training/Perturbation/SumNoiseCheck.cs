namespace FedPortal.Training.Perturbation;

/// <summary>Whether the promised noise is really in a released integer sum: it cannot be smaller than its noise alone.</summary>
/// <param name="MeanSquare">Σy²/d of the sum.</param>
/// <param name="LeastMeanSquare">k·μ_local·(1 − 5√(2/d)).</param>
public sealed record SumNoiseCheck(double MeanSquare, double LeastMeanSquare)
{
    public bool Passed => MeanSquare >= LeastMeanSquare;

    /// <summary>Checks a sum of <paramref name="contributors"/> updates that each hold noise of the local variance.</summary>
    public static SumNoiseCheck Of(ReadOnlySpan<long> sum, int contributors, double localVariance)
    {
        double square = 0;
        foreach (long value in sum)
        {
            square += (double)value * value;
        }

        return Of(square / sum.Length, sum.Length, contributors, localVariance);
    }

    /// <summary>The same for a sum in 32 bits.</summary>
    public static SumNoiseCheck Of(ReadOnlySpan<int> sum, int contributors, double localVariance) =>
        Of((double)VectorNorm.SquareSum(sum) / sum.Length, sum.Length, contributors, localVariance);

    private static SumNoiseCheck Of(double meanSquare, int length, int contributors, double localVariance)
    {
        double least = contributors * localVariance * (1 - (5 * Math.Sqrt(2.0 / length)));
        return new SumNoiseCheck(meanSquare, least);
    }
}
