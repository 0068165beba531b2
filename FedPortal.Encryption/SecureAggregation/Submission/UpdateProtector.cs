using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Kernels;
using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Encryption.SecureAggregation.Rounds;

namespace FedPortal.Encryption.SecureAggregation.Submission;

/// <summary>Writes a whole encrypted update to a stream, in memory that does not grow with the update.</summary>
internal static class UpdateProtector
{
    private const int BlocksPerThread = 16;

    /// <returns>The hash that identifies the ciphertext in the accepted set, 64 hexadecimal digits.</returns>
    public static string Protect(
        SignedRound round, InstitutionIdentity sender, OneTimeKey key, ILatticeSource source, Stream destination, int threads,
        CancellationToken cancellationToken)
    {
        RoundDescription description = round.Description;
        ParameterSet set = description.Set;
        if (source.Count != description.ValueCount)
        {
            throw new ArgumentException($"Expected {description.ValueCount} values but got {source.Count}.", nameof(source));
        }

        byte[] seed = Convert.FromHexString(description.Seed);
        using PreparedKey prepared = Prepare(set, seed, key);
        int place = round.PlaceOf(sender.Card);
        int weight = description.Members[place].Weight;
        BlockProtector[] workers = [.. Enumerable.Range(0, threads).Select(_ => new BlockProtector(set, seed, description.Demand, weight))];
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            void Write(ReadOnlySpan<byte> bytes)
            {
                hash.AppendData(bytes);
                destination.Write(bytes);
            }

            Write(UpdateHeader.Write(round, place));
            byte[] batch = new byte[threads * BlocksPerThread * set.BytesPerBlock];
            for (int first = 0; first < description.BlockCount; first += threads * BlocksPerThread)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int count = Math.Min(threads * BlocksPerThread, description.BlockCount - first);
                ForEachThread(threads, thread =>
                {
                    for (int i = thread; i < count; i += threads)
                    {
                        workers[thread].Protect(first + i, source, prepared, batch.AsSpan(i * set.BytesPerBlock, set.BytesPerBlock));
                    }
                });
                Write(batch.AsSpan(0, count * set.BytesPerBlock));
            }

            byte[] digest = hash.GetHashAndReset();
            destination.Write(sender.Sign(Signatures.Update, digest));
            return Convert.ToHexStringLower(digest);
        }
        finally
        {
            Array.ForEach(workers, worker => worker.Dispose());
        }
    }

    private static PreparedKey Prepare(ParameterSet set, byte[] seed, OneTimeKey key)
    {
        int[] coefficients = GC.AllocateArray<int>(set.Degree, pinned: true);
        key.Spend(coefficients);
        using var cipher = BlockCipher.Create(set, seed);
        PreparedKey prepared = cipher.Prepare(coefficients);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(coefficients.AsSpan()));
        return prepared;
    }

    private static void ForEachThread(int threads, Action<int> work)
    {
        if (threads == 1)
        {
            work(0);
            return;
        }

        Parallel.For(0, threads, new ParallelOptions { MaxDegreeOfParallelism = threads }, work);
    }
}
