using FedPortal.Encryption.SecureAggregation.Aggregation;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Training.Submission;

namespace FedPortal.Training.Aggregation;

/// <summary>
/// Adds the accepted updates of one round as they stream by. Its memory is that of one update, however many are added; it holds no key and cannot read
/// what it adds. For one thread at a time.
/// </summary>
public sealed class EncryptedAggregation(SignedRound round)
{
    private readonly CiphertextSum _sum = new(round);
    private readonly List<EncryptedUpdate> _added = [];

    /// <summary>Reads one ciphertext to its end and adds it.</summary>
    /// <param name="update">As inspected.</param>
    /// <param name="ciphertext">From its first byte.</param>
    /// <param name="threads">How many cores to use.</param>
    /// <param name="cancellationToken">Stops half way, which spoils the sum.</param>
    /// <exception cref="FormatException">It is not the inspected one, or was added before.</exception>
    public void Add(EncryptedUpdate update, Stream ciphertext, int threads = 1, CancellationToken cancellationToken = default)
    {
        _sum.Add(ciphertext, update.Hash, threads, cancellationToken);
        _added.Add(update);
    }

    /// <summary>The finished sum.</summary>
    /// <exception cref="InvalidOperationException">Fewer were added than a sum may have.</exception>
    public EncryptedAggregate Finish() => _added.Count >= round.Description.SmallestAcceptedSet
        ? new EncryptedAggregate(_sum, [.. _added.OrderBy(update => update.Place)])
        : throw new InvalidOperationException($"Expected at least {round.Description.SmallestAcceptedSet} updates in a sum but {_added.Count} were added.");
}
