using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Models;

namespace FedPortal.Site.CommandLine.Simulation;

/// <param name="Name">As shown.</param>
/// <param name="TrainImages">Training images.</param>
/// <param name="HoldoutImages">Images kept for evaluation.</param>
/// <param name="TrainClassCounts">Training images by class number.</param>
internal sealed record InstitutionSummary(string Name, int TrainImages, int HoldoutImages, IReadOnlyList<int> TrainClassCounts);

/// <param name="Name">As shown.</param>
/// <param name="TrainLoss">Of the last epoch; null before the first round.</param>
/// <param name="TrainSeconds">Local training; null before the first round.</param>
/// <param name="ImagesPerSecond">Trained; null before the first round.</param>
/// <param name="Evaluation">The new global model on this institution's hold-out.</param>
internal sealed record InstitutionRound(string Name, double? TrainLoss, double? TrainSeconds, double? ImagesPerSecond, EvaluationReport Evaluation);

/// <param name="Round">0 is the model before training.</param>
/// <param name="Institutions">In the order of the setup.</param>
/// <param name="Pooled">Over the hold-outs of all institutions.</param>
/// <param name="Consortium">Over the consortium's own hold-out, or null without one.</param>
/// <param name="Seconds">Of this round.</param>
/// <param name="Protection">Null in plain rounds and before the first.</param>
/// <param name="Backdoor">The backdoor's trigger on all hold-outs; null unless that is the attack.</param>
internal sealed record RoundResult(
    int Round, IReadOnlyList<InstitutionRound> Institutions, EvaluationReport Pooled, EvaluationReport? Consortium, StageSeconds Seconds,
    ProtectedRoundResult? Protection, BackdoorTrial? Backdoor);


/// <summary>One finished simulation.</summary>
internal sealed record SimulationResult(
    SimulationSetup Setup,
    string DeviceName,
    IReadOnlyList<InstitutionSummary> Institutions,
    IReadOnlyList<RoundResult> Rounds,
    StageSeconds Seconds,
    GlobalModel Model);
