using FedPortal.Encryption.SecureAggregation.Aggregation;
using FedPortal.Training.Submission;

namespace FedPortal.Training.Aggregation;

/// <summary>
/// The sum of one round's <see cref="EncryptedUpdate"/>s, still encrypted. It is made by whoever holds no key, and read only by
/// decryption after the roster was fixed.
/// </summary>
public sealed class EncryptedAggregate
{
    internal EncryptedAggregate(CiphertextSum sum, IReadOnlyList<EncryptedUpdate> updates)
    {
        Sum = sum;
        Updates = updates;
    }

    /// <summary>What was added, in roster order.</summary>
    public IReadOnlyList<EncryptedUpdate> Updates { get; }

    /// <summary>Training images behind all contributions.</summary>
    public long SampleCount => Updates.Sum(update => update.SampleCount);

    public int ContributorCount => Updates.Count;

    /// <summary>SHA-256 of the encrypted sum, 64 hexadecimal digits: what a replay must reach again.</summary>
    public string Hash => Sum.ComputeHash();

    internal CiphertextSum Sum { get; }
}
