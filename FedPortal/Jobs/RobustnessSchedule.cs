using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Training.Robustness;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Starts and stops robustness tests.</summary>
internal sealed class RobustnessSchedule(ISchedulerFactory schedulers, RobustnessStore store, FederationNudge nudge, ILogger<RobustnessSchedule> logger)
    : RunSchedule<RobustnessRun, RobustnessJob>("robustness", schedulers, store, nudge, logger)
{
    public const int LeastPhantoms = 30;
    public const int MostPhantoms = 1000;

    private readonly RobustnessStore _store = store;

    /// <param name="phantoms">How many to draw; 0 for hold-outs.</param>
    /// <returns>Null when it is queued, else why not.</returns>
    public async Task<string?> StartAsync(Guid studyId, int version, RobustnessPlan plan, RobustnessTarget target, int phantoms, string actor, CancellationToken cancellationToken)
    {
        if (CountProblem(target, phantoms) is { } problem)
        {
            return problem;
        }

        try
        {
            Guid? added = await _store.TryAddAsync(studyId, version, plan, target, phantoms, actor, cancellationToken);
            return await BeginAsync(added, cancellationToken) is null ? "This test is under way already on these images." : null;
        }
        catch (ArgumentException bad)
        {
            return RefusalWords.Of(bad);
        }
    }

    /// <returns>What is wrong with so many phantoms, or null.</returns>
    public static string? CountProblem(RobustnessTarget target, int phantoms) =>
        target == RobustnessTarget.Phantoms && phantoms is < LeastPhantoms or > MostPhantoms
            ? $"Expected {LeastPhantoms} to {MostPhantoms} phantoms but got {phantoms}." : null;
}
