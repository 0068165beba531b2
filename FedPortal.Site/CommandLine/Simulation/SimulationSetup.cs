using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.Screening.Adversaries;

namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>Everything a simulated federation needs, checked and with all defaults filled in.</summary>
internal sealed record SimulationSetup
{
    public required FederationImages Images { get; init; }

    public required PreprocessingPipeline Pipeline { get; init; }

    public required ModelDescription Model { get; init; }

    public required FederatedStrategy Strategy { get; init; }

    public required TrainingPlan Plan { get; init; }

    public required ServerOptimizerOptions Server { get; init; }

    public required int Rounds { get; init; }

    public required int Seed { get; init; }

    /// <summary>δ of what is said about noise by patient.</summary>
    public double Delta { get; init; } = 1e-5;

    /// <summary>Whether the runs that chose the settings are in the rounds.</summary>
    public bool TuningRunsCounted { get; init; }

    public required SimulationResources Resources { get; init; }

    /// <summary>Null for the strategies that add updates in the clear.</summary>
    public ProtectionSettings? Protection { get; init; }

    /// <summary>Null when everybody is honest.</summary>
    public AttackPlan? Attack { get; init; }
}

/// <summary>Who attacks, and how.</summary>
/// <param name="Kind">What attackers do.</param>
/// <param name="Attackers">The first so many institutions.</param>
/// <param name="Boost">How many times over they send it.</param>
internal sealed record AttackPlan(AdversaryKind Kind, int Attackers, double Boost)
{
    public bool IsAttacker(int institution) => institution < Attackers;

    public Adversary? Of(int institution, int round) => IsAttacker(institution) ? new Adversary(Kind, Boost, (1000 * round) + institution) : null;
}

/// <summary>The images of a whole federation.</summary>
/// <param name="Institutions">Each with its own images.</param>
/// <param name="ConsortiumHoldout">Images that belong to no institution, or null.</param>
/// <param name="Classes">In the order of their numbers.</param>
/// <param name="IsSynthetic">Whether any image is a phantom.</param>
/// <param name="Rejected">Files that gave no image.</param>
/// <param name="DecodeSeconds">What intake took.</param>
internal sealed record FederationImages(
    IReadOnlyList<SimulatedInstitution> Institutions,
    ImageSource? ConsortiumHoldout,
    IReadOnlyList<string> Classes,
    bool IsSynthetic,
    IReadOnlyList<RejectedFile> Rejected,
    double DecodeSeconds);

/// <param name="Name">As shown.</param>
/// <param name="Source">Its images, training and hold-out.</param>
internal sealed record SimulatedInstitution(string Name, ImageSource Source);

/// <summary>How many institutions compute side by side, and with how many threads each.</summary>
internal sealed record SimulationResources(int Concurrency, int ThreadsEach)
{
    /// <summary>One thread each as long as there are institutions to fill the cores: measured faster than sharing the cores in one training.</summary>
    public static SimulationResources For(int atOnce, int cores)
    {
        int concurrency = Math.Clamp(atOnce, 1, cores);
        return new SimulationResources(concurrency, cores / concurrency);
    }

    public ComputeOptions Compute => new(Threads: ThreadsEach);

    /// <summary>Of an engine that computes while no other does.</summary>
    public ComputeOptions ComputeAlone => new(Threads: Concurrency * ThreadsEach);
}
