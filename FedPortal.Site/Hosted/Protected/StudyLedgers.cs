using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;
using FedPortal.Training.Protection;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Hosted.Protected;

/// <summary>How a protected round is written to a site's ledger.</summary>
internal static class StudyLedgers
{
    public static LedgerHeader HeaderFor(AssignmentMessage assignment, RoundProtection protection, SignedRound round)
    {
        ProtectedAssignment terms = assignment.Protected!;
        PrivacyProfile privacy = protection.Privacy;
        bool isHead = privacy.Regime == PrivacyRegime.PrivateHead;
        return new LedgerHeader
        {
            LedgerId = $"{assignment.Binding.StudyId:N}-{terms.InstitutionCode}",
            Institution = terms.InstitutionCode,
            Study = $"{assignment.Binding.StudyId}",
            CreatedAt = "",
            Unit = privacy.Unit == PrivacyUnit.Institution ? "institution" : "patient",
            Adjacency = PrivacyScope.AdjacencyOf(isHead ? privacy.SamplingRate : 1),
            Delta = privacy.Delta,
            EpsilonCap = privacy.EpsilonCap ?? double.PositiveInfinity,
            Mechanism = privacy.ReleasedMechanism,
            Dimension = protection.Shape.Dimension,
            LayoutHash = protection.Shape.Layout.Hash,
            ClippingNorm = privacy.ClippingNorm,
            Scale = protection.Scale,
            Beta = protection.Noise.Beta,
            Institutions = terms.Institutions,
            ToleratedDropouts = privacy.ToleratedDropoutsOf(terms.Institutions),
            AssumedColluders = privacy.AssumedColluders,
            Sampling = isHead
                ? FormattableString.Invariant($"Poisson by patient, q = {privacy.SamplingRate:R}; every institution on the roster is asked in every round")
                : "none: every institution on the roster is asked in every round",
            BatchNormPolicy = isHead
                ? "the network below its last layer is frozen; no running statistics travel"
                : "running statistics are part of the vector, in units of the global model's",
            KeyCustody = FormattableString.Invariant($"a one-time key for each attempt, shared out among {round.Description.Helpers.Count} helpers of whom {round.Description.Threshold} open the sum; the portal holds no share"),
            CodeVersion = typeof(StudyLedgers).Assembly.GetName().Version?.ToString() ?? "unknown",
            TuningRunsCounted = false,
            SiteKey = "",
        };
    }

    /// <summary>The update and, where the round has sketches, the sketch. Who contributes is not known yet, so the fewest that may are named.</summary>
    public static IReadOnlyList<LedgerRelease> ReleasesOf(LedgerHeader header, RoundProtection protection, RoundDescription round, string ciphertextHash)
    {
        int fewest = Math.Max(1, header.Institutions - header.ToleratedDropouts);
        string[] contributors = [header.Institution, .. round.Members.Select(member => member.Name).Where(name => name != header.Institution).Take(fewest - 1)];
        LedgerRelease Of(string kind, ReleaseParameters parameters) => new()
        {
            Round = round.Round,
            Attempt = round.Attempt,
            Kind = kind,
            ClippingNorm = protection.Noise.ClippingNorm,
            Scale = protection.Scale,
            Parameters = parameters,
            Contributors = contributors,
            NormCheckPassed = true,
            CiphertextHashes = ciphertextHash.Length == 0 ? [] : [ciphertextHash],
        };

        // The portal sees each sketch alone, so its noise is written as if all shares together made it up: no view claims more than one sketch has.
        return protection.SketchRelease is { } sketch
            ? [Of(ReleaseKinds.Update, protection.UpdateRelease), Of(ReleaseKinds.Sketch, sketch with { LocalNoise = sketch.LocalNoise / contributors.Length })]
            : [Of(ReleaseKinds.Update, protection.UpdateRelease)];
    }
}
