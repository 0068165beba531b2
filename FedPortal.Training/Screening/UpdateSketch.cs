namespace FedPortal.Training.Screening;

/// <summary>R·u of one weighted, noised update, with the sketch's own noise: whole numbers in lattice units.</summary>
/// <param name="Values">k of them.</param>
public sealed record UpdateSketch(ReadOnlyMemory<long> Values)
{
    /// <summary>‖·‖².</summary>
    public double SquareNorm => Dot(Values.Span, Values.Span);

    /// <returns>Σ xᵢyᵢ in double precision.</returns>
    internal static double Dot(ReadOnlySpan<long> x, ReadOnlySpan<long> y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            sum += (double)x[i] * y[i];
        }

        return sum;
    }
}
