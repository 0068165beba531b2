using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Unlocking;
using FedPortal.Training.Aggregation;
using FedPortal.Training.Perturbation;
using FedPortal.Training.Protection;

namespace FedPortal.Training.Decryption;

/// <summary>Opens an encrypted aggregate with the sum of the one-time keys, checks it, and only then gives out the mean.</summary>
public sealed class AggregateDecryption(SignedRound round, RoundProtection protection)
{
    /// <summary>Once for a round: whatever is opened is a release, also when a check fails afterwards.</summary>
    /// <param name="aggregate">The sum.</param>
    /// <param name="accepted">The signed set that it must be the sum of.</param>
    /// <param name="key">Of exactly that set; the caller disposes it.</param>
    /// <param name="threads">How many cores to use.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Encryption.SecureAggregation.Sharing.ReconstructionException">Key and ciphertexts do not belong together.</exception>
    /// <exception cref="SumCheckException">Noise is missing, or the sketches belong to other updates. Nothing is given out.</exception>
    public DecryptedAggregate Decrypt(
        EncryptedAggregate aggregate, AcceptedSet accepted, SumKey key, int threads = 1, CancellationToken cancellationToken = default)
    {
        DecryptedSum sum = SumDecryptor.Decrypt(aggregate.Sum, round, accepted, key, threads, cancellationToken);
        int[] lattice = WithoutOffset(sum, protection.LargestLevel);
        SketchCheck? sketches = CheckSketches(aggregate, lattice, threads);
        SumNoiseCheck? noise = CheckNoise(lattice, aggregate.ContributorCount);
        var update = new AggregatedUpdate(protection.Shape.Layout, Mean(lattice, sum.TotalWeight), aggregate.SampleCount, aggregate.ContributorCount);
        double half = (double)round.Description.Set.Delta / 2;
        return new DecryptedAggregate(
            update, HashOf(lattice), protection.QuantisationStep, sum.LargestError / half, noise, sketches);
    }

    /// <summary>What a ledger or a replay calls the hash of the sum.</summary>
    internal static string HashOf(int[] lattice) => Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(lattice.AsSpan())));

    internal static int[] WithoutOffset(DecryptedSum sum, int largestLevel)
    {
        int offset = checked((int)(sum.TotalWeight * largestLevel));
        ReadOnlySpan<int> values = sum.Values.Span;
        int[] lattice = new int[values.Length];
        for (int i = 0; i < lattice.Length; i++)
        {
            lattice[i] = values[i] - offset;
        }

        return lattice;
    }

    private SketchCheck? CheckSketches(EncryptedAggregate aggregate, int[] lattice, int threads)
    {
        if (protection.Projection(round) is not { } projection)
        {
            return null;
        }

        var check = SketchCheck.Of(
            [.. aggregate.Updates.Select(update => update.Sketch ?? throw new SumCheckException($"Expected a sketch of every update in the sum but {update.Name} has none."))],
            projection.Apply(lattice, threads),
            protection.SketchVariance,
            protection.Screening.SumCheckDeviations);
        return check.Passed
            ? check
            : throw new SumCheckException(FormattableString.Invariant(
                $"The sketches do not belong to the sum: expected them to differ by at most {check.Allowed:f0} lattice units but they differ by {check.Difference:f0}. Somebody encrypted another update than it sketched; the sum is not published."));
    }

    private SumNoiseCheck? CheckNoise(int[] lattice, int contributors)
    {
        if (!protection.Privacy.HasNoise)
        {
            return null;
        }

        var check = SumNoiseCheck.Of(lattice, contributors, protection.Noise.LocalVariance);
        return check.Passed
            ? check
            : throw new SumCheckException(FormattableString.Invariant(
                $"Noise is missing from the sum: expected a mean square of at least {check.LeastMeanSquare:g4} from {contributors} shares but got {check.MeanSquare:g4}; the sum is not published."));
    }

    private float[] Mean(int[] lattice, long totalWeight)
    {
        double unit = 1 / (protection.Scale * totalWeight);
        float[] travelling = new float[lattice.Length];
        for (int i = 0; i < travelling.Length; i++)
        {
            travelling[i] = (float)(lattice[i] * unit);
        }

        float[] difference = new float[protection.Shape.Layout.ValueCount];
        protection.Shape.Decode(travelling, difference);
        protection.Shape.KeepVariances(difference);
        return difference;
    }
}
