namespace FedPortal.Training.Submission;

/// <summary>
/// One institution's <see cref="Perturbation.PerturbedUpdate"/> after encryption: what may travel to the aggregator. Only the encryption
/// of a perturbed update makes one.
/// </summary>
public sealed class EncryptedUpdate
{
    internal EncryptedUpdate(string parameterSet, string layoutHash, long sampleCount, ReadOnlyMemory<byte> ciphertext)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleCount, 1);
        ParameterSet = parameterSet;
        LayoutHash = layoutHash;
        SampleCount = sampleCount;
        Ciphertext = ciphertext;
    }

    /// <summary>Name of the encryption parameter set.</summary>
    public string ParameterSet { get; }

    /// <summary>Hash of the <see cref="Models.ModelLayout"/> behind the values.</summary>
    public string LayoutHash { get; }

    /// <summary>Number of training images behind the update.</summary>
    public long SampleCount { get; }

    public ReadOnlyMemory<byte> Ciphertext { get; }
}
