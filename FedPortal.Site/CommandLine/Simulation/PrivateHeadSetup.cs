using FedPortal.Training.Imaging;

namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>Everything a simulated private-head study needs besides what depends on the number of patients.</summary>
internal sealed record PrivateHeadSetup
{
    public required FederationImages Images { get; init; }

    public required PreprocessingPipeline Pipeline { get; init; }

    /// <summary>Weights by file; null is the network that was trained on phantoms.</summary>
    public required string? BackbonePath { get; init; }

    /// <summary>Where the network trained on phantoms is kept.</summary>
    public required string CacheFolder { get; init; }

    public required int ProjectionSeed { get; init; }

    public required int Dimensions { get; init; }

    /// <summary>ε that the noise is planned for.</summary>
    public required double Epsilon { get; init; }

    public required double Delta { get; init; }

    public required int Rounds { get; init; }

    public required double SamplingRate { get; init; }

    public required double ClippingNorm { get; init; }

    public required double LearningRate { get; init; }

    public required double Momentum { get; init; }

    public required int Dropouts { get; init; }

    public required int Colluders { get; init; }

    /// <summary>Whole trainings with fresh randomness, to show how much a result depends on it. Only the first is the study.</summary>
    public required int Repeats { get; init; }

    /// <summary>Whether the runs that chose the settings are in the rounds.</summary>
    public required bool TuningRunsCounted { get; init; }

    /// <summary>Where the ledger goes, or null.</summary>
    public required string? LedgerPath { get; init; }

    public required SimulationResources Resources { get; init; }
}
