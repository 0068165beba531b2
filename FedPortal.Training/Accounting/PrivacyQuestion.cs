using System.Globalization;

namespace FedPortal.Training.Accounting;

/// <summary>One what-if question: a mechanism with all its numbers. The command line and the page ask it in the same way.</summary>
public sealed record PrivacyQuestion
{
    /// <summary>s·C where nobody chose a scale: rounding costs next to nothing then.</summary>
    public const double DefaultScaledClip = 65536;

    public required string Mechanism { get; init; }

    public required LatticeNoise Noise { get; init; }

    /// <summary>k, the shares that arrive.</summary>
    public required int Arrived { get; init; }

    public required int Rounds { get; init; }

    public required double SamplingRate { get; init; }

    public required PrivacyScope Scope { get; init; }

    public required IReadOnlyList<PrivacyView> Views { get; init; }

    /// <summary>Gaussian noise is on real values and needs no lattice; everything else is rounded.</summary>
    private ReleaseParameters Release => Mechanism == MechanismNames.Gaussian
        ? new ReleaseParameters { Mechanism = Mechanism, L2 = Noise.ClippingNorm, LocalNoise = Noise.LocalVariance / (Noise.Scale * Noise.Scale), SamplingRate = SamplingRate }
        : Noise.Release(Mechanism) with { SamplingRate = SamplingRate };

    public PrivacyMechanism MechanismOf(PrivacyView view) => Release.WithShares(Noise.Shares.SharesSeen(view, Arrived));

    public PrivacyCost Cost(PrivacyView view, int rounds) =>
        (Release with { Steps = rounds }).Cost(Noise.Shares.SharesSeen(view, Arrived), RenyiOrders.Standard);

    public PrivacyStatement Statement(PrivacyView view, int rounds) =>
        Mechanism == MechanismNames.CentredPoisson ? CentredPoisson(view, rounds) : PrivacyStatement.For(Cost(view, rounds), Scope.Delta);

    /// <returns>The statements after 1, 2, … <see cref="Rounds"/> rounds.</returns>
    public IReadOnlyList<PrivacyStatement> Curve(PrivacyView view)
    {
        IEnumerable<int> rounds = Enumerable.Range(1, Rounds);
        if (Mechanism == MechanismNames.CentredPoisson)
        {
            return [.. rounds.Select(round => Statement(view, round))];
        }

        PrivacyCost one = Cost(view, 1);
        return [.. rounds.Select(round => PrivacyStatement.For(one.Repeat(round), Scope.Delta))];
    }

    public string Claim(PrivacyView view) => PrivacyWording.Claim(Statement(view, Rounds), Scope, PrivacyWording.Adversary(view, Noise.Shares.AssumedColluders));

    /// <returns>The exact ε where there is one (Gaussian noise); null elsewhere.</returns>
    public double? TightEpsilon(PrivacyView view)
    {
        if (MechanismOf(view) is not GaussianMechanism { Sigma: > 0 } gaussian)
        {
            return null;
        }

        double multiplier = gaussian.Sigma / gaussian.Sensitivity;
        return SamplingRate == 1
            ? GaussianPrivacy.ExactEpsilon(Scope.Delta, 1, multiplier, Rounds)
            : PrivacyLoss.SubsampledGaussianEpsilon(multiplier, SamplingRate, Rounds, Scope.Delta);
    }

    public PrivacyQuestion WithNoise(double noiseMultiplier) => this with { Noise = Noise with { NoiseMultiplier = noiseMultiplier } };

    public string Summary() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Mechanism}: d = {Noise.Dimension}, C = {Noise.ClippingNorm:g6}, s·C = {Noise.ScaledClip:g6}, z = {Noise.NoiseMultiplier:g7}, "
        + $"{Arrived} of {Noise.Shares.Institutions} shares (each sized for {Noise.Shares.SizedFor}), {Rounds} rounds, q = {SamplingRate:g6}");

    public static string NameOf(PrivacyView view) => view switch
    {
        PrivacyView.PublishedSum => "published",
        PrivacyView.Colluders => "colluders",
        _ => "single",
    };

    /// <summary>Only one release of one coordinate has an (ε, δ).</summary>
    private PrivacyStatement CentredPoisson(PrivacyView view, int rounds)
    {
        double rate = Noise.LocalVariance * Noise.Shares.SharesSeen(view, Arrived);
        if (Noise.Dimension > 1 || rounds > 1 || SamplingRate < 1 || rate > 1e9)
        {
            return PrivacyStatement.For(Cost(view, rounds), Scope.Delta);
        }

        double epsilon = CentredPoissonPrivacy.Epsilon(Scope.Delta, rate, (int)Math.Ceiling(Noise.ScaledClip));
        return double.IsInfinity(epsilon)
            ? new UnboundedStatement("δ is below the floor of the one-sided support")
            : new EpsilonStatement(epsilon, double.PositiveInfinity);
    }
}
