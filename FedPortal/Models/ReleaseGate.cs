using System.Globalization;

namespace FedPortal.Models;

/// <summary>How one gate stands.</summary>
public enum GateFace
{
    Open,
    Closed,

    /// <summary>Passable only by two signatures that give a reason.</summary>
    Blocked,
}

/// <param name="Name">For people.</param>
/// <param name="Text">Why it stands as it does.</param>
public sealed record Gate(string Name, GateFace Face, string Text);

/// <summary>
/// What must be so before a model is given out: it was evaluated; the loss-threshold attack was run on it; no attack exceeds the claim; an admin and an
/// auditor, two people, signed this very evidence. Where an attack exceeds the claim both must give a reason.
/// </summary>
public static class ReleaseGate
{
    public const int LeastReason = 20;

    public static IReadOnlyList<Gate> Of(ReleaseEvidence evidence, ModelRelease? release)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return [Evaluation(evidence), Attack(evidence), Claim(evidence), Signatures(evidence, release)];
    }

    /// <summary>True when the model may go out.</summary>
    public static bool IsOpen(ReleaseEvidence evidence, ModelRelease release) =>
        evidence.IsEvaluated && evidence.IsAttacked && Missing(evidence, release).Count == 0;

    /// <returns>Why this person's signature is not taken now, or null when it is.</returns>
    public static string? Refusal(ReleaseEvidence evidence, ModelRelease? release, Signer signer, string? reason) =>
        !evidence.IsEvaluated ? "The model version was not evaluated yet."
        : !evidence.IsAttacked ? "The loss-threshold attack was not run on this model version yet."
        : release?.State == ReleaseState.Released ? "The model version is released already."
        : Valid(evidence, release).Any(signature => signature.UserId == signer.UserId) ? "One person signs once: the other signature must be somebody else's."
        : Valid(evidence, release).Any(signature => signature.Role == signer.Role) ? $"An {NameOf(signer.Role)} has signed already; the other signature is still missing."
        : evidence.Exceeding.Count > 0 && (reason?.Trim().Length ?? 0) < LeastReason
            ? $"An attack exceeds the claim: a reason of at least {LeastReason.ToString(CultureInfo.InvariantCulture)} characters is needed."
        : null;

    /// <summary>Signatures for the evidence as it is.</summary>
    public static IReadOnlyList<ReleaseSignature> Valid(ReleaseEvidence evidence, ModelRelease? release) =>
        release is null ? [] : [.. release.Signatures.Where(signature => signature.EvidenceDigest == evidence.Digest)];

    private static List<SignerRole> Missing(ReleaseEvidence evidence, ModelRelease? release) =>
        [.. Enum.GetValues<SignerRole>().Where(role => !Valid(evidence, release).Any(signature => signature.Role == role))];

    private static Gate Evaluation(ReleaseEvidence evidence) => evidence.IsEvaluated
        ? new("Evaluated", GateFace.Open, "The institutions measured it on images that it never saw.")
        : new("Evaluated", GateFace.Closed, "No institution has measured it yet.");

    private static Gate Attack(ReleaseEvidence evidence) => evidence.IsAttacked
        ? new("Attacked", GateFace.Open, evidence.Attacks.Count == 1 ? "The loss-threshold attack was run on it." : $"{evidence.Attacks.Count} attack tests were run on it.")
        : new("Attacked", GateFace.Closed, "Run the loss-threshold attack first.");

    private static Gate Claim(ReleaseEvidence evidence)
    {
        const string Name = "Claim holds";
        if (evidence.Exceeding.MaxBy(attack => attack.EpsilonFound) is { } worst)
        {
            return new(Name, GateFace.Blocked, string.Create(
                CultureInfo.InvariantCulture, $"An attack found ε ≥ {worst.EpsilonFound:0.00} but ε = {evidence.ClaimedEpsilon:0.00} is claimed. Both signatures must say why it goes out all the same."));
        }

        return !evidence.IsAttacked ? new(Name, GateFace.Closed, "Nothing was tested yet.")
            : evidence.ClaimedEpsilon is null ? new(Name, GateFace.Open, "No ε is claimed, so no attack can exceed it.")
            : new(Name, GateFace.Open, "No attack found more than is claimed. That is no proof of the claim.");
    }

    private static Gate Signatures(ReleaseEvidence evidence, ModelRelease? release)
    {
        const string Name = "Two signatures";
        List<SignerRole> missing = Missing(evidence, release);
        int outdated = (release?.Signatures.Count ?? 0) - Valid(evidence, release).Count;
        string words = missing.Count switch
        {
            0 => "An admin and an auditor signed.",
            1 => $"The {NameOf(missing[0])}'s signature is missing.",
            _ => "An admin and an auditor must sign, two people.",
        };
        return new(Name, missing.Count == 0 ? GateFace.Open : GateFace.Closed, outdated > 0 ? $"{words} {outdated} signed before the evidence changed; that does not count." : words);
    }

    private static string NameOf(SignerRole role) => role == SignerRole.Admin ? "admin" : "auditor";
}
