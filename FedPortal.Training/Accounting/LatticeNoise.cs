namespace FedPortal.Training.Accounting;

/// <summary>Clipping, scale and noise of a vector that is rounded to the integer lattice: everything that its privacy follows from.</summary>
/// <param name="Dimension">d.</param>
/// <param name="ClippingNorm">C.</param>
/// <param name="Scale">s, lattice units for one; s·C of at least 2¹⁶ costs next to nothing against real-valued noise.</param>
/// <param name="NoiseMultiplier">z: the standard deviation of the total noise, divided by C.</param>
/// <param name="Shares">How many add to it.</param>
public sealed record LatticeNoise(int Dimension, double ClippingNorm, double Scale, double NoiseMultiplier, NoiseShares Shares)
{
    /// <summary>β of the conditional rounding.</summary>
    public double Beta { get; init; } = RoundedNorm.DefaultBeta;

    /// <summary>s·C.</summary>
    public double ScaledClip => Scale * ClippingNorm;

    /// <summary>Whole number, from 1, that a unit's rounded vector is multiplied with at most: noise and sensitivity grow with it alike.</summary>
    public int LargestWeight { get; init; } = 1;

    /// <summary>Largest norm of one unit's rounded vector before weighting, in lattice units.</summary>
    public double RoundedL2 => RoundedNorm.L2Bound(ScaledClip, Dimension, Beta);

    /// <summary>Δ2 after rounding and weighting, in lattice units.</summary>
    public double L2 => LargestWeight * RoundedL2;

    /// <summary>Δ1 after rounding and weighting, in lattice units.</summary>
    public double L1 => LargestWeight * RoundedNorm.L1Bound(RoundedL2, Dimension);

    /// <summary>μ = (z·s·C·largest weight)², in lattice units squared.</summary>
    public double TotalVariance => NoiseMultiplier * ScaledClip * LargestWeight * (NoiseMultiplier * ScaledClip * LargestWeight);

    /// <summary>What one institution adds.</summary>
    public double LocalVariance => Shares.LocalVariance(TotalVariance);

    /// <summary>Bits of a value below which even the noise alone does not fit: log2(4·z·√d), and not below the clipped vector.</summary>
    public int LeastBits => (int)Math.Ceiling(Math.Log2(4 * NoiseMultiplier * Math.Sqrt(Dimension)));

    public ReleaseParameters Release(string mechanism = MechanismNames.Skellam) => new()
    {
        Mechanism = mechanism,
        L1 = L1,
        L2 = L2,
        LInfinity = L2,
        LocalNoise = LocalVariance,
        Dimension = Dimension,
    };
}
