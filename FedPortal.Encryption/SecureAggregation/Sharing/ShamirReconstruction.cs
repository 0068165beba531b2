namespace FedPortal.Encryption.SecureAggregation.Sharing;

/// <summary>Puts the sum of the keys together from the helpers' sums.</summary>
internal static class ShamirReconstruction
{
    /// <summary>Reconstructs from at least <paramref name="threshold"/> answers; surplus answers are checked.</summary>
    /// <param name="shares">Answers with different points and equal lengths.</param>
    /// <param name="threshold">How many helpers determine the sum.</param>
    /// <param name="sum">The coefficients, centred.</param>
    /// <returns>The points of helpers whose answers did not fit and were left out.</returns>
    /// <exception cref="ReconstructionException">Too few answers, or a lie that the surplus does not suffice to locate.</exception>
    public static IReadOnlyList<int> Reconstruct(IReadOnlyList<SummedShare> shares, int threshold, Span<int> sum)
    {
        if (shares.Count < threshold)
        {
            throw new ReconstructionException($"Expected answers from {threshold} helpers but got {shares.Count}.");
        }

        IReadOnlyList<int> liars = shares.Count == threshold ? [] : LiarLocator.Locate(shares, threshold) ?? throw Inconsistent(shares, threshold);
        SummedShare[] honest = [.. shares.Where(share => !liars.Contains(share.Point))];
        SummedShare[] used = honest[..threshold];
        foreach (SummedShare extra in honest[threshold..])
        {
            int[] predicted = new int[sum.Length];
            Interpolate(used, extra.Point, predicted);
            if (!predicted.SequenceEqual(extra.Elements))
            {
                throw Inconsistent(shares, threshold);
            }
        }

        Interpolate(used, 0, sum);
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] = ShamirField.Centre(sum[i]);
        }

        return liars;
    }

    private static void Interpolate(SummedShare[] shares, int at, Span<int> values)
    {
        int[] weights = ShamirField.LagrangeWeights([.. shares.Select(share => share.Point)], at);
        for (int j = 0; j < values.Length; j++)
        {
            long value = 0;
            for (int i = 0; i < shares.Length; i++)
            {
                value += (long)weights[i] * shares[i].Elements[j];
            }

            values[j] = (int)(value % ShamirField.Prime);
        }
    }

    private static ReconstructionException Inconsistent(IReadOnlyList<SummedShare> shares, int threshold) =>
        new($"The answers of {shares.Count} helpers contradict each other: more than {(shares.Count - threshold) / 2} of them are wrong, "
            + $"and {shares.Count - threshold} beyond the threshold of {threshold} cannot name so many.");
}
