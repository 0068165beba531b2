using System.Collections.Concurrent;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Moves one study as far as it can go at this moment, then starts waiting site work. It waits for nothing: it is run again.</summary>
[DisallowConcurrentExecution]
internal sealed class RoundJob(RoundDriver driver, AssignmentDispatcher dispatcher, WorkLeftovers leftovers, FederationNudge nudge, ILogger<RoundJob> logger) : IJob
{
    public const string Group = "round";
    private const int Patience = 3;

    private static readonly ConcurrentDictionary<Guid, int> Failures = new();

    public static JobKey KeyOf(Guid studyId) => new($"{studyId}", Group);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var studyId = Guid.Parse(context.JobDetail.Key.Name);
        using IDisposable? scope = logger.BeginScope("Study {StudyId}", studyId);
        try
        {
            bool goesOn = await driver.AdvanceAsync(studyId, cancellationToken);
            Failures.TryRemove(studyId, out _);
            await dispatcher.DispatchAsync(cancellationToken);
            await leftovers.CollectAsync(cancellationToken);
            if (!goesOn)
            {
                await nudge.EndAsync(studyId, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            logger.LogInformation("The portal stops while study {Study} is being moved; it goes on after the next start", studyId);
        }
        catch (Exception failure)
        {
            int count = Failures.AddOrUpdate(studyId, 1, (_, before) => before + 1);
            logger.LogError(LogEvents.StudyNotMoved, failure, "Study {Study} could not be moved, {Count} of {Patience}", studyId, count, Patience);
            if (count >= Patience)
            {
                Failures.TryRemove(studyId, out _);
                await driver.FailAsync(studyId, failure.Message, cancellationToken);
            }
        }
    }
}
