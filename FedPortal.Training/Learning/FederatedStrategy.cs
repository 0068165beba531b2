namespace FedPortal.Training.Learning;

/// <summary>How local models become the next global model. A strategy that adds updates in the clear says so in its name; the others send
/// them clipped, noised and encrypted, and open their sum only. The numbers are stored in studies: never renumber.</summary>
public enum FederatedStrategy
{
    /// <summary>Mean weighted by examples (McMahan et al. 2017).</summary>
    PlainFedAvg = 0,

    /// <summary>The same mean; local training is pulled back to the global model (Li et al. 2020).</summary>
    PlainFedProx = 1,

    /// <summary>The mean is the gradient of an Adam step on the server (Reddi et al. 2021).</summary>
    PlainFedAdam = 2,

    /// <summary>The mean of updates that nobody but their institution sees: the default of every study.</summary>
    ProtectedFedAvg = 3,

    /// <summary>The protected mean; local training is pulled back to the global model.</summary>
    ProtectedFedProx = 4,

    /// <summary>The protected mean is the gradient of an Adam step on the server.</summary>
    ProtectedFedAdam = 5,
}

/// <summary>What a strategy does with updates, whatever protects them on their way.</summary>
public enum StrategyBase
{
    FedAvg = 0,

    FedProx = 1,

    FedAdam = 2,
}

/// <summary>Names of the strategies in studies, reports and on the command line.</summary>
public static class FederatedStrategies
{
    private static readonly (FederatedStrategy Strategy, StrategyBase Base, string Name)[] Known =
    [
        (FederatedStrategy.PlainFedAvg, StrategyBase.FedAvg, "plain-fedavg"),
        (FederatedStrategy.PlainFedProx, StrategyBase.FedProx, "plain-fedprox"),
        (FederatedStrategy.PlainFedAdam, StrategyBase.FedAdam, "plain-fedadam"),
        (FederatedStrategy.ProtectedFedAvg, StrategyBase.FedAvg, "fedavg"),
        (FederatedStrategy.ProtectedFedProx, StrategyBase.FedProx, "fedprox"),
        (FederatedStrategy.ProtectedFedAdam, StrategyBase.FedAdam, "fedadam"),
    ];

    /// <summary>All names, in the order of the enumeration.</summary>
    public static IReadOnlyList<string> AllNames { get; } = [.. Known.Select(entry => entry.Name)];

    /// <summary>True when updates are perturbed and encrypted, false when they are added in the clear.</summary>
    public static bool IsProtected(this FederatedStrategy strategy) => strategy >= FederatedStrategy.ProtectedFedAvg && Of(strategy).Strategy == strategy;

    /// <summary>FedAvg, FedProx or FedAdam, protected or not.</summary>
    public static StrategyBase Base(this FederatedStrategy strategy) => Of(strategy).Base;

    public static string NameOf(FederatedStrategy strategy) => Of(strategy).Name;

    /// <exception cref="FormatException">The name is not one of <see cref="AllNames"/>.</exception>
    public static FederatedStrategy Parse(string name)
    {
        int index = Array.FindIndex(Known, entry => entry.Name == name);
        return index >= 0
            ? Known[index].Strategy
            : throw new FormatException($"Expected one of {string.Join(", ", AllNames)} but got \"{name}\".");
    }

    private static (FederatedStrategy Strategy, StrategyBase Base, string Name) Of(FederatedStrategy strategy)
    {
        int index = Array.FindIndex(Known, entry => entry.Strategy == strategy);
        return index >= 0 ? Known[index] : throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "Not a known strategy.");
    }
}
