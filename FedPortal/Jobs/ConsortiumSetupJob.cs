using System.Text.Json;
using FedPortal.Training.Protocol;
using Quartz;

namespace FedPortal.Jobs;

/// <summary>Sets a consortium up from a plan: institutions, data sets, study. Every step looks first whether it was done, so a run that was cut off is run again.</summary>
[DisallowConcurrentExecution]
internal sealed class ConsortiumSetupJob(ConsortiumSetup setup, ILogger<ConsortiumSetupJob> logger) : IJob
{
    public const string PlanKey = "plan";
    public const string ActorKey = "actor";

    public static readonly JobKey Key = new("setup", "consortium");

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            ConsortiumPlan plan = JsonSerializer.Deserialize<ConsortiumPlan>(context.MergedJobDataMap.GetString(PlanKey)!, ProtocolJson.Options)!;
            await setup.RunAsync(plan, context.MergedJobDataMap.GetString(ActorKey)!, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            logger.LogInformation("The portal stops while a consortium is set up; it goes on after the next start");
            throw;
        }
        catch (Exception failure)
        {
            logger.LogError(failure, "The consortium could not be set up");
            await setup.FailAsync(failure.Message, context.MergedJobDataMap.GetString(ActorKey)!, cancellationToken);
        }
    }
}
