using FedPortal.Data;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Moves one attack test at every beat until it is over.</summary>
[DisallowConcurrentExecution]
internal sealed class AttackJob(AttackDriver driver, AttackStore attacks, AttackSchedule schedule, ILogger<AttackJob> logger) : IJob
{
    public const string Group = "attack";

    public static JobKey KeyOf(Guid id) => new($"{id}", Group);

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var id = Guid.Parse(context.JobDetail.Key.Name);
        using IDisposable? scope = logger.BeginScope("Attack test {AttackId}", id);
        try
        {
            if (!await driver.AdvanceAsync(id, cancellationToken))
            {
                await schedule.EndAsync(id, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            logger.LogInformation("Attack test {Attack} is interrupted: it was stopped, or the portal stops and it goes on after the next start", id);
        }
        catch (Exception failure)
        {
            logger.LogError(LogEvents.AttackFailed, failure, "Attack test {Attack} failed", id);
            await attacks.TryFailAsync(id, failure.Message, cancellationToken);
            await schedule.EndAsync(id, cancellationToken);
        }
    }
}
