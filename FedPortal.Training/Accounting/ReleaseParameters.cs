namespace FedPortal.Training.Accounting;

/// <summary>The numbers of one release as a ledger keeps them. Everything in integer lattice units.</summary>
public sealed record ReleaseParameters
{
    /// <summary>One of <see cref="MechanismNames"/>; anything else is not accounted.</summary>
    public required string Mechanism { get; init; }

    public double L1 { get; init; }

    public double L2 { get; init; }

    public double LInfinity { get; init; }

    /// <summary>What one institution adds: the variance, or for offset-poisson and centred-poisson its least rate.</summary>
    public double LocalNoise { get; init; }

    public double Dimension { get; init; } = 1;

    /// <summary>q of Poisson sampling; 1 means everyone takes part.</summary>
    public double SamplingRate { get; init; } = 1;

    /// <summary>Releases with these numbers.</summary>
    public int Steps { get; init; } = 1;

    /// <returns>The mechanism as seen with a number of shares of noise.</returns>
    public PrivacyMechanism WithShares(int shares) => Mechanism switch
    {
        MechanismNames.Skellam => new SkellamMechanism(L1, L2, LocalNoise * shares),
        MechanismNames.Gaussian => new GaussianMechanism(L2, Math.Sqrt(LocalNoise * shares)),
        MechanismNames.DiscreteGaussian => new DiscreteGaussianMechanism(L2, LocalNoise, shares, Dimension),
        MechanismNames.OffsetPoisson => new OffsetPoissonMechanism(L2, LInfinity, LocalNoise * shares),
        MechanismNames.CentredPoisson => new CentredPoissonLatticeMechanism(LocalNoise * shares, (int)Math.Ceiling(LInfinity), Dimension),
        MechanismNames.CentredPoissonReal => new CentredPoissonRealMechanism(LocalNoise * shares, 1),
        MechanismNames.Clear => new ClearRelease(),
        MechanismNames.None => new NoNoiseRelease(),
        _ => new UnknownMechanism(Mechanism),
    };

    /// <returns>The cost of all steps with a number of shares of noise.</returns>
    public PrivacyCost Cost(int shares, RenyiOrders orders)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Steps, 1);
        return WithShares(shares).Cost(orders, SamplingRate).Repeat(Steps);
    }
}
