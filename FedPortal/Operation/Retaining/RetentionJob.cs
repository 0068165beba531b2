using FedPortal.Jobs;
using Quartz;

namespace FedPortal.Operation.Retaining;

/// <summary>Once a day, at night: removes what is past its time.</summary>
[DisallowConcurrentExecution]
internal sealed class RetentionJob(RetentionDesk desk, ILogger<RetentionJob> logger) : IJob
{
    /// <summary>At ten past three, UTC.</summary>
    public const string Schedule = "0 10 3 * * ?";

    public static readonly JobKey Key = new("daily", "retention");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        string? removed = await desk.RemoveAsync("portal", cancellationToken);
        logger.LogInformation(LogEvents.Removed, "Retention: {Removed}", removed ?? "nothing was past its time");
    }
}
