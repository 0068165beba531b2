using FedPortal.Training.Comparison;

namespace FedPortal.Site.CommandLine.Comparison;

/// <summary>One method: the same institutions, hold-out, budget and seed in, predictions and what they cost out.</summary>
internal interface IComparedMethod
{
    /// <summary>One of <see cref="ComparedMethods.Names"/>.</summary>
    string Name { get; }

    Task<MethodOutcome> RunAsync(MethodRun run, CancellationToken ct);
}
