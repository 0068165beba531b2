using FedPortal.Encryption.SecureAggregation.Advice;
using FedPortal.Encryption.SecureAggregation.Parameters;

namespace FedPortal.Jobs;

/// <summary>How fast this machine protects, adds and opens updates with each parameter set. Measured once, in the background, when first asked for.</summary>
public sealed class MachineFigures
{
    private const double SecondsPerStep = 0.01;

    private readonly Lazy<Task<IReadOnlyDictionary<string, MachineSpeed>>> _speeds = new(() => Task.Run(Measure));

    /// <summary>The figures, by name of the set, once they are there.</summary>
    public Task<IReadOnlyDictionary<string, MachineSpeed>> SpeedsAsync(CancellationToken cancellationToken) => _speeds.Value.WaitAsync(cancellationToken);

    private static IReadOnlyDictionary<string, MachineSpeed> Measure() =>
        ParameterSets.All.ToDictionary(set => set.Name, set => MachineSpeed.Measure(set, SecondsPerStep));
}
