using FedPortal.Training.Attacks;

namespace FedPortal.Models;

/// <summary>What an attack test found, with the claim it was held against. One of the reports is there.</summary>
/// <param name="Claim">As it was when the test ended.</param>
/// <param name="IsSynthetic">True when any image came from the phantom generator.</param>
/// <param name="Subject">What was attacked, in words.</param>
public sealed record AttackOutcome(PrivacyClaim Claim, bool IsSynthetic, string Subject)
{
    /// <summary>Loss threshold, over all institutions.</summary>
    public MembershipReport? Membership { get; init; }

    /// <summary>Loss threshold, by institution; those with too few patients are missing.</summary>
    public IReadOnlyList<InstitutionMembership> Institutions { get; init; } = [];

    /// <summary>Institutions without a result, with the reason.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    public LikelihoodRatioReport? LikelihoodRatio { get; init; }

    public CanaryReport? Canary { get; init; }

    public InversionFindings? Inversion { get; init; }

    /// <summary>The lower bound, or null for a test that gives none.</summary>
    public EpsilonFinding? Finding => Membership?.Epsilon ?? LikelihoodRatio?.Report.Epsilon ?? Canary?.Epsilon;

    /// <summary>Whatever report has rates.</summary>
    public MembershipReport? Rates => Membership ?? LikelihoodRatio?.Report;
}

public sealed record InstitutionMembership(Guid InstitutionId, MembershipReport Report);

/// <summary>What came back from gradients with noise.</summary>
/// <param name="Original">PNG of 32 × 32, base64; always a phantom.</param>
public sealed record InversionFindings(string Original, IReadOnlyList<InversionRow> Rows);

/// <param name="Psnr">Decibels.</param>
/// <param name="Image">PNG of 32 × 32, base64.</param>
public sealed record InversionRow(double NoiseMultiplier, double Psnr, string Image);
