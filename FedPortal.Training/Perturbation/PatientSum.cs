using FedPortal.Training.Accounting;

namespace FedPortal.Training.Perturbation;

/// <summary>
/// The sum of one vector for each patient, every one clipped and rounded to the lattice on its own: only then does taking a patient out
/// change the integer sum by at most the bound that is charged. A patient with several images must be given once, as one vector.
/// </summary>
/// <param name="noise">Dimension, clipping norm and scale of the study; the unit is the patient.</param>
/// <param name="words">Randomness of the rounding.</param>
public sealed class PatientSum(LatticeNoise noise, RandomWords words)
{
    private readonly int[] _sum = new int[noise.Dimension];
    private readonly int[] _rounded = new int[noise.Dimension];
    private readonly HashSet<string> _patients = [];

    public int PatientCount => _patients.Count;

    /// <summary>The integer sum so far, without noise: it must not leave like this.</summary>
    public ReadOnlySpan<int> Values => _sum;

    /// <summary>Adds one patient's vector.</summary>
    /// <exception cref="InvalidOperationException">The patient is in the sum already: one person's influence would double.</exception>
    public void Add(string patientKey, ReadOnlySpan<float> values)
    {
        if (values.Length != _sum.Length)
        {
            throw new ArgumentException($"Expected {_sum.Length} values but got {values.Length}.", nameof(values));
        }

        LatticeRounding.Round(values, noise.Scale * Clipping.Factor(values, noise.ClippingNorm), noise.L2, words, _rounded);
        if (!_patients.Add(patientKey))
        {
            throw new InvalidOperationException("Expected one vector for each patient but one patient came twice. Add up a patient's images first.");
        }

        for (int i = 0; i < _sum.Length; i++)
        {
            _sum[i] = checked(_sum[i] + _rounded[i]);
        }
    }

    /// <returns>The sum with one institution's share of the noise.</returns>
    /// <param name="share">The noise.</param>
    /// <param name="largest">Values of the sum beyond this are cut to it before the noise; that brings neighbouring sums only closer together.</param>
    public int[] WithNoise(NoiseTable share, int largest = int.MaxValue)
    {
        if (share.Variance < noise.LocalVariance)
        {
            throw new ArgumentException($"Expected noise of variance {noise.LocalVariance} but the table has {share.Variance}.", nameof(share));
        }

        int[] noisy = new int[_sum.Length];
        share.Fill(words, noisy);
        for (int i = 0; i < noisy.Length; i++)
        {
            noisy[i] = checked(noisy[i] + Math.Clamp(_sum[i], -largest, largest));
        }

        return noisy;
    }
}
