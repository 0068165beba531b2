using System.Globalization;
using FedPortal.Training.Accounting;

namespace FedPortal.Training.Attacks;

/// <summary>How findings are put into words, the same on the command line and on the pages: an audit finds at least; it never proves at most.</summary>
public static class AttackWording
{
    public static string Of(EpsilonFinding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        string confidence = finding.Confidence.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", " ", StringComparison.Ordinal);
        return finding.LowerBound > 0
            ? string.Create(CultureInfo.InvariantCulture, $"The audit found ε ≥ {finding.LowerBound:0.00} ({confidence} confidence, δ = {finding.Delta:g3}); with so many trials no attack could have shown more than {finding.Ceiling:0.00}.")
            : string.Create(CultureInfo.InvariantCulture, $"The audit found nothing above ε = 0 ({confidence} confidence, δ = {finding.Delta:g3}). That is no proof of privacy; with so many trials it could have shown up to {finding.Ceiling:0.00}.");
    }

    public static string Of(PrivacyClaim claim)
    {
        ArgumentNullException.ThrowIfNull(claim);
        return claim.Epsilon is not { } epsilon
            ? "no ε is claimed"
            : string.Create(CultureInfo.InvariantCulture, $"ε = {epsilon:0.####}, δ = {claim.Delta:g3}, unit = {claim.Unit}, view = {claim.View}{(epsilon > PrivacyWording.MeaningfulEpsilon ? $" ({PrivacyWording.NotMeaningful})" : "")}");
    }

    public static string Of(ClaimVerdict verdict) => verdict switch
    {
        ClaimVerdict.NothingClaimed => "nothing claimed",
        ClaimVerdict.NotExceeded => "does not contradict the claim",
        ClaimVerdict.Exceeded => "exceeds the claim",
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "No words for this."),
    };
}
