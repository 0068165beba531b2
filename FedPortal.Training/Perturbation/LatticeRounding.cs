namespace FedPortal.Training.Perturbation;

/// <summary>
/// Conditional randomised rounding to the integer lattice (Kairouz, Liu, Steinke 2021): every value goes up with the probability of its
/// fraction, and the whole vector is drawn again until its exact integer norm is within the bound that the accountant charges for.
/// </summary>
public static class LatticeRounding
{
    /// <summary>A draw fails with a probability of at most e^(−1/2), so all of them fail with at most 10⁻²⁷.</summary>
    public const int MaxDraws = 125;

    private const int WordsAtOnce = 256;

    /// <summary>destination = round(factor · values). Fails closed: without a draw within the bound, the destination is zero and it throws.</summary>
    /// <param name="values">The update.</param>
    /// <param name="factor">Lattice units for one, times the clipping factor.</param>
    /// <param name="l2Bound">Largest norm of the result, in lattice units.</param>
    /// <param name="words">Random words.</param>
    /// <param name="destination">As long as the values.</param>
    /// <exception cref="InvalidOperationException">No draw was within the bound: the vector was not clipped as declared.</exception>
    /// <param name="limit">Largest absolute value of one coordinate, in lattice units; larger ones are cut to it before rounding, which never lengthens the vector.</param>
    public static void Round(ReadOnlySpan<float> values, double factor, double l2Bound, RandomWords words, Span<int> destination, int limit = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        if (destination.Length != values.Length)
        {
            throw new ArgumentException($"Expected {values.Length} places but got {destination.Length}.", nameof(destination));
        }

        if (l2Bound is not (>= 0 and < int.MaxValue))
        {
            throw new ArgumentOutOfRangeException(nameof(l2Bound), l2Bound, "Expected a bound that fits 31 bits; lower the scale.");
        }

        var largestSquare = (UInt128)Math.Floor(l2Bound * l2Bound);
        for (int draw = 0; draw < MaxDraws; draw++)
        {
            if (TryDraw(values, factor, Math.Min(l2Bound + 1, limit), limit, words, destination) && VectorNorm.SquareSum(destination) <= largestSquare)
            {
                return;
            }
        }

        destination.Clear();
        throw new InvalidOperationException($"No rounding within the norm bound {l2Bound:f0} was found in {MaxDraws} draws; the update leaves nothing.");
    }

    /// <returns>False when a value alone breaks the bound or is not a number.</returns>
    private static bool TryDraw(ReadOnlySpan<float> values, double factor, double bound, double limit, RandomWords words, Span<int> destination)
    {
        Span<ulong> random = stackalloc ulong[WordsAtOnce / 2];
        for (int start = 0; start < values.Length; start += WordsAtOnce)
        {
            words.Fill(random);
            int count = Math.Min(WordsAtOnce, values.Length - start);
            for (int i = 0; i < count; i++)
            {
                double scaled = Math.Min(Math.Max(values[start + i] * factor, -limit), limit);
                if (!(Math.Abs(scaled) <= bound))
                {
                    return false;
                }

                double floor = Math.Floor(scaled);
                uint uniform = (uint)(random[i / 2] >> (32 * (i & 1)));
                destination[start + i] = (int)floor + (uniform < (scaled - floor) * 4294967296.0 ? 1 : 0);
            }
        }

        return true;
    }
}
