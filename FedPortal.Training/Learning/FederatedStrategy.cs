namespace FedPortal.Training.Learning;

/// <summary>How local models become the next global model. Every strategy here adds updates in the clear, and its name says so.
/// The numbers are stored in studies: never renumber.</summary>
public enum FederatedStrategy
{
    /// <summary>Mean weighted by examples (McMahan et al. 2017).</summary>
    PlainFedAvg = 0,

    /// <summary>The same mean; local training is pulled back to the global model (Li et al. 2020).</summary>
    PlainFedProx = 1,

    /// <summary>The mean is the gradient of an Adam step on the server (Reddi et al. 2021).</summary>
    PlainFedAdam = 2,
}

/// <summary>Names of the strategies in studies, reports and on the command line.</summary>
public static class FederatedStrategies
{
    private static readonly (FederatedStrategy Strategy, string Name)[] Names =
    [
        (FederatedStrategy.PlainFedAvg, "plain-fedavg"),
        (FederatedStrategy.PlainFedProx, "plain-fedprox"),
        (FederatedStrategy.PlainFedAdam, "plain-fedadam"),
    ];

    /// <summary>All names, in the order of the enumeration.</summary>
    public static IReadOnlyList<string> AllNames { get; } = [.. Names.Select(entry => entry.Name)];

    public static string NameOf(FederatedStrategy strategy) =>
        Array.Find(Names, entry => entry.Strategy == strategy).Name
        ?? throw new ArgumentOutOfRangeException(nameof(strategy), strategy, "Not a known strategy.");

    /// <exception cref="FormatException">The name is not one of <see cref="AllNames"/>.</exception>
    public static FederatedStrategy Parse(string name)
    {
        int index = Array.FindIndex(Names, entry => entry.Name == name);
        return index >= 0
            ? Names[index].Strategy
            : throw new FormatException($"Expected one of {string.Join(", ", AllNames)} but got \"{name}\".");
    }
}
