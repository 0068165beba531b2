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

        double least = contributors * localVariance * (1 - (5 * Math.Sqrt(2.0 / sum.Length)));
        return new SumNoiseCheck(square / sum.Length, least);
    }
}
