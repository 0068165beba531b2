using System.Security.Cryptography;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Kernels;
using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;

namespace FedPortal.Encryption.SecureAggregation.Aggregation;

/// <summary>Reads an encrypted update in pieces and checks all that its format promises.</summary>
internal static class UpdateReader
{
    private const int BlocksAtOnce = 64;

    /// <summary>Adds the update's words to <paramref name="sums"/>, or only reads them where that is null.</summary>
    /// <param name="update">From its first byte; read to the end.</param>
    /// <param name="round">The round it must belong to.</param>
    /// <param name="sums">One place for every word of the whole update, or null.</param>
    /// <param name="threads">How many cores to use.</param>
    /// <param name="cancellationToken">Stops between pieces.</param>
    /// <returns>The sender and the hash.</returns>
    /// <exception cref="FormatException">The update is bad in one of the ways that its format lists; sums may be spoilt.</exception>
    public static (int Sender, string Hash) Read(
        Stream update, SignedRound round, ulong[]? sums, int threads, CancellationToken cancellationToken)
    {
        ParameterSet set = round.Description.Set;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] header = new byte[UpdateHeader.Bytes];
        Fill(update, header);
        hash.AppendData(header);
        int sender = UpdateHeader.Read(header, round);

        byte[] batch = new byte[BlocksAtOnce * set.BytesPerBlock];
        for (int first = 0; first < round.Description.BlockCount; first += BlocksAtOnce)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(BlocksAtOnce, round.Description.BlockCount - first);
            Memory<byte> piece = batch.AsMemory(0, count * set.BytesPerBlock);
            Fill(update, piece.Span);
            hash.AppendData(piece.Span);
            AddBlocks(piece, set, sums is null ? default : sums.AsMemory(first * set.WordsPerBlock, count * set.WordsPerBlock), threads);
        }

        byte[] digest = hash.GetHashAndReset();
        byte[] signature = new byte[Signatures.Bytes];
        Fill(update, signature);
        Require(update.ReadByte() < 0, $"{UpdateHeader.TotalBytes(round.Description)} bytes", "more");
        Require(round.Cards[sender].Verify(Signatures.Update, digest, signature), $"a signature of {round.Cards[sender].Name}", "another");
        return (sender, Convert.ToHexStringLower(digest));
    }

    private static void AddBlocks(ReadOnlyMemory<byte> packed, ParameterSet set, Memory<ulong> sums, int threads)
    {
        int blocks = packed.Length / set.BytesPerBlock;
        ulong[] largest = new ulong[threads];
        void Share(int thread)
        {
            ulong[] scratch = sums.IsEmpty ? new ulong[set.WordsPerBlock] : [];
            for (int block = thread; block < blocks; block += threads)
            {
                Span<ulong> target = sums.IsEmpty ? scratch : sums.Span.Slice(block * set.WordsPerBlock, set.WordsPerBlock);
                ReadOnlySpan<byte> source = packed.Span.Slice(block * set.BytesPerBlock, set.BytesPerBlock);
                largest[thread] = ulong.Max(largest[thread], WordPacking.AddTo(source, set.WordBits, target));
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

        ulong allowed = LargestWord(set);
        Require(largest.Max() <= allowed, $"words up to {allowed}", largest.Max());
    }

    // With two words a coefficient the low one may take every value, and a high one beyond q only adds a multiple of q.
    private static ulong LargestWord(ParameterSet set) =>
        set.Limbs == 1 ? (ulong)set.LargestCoefficient : (1UL << set.WordBits) - 1;

    private static void Fill(Stream stream, Span<byte> bytes)
    {
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        Require(read == bytes.Length, $"{bytes.Length} more bytes", read);
    }

    private static void Require(bool holds, string expected, object actual)
    {
        if (!holds)
        {
            throw new FormatException(FormattableString.Invariant($"Expected {expected} in the encrypted update but got {actual}."));
        }
    }
}
