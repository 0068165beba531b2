using FedPortal.Encryption.SecureAggregation.Aggregation;
using FedPortal.Encryption.SecureAggregation.Kernels;
using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Sharing;

namespace FedPortal.Encryption.SecureAggregation.Unlocking;

/// <summary>Opens a sum of ciphertexts with the sum of their keys.</summary>
public static class SumDecryptor
{
    /// <summary>Decrypts the sum and checks that the errors are what honest encryptions leave.</summary>
    /// <exception cref="InvalidOperationException">The ciphertexts are not exactly the accepted ones.</exception>
    /// <exception cref="ReconstructionException">Key and ciphertexts do not belong together: the errors are too large. Nothing is returned.</exception>
    public static DecryptedSum Decrypt(
        CiphertextSum sum, SignedRound round, AcceptedSet accepted, SumKey key, int threads = 1, CancellationToken cancellationToken = default)
    {
        sum.RequireSumOf(accepted);
        RoundDescription description = round.Description;
        ParameterSet set = description.Set;
        int[] values = new int[description.ValueCount];
        byte[] seed = Convert.FromHexString(description.Seed);
        using PreparedKey prepared = Prepare(set, seed, key);
        var residuals = new Residual[threads];
        void Share(int thread)
        {
            using var cipher = BlockCipher.Create(set, seed);
            int[] whole = new int[set.ValuesPerBlock];
            for (int block = thread; block < description.BlockCount; block += threads)
            {
                cancellationToken.ThrowIfCancellationRequested();
                residuals[thread] += cipher.Decrypt(
                    block, sum.Block(block), accepted.Members.Count, description.Demand.LaneOffset, prepared, whole);
                Span<int> target = values.AsSpan(block * set.ValuesPerBlock);
                whole.AsSpan(0, Math.Min(whole.Length, target.Length)).CopyTo(target);
            }
        }

        if (threads == 1)
        {
            Share(0);
        }
        else
        {
            Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, Share);
        }

        Residual total = residuals.Aggregate((left, right) => left + right);
        double deviation = Math.Sqrt(total.SumOfSquares / ((double)description.BlockCount * set.Degree));
        double expected = set.ErrorDeviation(accepted.Members.Count);
        RequirePlausible(deviation, total.Largest, expected);
        long weight = accepted.Members.Sum(place => (long)description.Members[place].Weight);
        return new DecryptedSum(values, accepted.Members, weight, deviation, expected, total.Largest);
    }

    private static PreparedKey Prepare(ParameterSet set, byte[] seed, SumKey key)
    {
        using var cipher = BlockCipher.Create(set, seed);
        return cipher.Prepare(key.Coefficients);
    }

    // A wrong key leaves errors spread over all of Δ, a deviation of Δ/√12: at least 5.2 times what honest ones leave, by the margin rule.
    private static void RequirePlausible(double deviation, double largest, double expected)
    {
        double bound = SetFit.ErrorDeviations * expected;
        if (deviation > 1.5 * expected || largest > bound)
        {
            throw new ReconstructionException(FormattableString.Invariant(
                $"Expected errors with a deviation of {expected:F1}, none above {bound:F0}, but got {deviation:F1} and {largest:F0}: key and updates do not fit."));
        }
    }
}
