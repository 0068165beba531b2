namespace FedPortal.Planning;

/// <summary>A gate of the roadmap. Each is closed by a record in the portal and by nothing else.</summary>
public enum RoadmapGate
{
    InstitutionsAdmitted,
    CoordinatorForEach,
    AuditorNamed,
    DataReady,
    StudyAgreed,
    ProtectedRound,
    ModelMeasured,
    PrivacyReportVerified,
    StudyCompleted,
    ModelReleased,
    SecondStudy,
}

/// <summary>The record that closes a gate.</summary>
/// <param name="Text">What it is, in words for people.</param>
/// <param name="At">When it came to be.</param>
public sealed record GateEvidence(string Text, DateTimeOffset At);

/// <summary>A gate as it stands.</summary>
/// <param name="Needs">What closes it.</param>
/// <param name="Evidence">Null while it is open.</param>
/// <param name="Missing">What is there of what it needs, where that can be counted.</param>
public sealed record GateView(RoadmapGate Gate, string Name, string Needs, GateEvidence? Evidence, string? Missing);

public sealed record PhaseView(int Number, string Name, string Aim, IReadOnlyList<GateView> Gates)
{
    public bool IsDone => Gates.All(gate => gate.Evidence is not null);
}

/// <summary>Five phases from the first talk to a model in use.</summary>
public static class Roadmap
{
    /// <summary>Fewest institutions whose sum hides each of them.</summary>
    public const int FewestInstitutions = 3;

    private static readonly (string Name, string Aim, (RoadmapGate Gate, string Name, string Needs)[] Gates)[] Phases =
    [
        ("Found the consortium", "Who takes part, and who answers for what.",
        [
            (RoadmapGate.InstitutionsAdmitted, "Institutions are admitted", $"At least {FewestInstitutions} active institutions are on record."),
            (RoadmapGate.CoordinatorForEach, "Each has a coordinator", "Every active institution has a coordinator whose account is open."),
            (RoadmapGate.AuditorNamed, "Somebody checks", "An auditor has an account."),
        ]),
        ("Make the data ready", "Images in order before anything is trained on them.",
        [
            (RoadmapGate.DataReady, "Data sets are ready", $"At least {FewestInstitutions} institutions have a data set of real images that was checked and split."),
            (RoadmapGate.StudyAgreed, "A study is agreed", "A study was started with the roster and plan that everybody sees."),
        ]),
        ("Prove the protection", "First with the protection on, then for real.",
        [
            (RoadmapGate.ProtectedRound, "A protected round is completed", "A round of a protected study went through to its end: only the sum was opened."),
            (RoadmapGate.PrivacyReportVerified, "The privacy report verifies", "Every ledger of a protected study verifies line by line, its loss of privacy is recomputed, and none differs from its site's own."),
        ]),
        ("Train and measure", "A model, and what it is worth on images it never saw.",
        [
            (RoadmapGate.ModelMeasured, "The model is measured", "A trained model was evaluated on the institutions' hold-out images."),
            (RoadmapGate.StudyCompleted, "A study is completed", "All rounds of a study are done."),
        ]),
        ("Release and go on", "Give the model out, and keep learning.",
        [
            (RoadmapGate.ModelReleased, "A model is released", "A model passed its release gate and was signed."),
            (RoadmapGate.SecondStudy, "The next study runs", "A second study was started after one was completed."),
        ]),
    ];

    /// <summary>The phases with what closes their gates.</summary>
    public static IReadOnlyList<PhaseView> Of(Func<RoadmapGate, (GateEvidence? Evidence, string? Missing)> stateOf) =>
    [
        .. Phases.Select((phase, i) => new PhaseView(i + 1, phase.Name, phase.Aim, [.. phase.Gates.Select(gate =>
        {
            (GateEvidence? evidence, string? missing) = stateOf(gate.Gate);
            return new GateView(gate.Gate, gate.Name, gate.Needs, evidence, missing);
        })])),
    ];
}
