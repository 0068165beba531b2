namespace FedPortal.Training.Perturbation;

/// <summary>Bounds what one unit (an institution or a patient) can change.</summary>
public static class Clipping
{
    /// <returns>min(1, C/‖x‖): what the vector must be multiplied with so that its norm is at most C.</returns>
    /// <exception cref="ArgumentException">A value is infinite or not a number: nothing about such an update can be promised.</exception>
    public static double Factor(ReadOnlySpan<float> values, double clippingNorm)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(clippingNorm);
        double norm = VectorNorm.L2(values);
        return double.IsFinite(norm)
            ? (norm > clippingNorm ? clippingNorm / norm : 1)
            : throw new ArgumentException("Expected finite values but the update holds an infinite value or one that is not a number.", nameof(values));
    }
}

/// <summary>The sum of one clipped vector for each patient. A patient with several images must be given once, as one vector.</summary>
public sealed class PatientSum(int dimension, double clippingNorm)
{
    private readonly double[] _sum = new double[dimension];
    private readonly HashSet<string> _patients = [];

    public int PatientCount => _patients.Count;

    /// <summary>Adds one patient's vector, clipped.</summary>
    /// <exception cref="InvalidOperationException">The patient is in the sum already: his influence would double.</exception>
    public void Add(string patientKey, ReadOnlySpan<float> values)
    {
        if (values.Length != _sum.Length)
        {
            throw new ArgumentException($"Expected {_sum.Length} values but got {values.Length}.", nameof(values));
        }

        double factor = Clipping.Factor(values, clippingNorm);
        if (!_patients.Add(patientKey))
        {
            throw new InvalidOperationException("Expected one vector for each patient but one patient came twice. Add up a patient's images first.");
        }

        for (int i = 0; i < _sum.Length; i++)
        {
            _sum[i] += factor * values[i];
        }
    }

    public void CopyTo(Span<float> destination)
    {
        for (int i = 0; i < _sum.Length; i++)
        {
            destination[i] = (float)_sum[i];
        }
    }
}
