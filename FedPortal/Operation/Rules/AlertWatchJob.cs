using Quartz;

namespace FedPortal.Operation.Rules;

/// <summary>Looks for reasons for alerts at every beat; of several portals on one database one does.</summary>
[DisallowConcurrentExecution]
internal sealed class AlertWatchJob(AlertWatch watch) : IJob
{
    public static readonly JobKey Key = new("watch", "alerts");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) => await watch.CheckAsync(cancellationToken);
}
