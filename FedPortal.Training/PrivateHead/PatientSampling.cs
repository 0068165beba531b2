using FedPortal.Training.Perturbation;

namespace FedPortal.Training.PrivateHead;

/// <summary>
/// Poisson sampling: every patient takes part with probability q, on its own, decided by a cryptographic generator. Only then does the
/// accountant's amplification hold, and only while nobody learns who took part.
/// </summary>
public static class PatientSampling
{
    /// <returns>The positions of the sampled patients, in order.</returns>
    /// <param name="patientCount">Patients of the institution.</param>
    /// <param name="samplingRate">q, above 0 and at most 1.</param>
    /// <param name="words">One number is drawn for every patient, whatever q is.</param>
    public static IReadOnlyList<int> Draw(int patientCount, double samplingRate, RandomWords words)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(patientCount);
        if (samplingRate is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(samplingRate), samplingRate, "Expected a sampling rate above 0 and at most 1.");
        }

        var sampled = new List<int>();
        for (int patient = 0; patient < patientCount; patient++)
        {
            if (words.NextUnit() < samplingRate)
            {
                sampled.Add(patient);
            }
        }

        return sampled;
    }
}
