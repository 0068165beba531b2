using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Perturbation;
using FedPortal.Training.PrivateHead;

namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>One institution of a private-head study.</summary>
internal sealed record PrivateHeadInstitution(InstitutionSummary Images, int TrainPatients);

/// <summary>What a simulated private-head study came to, beside what the same head reaches without protection and what needs no training.</summary>
internal sealed record PrivateHeadResult
{
    public required PrivateHeadSetup Setup { get; init; }

    public required PrivateHeadPlan Plan { get; init; }

    public required BackboneReply Backbone { get; init; }

    public required string ProjectionHash { get; init; }

    public required IReadOnlyList<PrivateHeadInstitution> Institutions { get; init; }

    /// <summary>The private head on all hold-out images.</summary>
    public required EvaluationReport Private { get; init; }

    /// <summary>The same head on the same features without drawing, clipping and noise, trained until it settles.</summary>
    public required EvaluationReport Plain { get; init; }

    /// <summary>The answer that is always the largest class of the training images.</summary>
    public required EvaluationReport Majority { get; init; }

    public required string MajorityClass { get; init; }

    /// <summary>Accuracy and AUROC of every whole training, the first one included.</summary>
    public required IReadOnlyList<(double Accuracy, double? Auroc)> Repeats { get; init; }

    /// <summary>The check of the last released sum.</summary>
    public required SumNoiseCheck NoiseCheck { get; init; }

    public required HeadSumDescription Sum { get; init; }

    /// <summary>Last hash of the ledger, or null.</summary>
    public required string? LedgerHead { get; init; }

    public required double Seconds { get; init; }
}
