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
