using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using FedPortal.Training.Ledger;

namespace FedPortal.Data;

/// <summary>
/// Verifies ledgers and does no work twice. What verification finds depends on the lines alone; so a ledger's beginning whose SHA-256 is that of a beginning that this process has verified
/// is verified, and only the lines behind it are looked at. Every line is read and hashed each time: what was changed in the database since is not the remembered beginning, and then
/// everything is verified anew and the first bad row is named. Nothing of this is stored, so there is nothing stored that could be forged: a portal that starts verifies everything once.
/// </summary>
internal sealed class VerifiedLedgers
{
    /// <summary>What is remembered of all ledgers together; about 5 kB each with twenty contributors.</summary>
    private const int MostRows = 30_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(Guid Study, Guid Institution), Beginning> _known = [];
    private long _turn;

    /// <param name="ledger">Study and institution.</param>
    /// <param name="lines">All lines as the database has them now; may be read twice.</param>
    public async Task<LedgerVerification> VerifyAsync((Guid Study, Guid Institution) ledger, IAsyncEnumerable<string> lines, CancellationToken cancellationToken) =>
        (Recall(ledger) is { } known ? await GoOnAsync(ledger, known, lines, cancellationToken) : null)
        ?? (await GoOnAsync(ledger, Beginning.None, lines, cancellationToken))!;

    /// <summary>The next time all of this ledger is verified.</summary>
    public void Forget((Guid Study, Guid Institution) ledger)
    {
        lock (_lock)
        {
            _known.Remove(ledger);
        }
    }

    /// <returns>Null when the lines do not begin with the known ones.</returns>
    private async Task<LedgerVerification?> GoOnAsync((Guid Study, Guid Institution) ledger, Beginning known, IAsyncEnumerable<string> lines, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        List<string> further = [];
        int count = 0;
        await foreach (string line in lines.WithCancellation(cancellationToken))
        {
            if (count == known.Lines && !known.IsHashOf(hash))
            {
                return null;
            }

            if (count++ >= known.Lines)
            {
                further.Add(line);
            }

            Append(hash, line);
        }

        if (count < known.Lines || (further.Count == 0 && !known.IsHashOf(hash)))
        {
            return null;
        }

        LedgerVerification found = known.Verification is not { } before ? LedgerVerifier.Verify(further)
            : further.Count == 0 ? before : LedgerVerifier.GoOn(before, further);
        if (found.Problem is null)
        {
            Remember(ledger, new Beginning(count, hash.GetCurrentHash(), found));
        }

        return found;
    }

    private Beginning? Recall((Guid Study, Guid Institution) ledger)
    {
        lock (_lock)
        {
            if (!_known.TryGetValue(ledger, out Beginning? known))
            {
                return null;
            }

            known.Turn = ++_turn;
            return known;
        }
    }

    private void Remember((Guid Study, Guid Institution) ledger, Beginning beginning)
    {
        lock (_lock)
        {
            beginning.Turn = ++_turn;
            _known[ledger] = beginning;
            while (_known.Count > 1 && _known.Values.Sum(known => known.Verification!.Rows.Count) > MostRows)
            {
                _known.Remove(_known.MinBy(pair => pair.Value.Turn).Key);
            }
        }
    }

    // With its length, so that no two lists of lines are the same bytes.
    private static void Append(IncrementalHash hash, string line)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(sizeof(int) + Encoding.UTF8.GetMaxByteCount(line.Length));
        int length = Encoding.UTF8.GetBytes(line, bytes.AsSpan(sizeof(int)));
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        hash.AppendData(bytes, 0, sizeof(int) + length);
        ArrayPool<byte>.Shared.Return(bytes);
    }

    /// <summary>Lines that were verified without a problem.</summary>
    private sealed record Beginning(int Lines, byte[] Hash, LedgerVerification? Verification)
    {
        public static Beginning None { get; } = new(0, SHA256.HashData([]), null);

        public long Turn { get; set; }

        public bool IsHashOf(IncrementalHash hash) => hash.GetCurrentHash().AsSpan().SequenceEqual(Hash);
    }
}
