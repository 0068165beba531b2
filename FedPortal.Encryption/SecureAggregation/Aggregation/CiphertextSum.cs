using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedPortal.Encryption.SecureAggregation.Rounds;

namespace FedPortal.Encryption.SecureAggregation.Aggregation;

/// <summary>
/// Adds encrypted updates as they stream by. Holds one 64-bit word for every word of one update, however many are added, and no key: from
/// here on only the sum exists.
/// </summary>
/// <remarks>Inspect an update before adding it: one that turns out bad half way spoils the sum, which then refuses further use.</remarks>
public sealed class CiphertextSum
{
    private readonly SignedRound _round;
    private readonly ulong[] _words;
    private readonly SortedDictionary<int, string> _added = [];
    private bool _spoilt;

    public CiphertextSum(SignedRound round)
    {
        _round = round;
        _words = new ulong[(long)round.Description.BlockCount * round.Description.Set.WordsPerBlock];
    }

    /// <summary>Which updates were added: place in the roster and hash.</summary>
    public IReadOnlyDictionary<int, string> Added => _added;

    /// <summary>Adds one update, read to its end.</summary>
    /// <param name="update">From its first byte.</param>
    /// <param name="expectedHash">What inspection found, 64 hexadecimal digits.</param>
    /// <param name="threads">How many cores to use.</param>
    /// <param name="cancellationToken">Stops half way, which spoils the sum.</param>
    /// <exception cref="FormatException">The update is bad, was added before, or is not the inspected one.</exception>
    /// <exception cref="InvalidOperationException">The sum was spoilt before.</exception>
    public void Add(Stream update, string expectedHash, int threads = 1, CancellationToken cancellationToken = default)
    {
        RequireWhole();
        _spoilt = true;
        (int sender, string hash) = UpdateReader.Read(update, _round, _words, threads, cancellationToken);
        if (hash != expectedHash || !_added.TryAdd(sender, hash))
        {
            throw new FormatException($"Expected update {expectedHash} of an institution that was not added yet but got {hash} of place {sender}.");
        }

        _spoilt = false;
    }

    /// <returns>SHA-256 of the summed words, 64 hexadecimal digits: whoever adds the same updates, in whatever order, gets the same.</returns>
    /// <exception cref="InvalidOperationException">The sum was spoilt.</exception>
    public string ComputeHash()
    {
        RequireWhole();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int block = 0; block < _round.Description.BlockCount; block++)
        {
            hash.AppendData(MemoryMarshal.AsBytes(Block(block)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <exception cref="InvalidOperationException">The sum is spoilt or is not the sum of exactly this set.</exception>
    internal void RequireSumOf(AcceptedSet accepted)
    {
        RequireWhole();
        if (_added.Count != accepted.Members.Count || _added.Any(update => accepted.HashOf(update.Key) != update.Value))
        {
            throw new InvalidOperationException(
                $"Expected the sum of the {accepted.Members.Count} accepted updates but {_added.Count} were added or their hashes differ.");
        }
    }

    /// <returns>The summed words of one block.</returns>
    internal ReadOnlySpan<ulong> Block(int block)
    {
        int words = _round.Description.Set.WordsPerBlock;
        return _words.AsSpan(block * words, words);
    }

    private void RequireWhole()
    {
        if (_spoilt)
        {
            throw new InvalidOperationException("Expected a sum of whole updates but one that broke off half way was added.");
        }
    }
}
