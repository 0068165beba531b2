using System.Globalization;

namespace FedPortal.Training.Accounting;

/// <summary>A way of adding noise with the numbers that its privacy follows from. Sensitivity and noise share one unit.</summary>
public abstract record PrivacyMechanism
{
    /// <summary>The name in ledgers and on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What must be said beside every number from this mechanism; empty when nothing needs saying.</summary>
    public virtual string Remark => "";

    /// <returns>The cost of one release over a Poisson sample with probability <paramref name="samplingRate"/>; 1 is everyone.</returns>
    public PrivacyCost Cost(RenyiOrders orders, double samplingRate = 1)
    {
        if (samplingRate is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(samplingRate), samplingRate, "Expected a sampling rate from 0 to 1.");
        }

        return CostOf(orders, samplingRate);
    }

    private protected abstract PrivacyCost CostOf(RenyiOrders orders, double samplingRate);

    private protected static PrivacyCost FromDivergence(RenyiOrders orders, Func<double, double> divergence)
    {
        var curve = RenyiCurve.From(orders, divergence);
        return curve.Values.All(double.IsPositiveInfinity) ? new UnboundedCost("No noise protects this view.") : new RenyiCost(curve);
    }

    private protected static Func<double, double> Remember(Func<double, double> divergence)
    {
        var known = new Dictionary<double, double>();
        return order => known.TryGetValue(order, out double value) ? value : known[order] = divergence(order);
    }
}

/// <summary>Skellam noise of total variance <paramref name="Variance"/> on the integer lattice.</summary>
public sealed record SkellamMechanism(double L1, double L2, double Variance) : PrivacyMechanism
{
    public override string Name => MechanismNames.Skellam;

    private protected override PrivacyCost CostOf(RenyiOrders orders, double samplingRate)
    {
        Func<double, double> divergence = Remember(order => SkellamPrivacy.Renyi(order, L1, L2, Variance));
        return FromDivergence(orders, order => Subsampling.Symmetric(order, samplingRate, divergence));
    }
}

/// <summary>Gaussian noise on real values.</summary>
public sealed record GaussianMechanism(double Sensitivity, double Sigma) : PrivacyMechanism
{
    public override string Name => MechanismNames.Gaussian;

    private protected override PrivacyCost CostOf(RenyiOrders orders, double samplingRate) =>
        Sigma <= 0
            ? new UnboundedCost("No noise protects this view.")
            : FromDivergence(orders, order => GaussianPrivacy.SubsampledRenyi(order, Sigma / Sensitivity, samplingRate));
}

/// <summary>
/// The sum of <paramref name="Shares"/> independent discrete Gaussians, each of variance <paramref name="ShareVariance"/>, on the integer
/// lattice (Kairouz, Liu, Steinke 2021): ½ε²-concentrated with ε = min{√(Δ2²/(kσ²) + τd/2), Δ2/(√k σ) + τ√d} and
/// τ = 10·Σ e^(−2π²σ²j/(j+1)) over j = 1 … k−1.
/// </summary>
public sealed record DiscreteGaussianMechanism(double L2, double ShareVariance, int Shares, double Dimension) : PrivacyMechanism
{
    public override string Name => MechanismNames.DiscreteGaussian;

    private protected override PrivacyCost CostOf(RenyiOrders orders, double samplingRate)
    {
        double concentration = Concentration();
        return FromDivergence(orders, order => Subsampling.General(order, samplingRate, at => at * concentration));
    }

    private double Concentration()
    {
        if (Shares <= 0 || ShareVariance <= 0)
        {
            return double.PositiveInfinity;
        }

        double distance = 10 * Enumerable.Range(1, Shares - 1).Sum(j => Math.Exp(-2 * Math.PI * Math.PI * ShareVariance * j / (j + 1)));
        double square = L2 * L2 / (Shares * ShareVariance);
        double one = square + (distance * Dimension / 2);
        double other = Math.Sqrt(square) + (distance * Math.Sqrt(Dimension));
        return Math.Min(one, other * other) / 2;
    }
}

/// <summary>Every coordinate is sent as a Poisson count over an offset.</summary>
public sealed record OffsetPoissonMechanism(double L2, double LInfinity, double LeastRate) : PrivacyMechanism
{
    public override string Name => MechanismNames.OffsetPoisson;

    public override string Remark => "in-house proof";

    private protected override PrivacyCost CostOf(RenyiOrders orders, double samplingRate)
    {
        Func<double, double> divergence = Remember(order => OffsetPoissonPrivacy.Renyi(order, L2, LInfinity, LeastRate));
        return FromDivergence(orders, order => Subsampling.General(order, samplingRate, divergence));
    }
}

/// <summary>Poisson noise minus its mean on integer vectors: an (ε, δ) for a single release only, with a floor under δ.</summary>
public sealed record CentredPoissonLatticeMechanism(double Rate, int Shift, double Coordinates) : PrivacyMechanism
{
    public override string Name => MechanismNames.CentredPoisson;

    public override string Remark => string.Create(
        CultureInfo.InvariantCulture,
        $"an (ε, δ) exists for a single release only, and no δ below {Math.Max(1e-300, CentredPoissonPrivacy.DeltaFloor(Rate, Coordinates)):g3}");

    private protected override PrivacyCost CostOf(RenyiOrders orders, double samplingRate) =>
        new UnaccountedCost("Centred Poisson noise on the lattice has no Rényi bound: its support ends on one side.");
}

/// <summary>The literal reading of the published method: Poisson noise minus its mean on real-valued weights.</summary>
public sealed record CentredPoissonRealMechanism(double Rate, double Scale) : PrivacyMechanism
{
    public override string Name => MechanismNames.CentredPoissonReal;

    public override string Remark => PrivacyWording.NoGuarantee;

    private protected override PrivacyCost CostOf(RenyiOrders orders, double samplingRate) =>
        new UnboundedCost($"{PrivacyWording.NoGuarantee}: the output lies on x + integer/scale, so the fraction of every scaled value is revealed exactly.");
}

/// <summary>Values released as they are.</summary>
public sealed record ClearRelease : PrivacyMechanism
{
    public override string Name => MechanismNames.Clear;

    public override string Remark => PrivacyWording.NoGuarantee;

    private protected override PrivacyCost CostOf(RenyiOrders orders, double samplingRate) =>
        new UnboundedCost($"{PrivacyWording.NoGuarantee}: the values were released without noise.");
}

/// <summary>Clipped and rounded values whose sum is released without noise.</summary>
public sealed record NoNoiseRelease : PrivacyMechanism
{
    public override string Name => MechanismNames.None;

    public override string Remark => PrivacyWording.NoPrivacyFromNoise;

    private protected override PrivacyCost CostOf(RenyiOrders orders, double samplingRate) =>
        new UnboundedCost(PrivacyWording.NoPrivacyFromNoise);
}

/// <summary>A mechanism that this version has no formula for.</summary>
public sealed record UnknownMechanism(string UnknownName) : PrivacyMechanism
{
    public override string Name => UnknownName;

    private protected override PrivacyCost CostOf(RenyiOrders orders, double samplingRate) =>
        new UnaccountedCost($"The accountant does not know the mechanism '{UnknownName}'.");
}
