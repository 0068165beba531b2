using Quartz;

namespace FedPortal.Jobs;

/// <summary>Makes jobs run soon after something they wait for has happened. A lost nudge costs only time: jobs also run by the clock.</summary>
internal sealed class FederationNudge(ISchedulerFactory schedulers)
{
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(3);

    /// <summary>Runs the study's <see cref="RoundJob"/> now.</summary>
    public async Task StudyAsync(Guid studyId, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        if (await scheduler.Exists(RoundJob.KeyOf(studyId), cancellationToken))
        {
            await scheduler.TriggerJob(RoundJob.KeyOf(studyId), cancellationToken: cancellationToken);
        }
    }

    /// <summary>Lets the study's <see cref="RoundJob"/> run now and at every beat, until <see cref="EndAsync"/>; also after a restart.</summary>
    public Task BeginAsync(Guid studyId, CancellationToken cancellationToken) => schedulers.RepeatAsync<RoundJob>(RoundJob.KeyOf(studyId), Beat, cancellationToken);

    public Task EndAsync(Guid studyId, CancellationToken cancellationToken) => schedulers.EndAsync(RoundJob.KeyOf(studyId), cancellationToken);

    /// <summary>Runs a <see cref="SiteWorkJob"/> for the assignment, unless one is there.</summary>
    public async Task SiteWorkAsync(Guid assignmentId, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        if (!await scheduler.Exists(SiteWorkJob.KeyOf(assignmentId), cancellationToken))
        {
            IJobDetail job = JobBuilder.Create<SiteWorkJob>().WithIdentity(SiteWorkJob.KeyOf(assignmentId)).Build();
            await scheduler.ScheduleJob(job, TriggerBuilder.Create().ForJob(job).StartNow().Build(), cancellationToken: cancellationToken);
        }
    }

    /// <summary>Whether a <see cref="SiteWorkJob"/> for the assignment waits or runs, at this portal or another.</summary>
    public async Task<bool> IsAtWorkAsync(Guid assignmentId, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        return await scheduler.Exists(SiteWorkJob.KeyOf(assignmentId), cancellationToken);
    }

    /// <summary>Runs the import of a data set; after a kill it is run again.</summary>
    public async Task ImportAsync(Guid datasetId, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        IJobDetail job = JobBuilder.Create<DatasetImportJob>().WithIdentity(DatasetImportJob.KeyOf(datasetId)).RequestRecovery().Build();
        await scheduler.ScheduleJob(job, [TriggerBuilder.Create().ForJob(job).StartNow().Build()], ScheduleJobOptions.Replacing, cancellationToken);
    }

    /// <summary>Stops the import of a data set, if this portal runs it.</summary>
    public async Task InterruptImportAsync(Guid datasetId, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        await scheduler.Interrupt(DatasetImportJob.KeyOf(datasetId), cancellationToken);
    }

    /// <summary>Stops the site program of an assignment, if this portal runs one; another portal's ends when it next reports, because its lease is gone.</summary>
    public async Task InterruptSiteWorkAsync(Guid assignmentId, CancellationToken cancellationToken)
    {
        IScheduler scheduler = await schedulers.GetScheduler(cancellationToken);
        await scheduler.Interrupt(SiteWorkJob.KeyOf(assignmentId), cancellationToken);
    }
}
