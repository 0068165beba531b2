using FedPortal.Data;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Runs one attempt at one assignment: begin, run the site program, record how it ended.</summary>
[DisallowConcurrentExecution]
internal sealed class SiteWorkJob(
    AssignmentDispatcher dispatcher, AssignmentStore assignments, SiteProcess process, FederationNudge nudge, ILogger<SiteWorkJob> logger) : IJob
{
    public static JobKey KeyOf(Guid assignmentId) => new($"{assignmentId}", "site-work");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        BegunAttempt? attempt = await dispatcher.TryBeginAsync(Guid.Parse(context.JobDetail.Key.Name), cancellationToken);
        if (attempt is null)
        {
            return;
        }

        Guid id = attempt.Context.Assignment.Id;
        using IDisposable? scope = logger.BeginScope("Assignment {AssignmentId}, lease {Lease}, study {StudyId}, round {RoundId}", id, attempt.Lease, attempt.Context.Study.Id, attempt.Context.Round?.Id);
        try
        {
            string? failure = await process.RunAsync(attempt, cancellationToken);
            await assignments.TryEndAttemptAsync(id, attempt.Lease, failure ?? "The site program ended well but handed nothing in.", cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The portal stops, or the work was called off: in the second case there is no lease any more and this changes nothing.
            await assignments.ReleaseAsync(id, attempt.Lease, CancellationToken.None);
            return;
        }
        catch (Exception failure)
        {
            logger.LogError(LogEvents.SiteProgramFailed, failure, "The site program for assignment {Assignment} could not be run", id);
            await assignments.TryEndAttemptAsync(id, attempt.Lease, $"The site program could not be run: {failure.Message}", cancellationToken);
        }
        finally
        {
            dispatcher.End();
        }

        await nudge.StudyAsync(attempt.Context.Study.Id, cancellationToken);
    }
}
