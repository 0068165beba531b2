namespace FedPortal.Training.Aggregation;

/// <summary>
/// The sum of one round's <see cref="Submission.EncryptedUpdate"/>s, still encrypted. It is made by whoever holds no key, and read only by
/// decryption after the roster was fixed.
/// </summary>
public sealed class EncryptedAggregate
{
    internal EncryptedAggregate(string parameterSet, string layoutHash, long sampleCount, int contributorCount, ReadOnlyMemory<byte> ciphertext)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(contributorCount, 1);
        ParameterSet = parameterSet;
        LayoutHash = layoutHash;
        SampleCount = sampleCount;
        ContributorCount = contributorCount;
        Ciphertext = ciphertext;
    }

    /// <summary>Name of the encryption parameter set, the same for every contribution.</summary>
    public string ParameterSet { get; }

    /// <summary>Hash of the <see cref="Models.ModelLayout"/> behind the values.</summary>
    public string LayoutHash { get; }

    /// <summary>Training images behind all contributions.</summary>
    public long SampleCount { get; }

    public int ContributorCount { get; }

    public ReadOnlyMemory<byte> Ciphertext { get; }
}
