using FedPortal.Training.Perturbation;

namespace FedPortal.Training.Comparison;

/// <summary>
/// What the first institution of the ring adds, and takes off when the sum has come round. All institutions hold the secret key, so the mask is what hides the first
/// ones' values from the next. It is uniform in ±2²⁷ in steps of 2⁻²⁵ (below that lies the encryption's own noise): a masked value v differs from the mask alone by at most |v|/2²⁷ in
/// statistical distance. The published program draws normal numbers of deviation 10⁴ from a generator that is not cryptographic.
/// </summary>
public static class CyclicMask
{
    /// <summary>No mask is larger.</summary>
    public const double Bound = 1L << 27;

    private const double Step = 1.0 / (1L << 25);

    public static double[] Draw(int count)
    {
        using RandomWords words = RandomWords.FromOperatingSystem();
        double[] mask = new double[count];
        for (int i = 0; i < count; i++)
        {
            // 53 random bits around 0, exact in a double.
            mask[i] = ((long)(words.Next() >> 11) - (1L << 52)) * Step;
        }

        return mask;
    }

    public static double[] Negated(double[] mask) => Array.ConvertAll(mask, value => -value);
}
