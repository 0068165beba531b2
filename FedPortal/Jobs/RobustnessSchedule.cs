using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Training.Robustness;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Starts and stops robustness tests.</summary>
public sealed class RobustnessSchedule
{
    public const int LeastPhantoms = 30;
    public const int MostPhantoms = 1000;
    private readonly ISchedulerFactory _schedulers;
    private readonly RobustnessStore _store;
    private readonly FederationNudge _nudge;

    internal RobustnessSchedule(ISchedulerFactory schedulers, RobustnessStore store, FederationNudge nudge)
    {
        _schedulers = schedulers;
        _store = store;
        _nudge = nudge;
    }

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
            if (await _store.TryAddAsync(studyId, version, plan, target, phantoms, actor, cancellationToken) is not { } id)
            {
                return "This test is under way already on these images.";
            }

            await BeginAsync(id, cancellationToken);
            return null;
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

    /// <returns>Null when it is stopped, else why not.</returns>
    public async Task<string?> CancelAsync(Guid id, string actor, CancellationToken cancellationToken)
    {
        if (await _store.TryCancelAsync(id, actor, cancellationToken) is not { } running)
        {
            return "The test was over already.";
        }

        await _schedulers.InterruptAsync(RobustnessJob.KeyOf(id), running, _nudge, cancellationToken);
        return null;
    }

    /// <summary>Lets the job run now and at every beat; also after a restart.</summary>
    internal Task BeginAsync(Guid id, CancellationToken cancellationToken) => _schedulers.BeginAsync<RobustnessJob>(RobustnessJob.KeyOf(id), cancellationToken);
}
