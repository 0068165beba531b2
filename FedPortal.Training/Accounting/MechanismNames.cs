namespace FedPortal.Training.Accounting;

/// <summary>The names in ledgers and on the command line. They are part of the ledger's format.</summary>
public static class MechanismNames
{
    public const string Skellam = "skellam";

    public const string Gaussian = "gaussian";

    public const string DiscreteGaussian = "discrete-gaussian";

    public const string OffsetPoisson = "offset-poisson";

    public const string CentredPoisson = "centred-poisson";

    public const string CentredPoissonReal = "centred-poisson-real";

    public const string Clear = "clear";

    /// <summary>Clipped and rounded, without noise: what is protected is protected by encryption alone.</summary>
    public const string None = "none";

    /// <summary>Every mechanism that the accountant knows something about.</summary>
    public static IReadOnlyList<string> All { get; } = [Skellam, Gaussian, DiscreteGaussian, OffsetPoisson, CentredPoisson, CentredPoissonReal, Clear];
}
