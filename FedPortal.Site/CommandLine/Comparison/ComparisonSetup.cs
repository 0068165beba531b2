using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Training.Comparison;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;

namespace FedPortal.Site.CommandLine.Comparison;

/// <summary>Everything a comparison needs, checked and with all defaults filled in.</summary>
internal sealed record ComparisonSetup
{
    public required FederationImages Images { get; init; }

    /// <summary>What is trained on, in words.</summary>
    public required string DataInWords { get; init; }

    public required PreprocessingPipeline Pipeline { get; init; }

    /// <summary>Of all methods that do not bring their own network.</summary>
    public required ModelDescription Model { get; init; }

    public required TrainingPlan Plan { get; init; }

    public required int Rounds { get; init; }

    public required int Seed { get; init; }

    public required int Repeats { get; init; }

    public required IReadOnlyList<string> Methods { get; init; }

    public required MetaPlan Meta { get; init; }

    /// <summary>T of distillation.</summary>
    public required double Temperature { get; init; }

    /// <summary>Public synthetic images that teachers label.</summary>
    public required int TransferImages { get; init; }

    public required ProtectionSettings Protection { get; init; }

    public required SimulationResources Resources { get; init; }

    /// <summary>The command line that gives the comparison again, or in words what does.</summary>
    public required string Command { get; init; }

    /// <summary>The plan of one seed.</summary>
    public TrainingPlan PlanOf(int seed) => Plan with { Seed = seed };
}
