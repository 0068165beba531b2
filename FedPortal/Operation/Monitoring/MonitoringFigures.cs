using System.Diagnostics;
using FedPortal.Data;
using FedPortal.Studies;
using FedPortal.Training.Accounting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Operation.Monitoring;

/// <summary>Every figure that monitoring reads, as it is at this moment. None is of a person or names an institution.</summary>
internal sealed class MonitoringFigures(
    IDbContextFactory<FedPortalDbContext> contexts, JobDesk jobs, SchedulerWatch scheduler, SpendingStore spending, RequestMeter requests, SavedFigures saved, CommandClock commands,
    IOptions<PortalOptions> portal)
{
    private const int MostStudies = 50;

    public async Task<string> WriteAsync(CancellationToken cancellationToken)
    {
        var text = new PrometheusText();
        await AddStatesAsync(text, cancellationToken);
        await AddJobsAsync(text, cancellationToken);
        await AddSpendingAsync(text, cancellationToken);
        text.Counter("fedportal_update_bytes_total", "Bytes of updates that institutions handed in to this portal since it began.", saved.UpdateBytes);
        text.Counter("fedportal_updates_total", "Updates that institutions handed in to this portal since it began.", saved.Updates);
        saved.Stages.WriteTo(text);
        requests.Durations.WriteTo(text);
        commands.Durations.WriteTo(text);
        AddProcess(text);
        return text.ToString();
    }

    private async Task AddStatesAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        AddCounts(text, "fedportal_rounds", "Attempts at rounds on record, by state.", await db.Rounds.GroupBy(r => r.State).Select(g => new { g.Key, N = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.N, cancellationToken));
        AddCounts(text, "fedportal_studies", "Studies on record, by state.", await db.Studies.IgnoreAutoIncludes().GroupBy(s => s.State).Select(g => new { g.Key, N = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.N, cancellationToken));
        AddCounts(text, "fedportal_assignments", "Pieces of work for sites on record, by state; waiting ones are the queue.", await db.Assignments.GroupBy(a => a.State).Select(g => new { g.Key, N = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.N, cancellationToken));
        AddCounts(text, "fedportal_institutions", "Institutions, by status.", await db.Institutions.GroupBy(i => i.Status).Select(g => new { g.Key, N = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.N, cancellationToken));
        AddCounts(text, "fedportal_alerts_open", "Open alerts, by level.", await db.Alerts.Where(a => a.ClosedAt == null).GroupBy(a => a.Level).Select(g => new { g.Key, N = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.N, cancellationToken), "level");
        AddCounts(text, "fedportal_outbox_messages", "Messages to people and webhooks, by state; waiting ones are the queue.", await db.OutboxMessages.GroupBy(m => m.State).Select(g => new { g.Key, N = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.N, cancellationToken));
        text.Gauge("fedportal_audit_entries", "Entries of the audit log.", await db.AuditEntries.MaxAsync(e => (long?)e.Sequence, cancellationToken) ?? 0);
    }

    private async Task AddJobsAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        IReadOnlyList<JobRow> open = await jobs.UnderWayAsync(Viewer.Everything, cancellationToken);
        text.Family("fedportal_jobs", "gauge", "Long tasks under way, by kind and state.");
        foreach (string kind in jobs.Kinds)
        {
            foreach (JobState state in new[] { JobState.Queued, JobState.Running })
            {
                text.Sample("fedportal_jobs", open.Count(row => row.Kind == kind && row.State == state), ("kind", kind), ("state", state.ToString().ToLowerInvariant()));
            }
        }

        SchedulerView view = await scheduler.ReadAsync(cancellationToken);
        text.Gauge("fedportal_scheduler_running", "1 while the scheduler runs jobs.", view.IsRunning ? 1 : 0);
        text.Gauge("fedportal_scheduler_threads", "Threads of the scheduler.", view.Threads);
        text.Gauge("fedportal_scheduler_busy_threads", "Threads of the scheduler at work.", view.Executing.Count);
        text.Counter("fedportal_scheduler_jobs_total", "Jobs that the scheduler ran since the portal began.", view.JobsExecuted);
        text.Counter("fedportal_scheduler_late_total", "Firings that came too late since the portal began.", view.LateCount);
    }

    /// <summary>The largest sum over the institutions, as everyone in the consortium sees it; where it has no number there is no sample, never a 0.</summary>
    private async Task AddSpendingAsync(PrometheusText text, CancellationToken cancellationToken)
    {
        List<Guid> running;
        await using (FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            running = await db.Studies.IgnoreAutoIncludes().Where(s => s.State == StudyState.Running).OrderByDescending(s => s.StartedAt).Select(s => s.Id).Take(MostStudies).ToListAsync(cancellationToken);
        }

        text.Family("fedportal_study_epsilon", "gauge", "Epsilon that a running study has spent at most at one institution, by view; no sample where it is not accounted or unbounded.");
        foreach (Guid study in running)
        {
            foreach ((PrivacyView view, PrivacyStatement statement) in (await spending.OfAsync(study, cancellationToken)).Sums)
            {
                if (statement is EpsilonStatement known)
                {
                    text.Sample("fedportal_study_epsilon", known.Epsilon, ("study", $"{study}"), ("view", $"{view}"));
                }
            }
        }
    }

    private void AddProcess(PrometheusText text)
    {
        using var process = Process.GetCurrentProcess();
        var disk = new DriveInfo(portal.Value.Root);
        text.Gauge("fedportal_disk_free_bytes", "Free space on the disk of the data directory.", disk.AvailableFreeSpace);
        text.Gauge("fedportal_disk_size_bytes", "Size of the disk of the data directory.", disk.TotalSize);
        text.Counter("process_cpu_seconds_total", "Processor time of the portal.", process.TotalProcessorTime.TotalSeconds);
        text.Gauge("process_resident_memory_bytes", "Memory of the portal.", process.WorkingSet64);
        text.Gauge("process_start_time_seconds", "When the portal began, in seconds since 1970.", new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0);
        text.Gauge("process_threads", "Threads of the portal.", process.Threads.Count);
        text.Family("dotnet_gc_collections_total", "counter", "Garbage collections, by generation.");
        for (int generation = 0; generation <= GC.MaxGeneration; generation++)
        {
            text.Sample("dotnet_gc_collections_total", GC.CollectionCount(generation), ("generation", $"{generation}"));
        }

        text.Gauge("dotnet_gc_heap_bytes", "Bytes in use on the managed heap.", GC.GetTotalMemory(forceFullCollection: false));
        text.Counter("dotnet_gc_pause_seconds_total", "Time that garbage collections held the portal up.", GC.GetTotalPauseDuration().TotalSeconds);
        text.Gauge("dotnet_threadpool_threads", "Threads of the pool.", ThreadPool.ThreadCount);
        text.Gauge("dotnet_threadpool_queue_length", "Work that waits for a thread.", ThreadPool.PendingWorkItemCount);
    }

    // Every state has a sample, so that an alert on a state that never occurred can be written.
    private static void AddCounts<TState>(PrometheusText text, string name, string help, Dictionary<TState, int> counts, string label = "state")
        where TState : struct, Enum
    {
        text.Family(name, "gauge", help);
        foreach (TState state in Enum.GetValues<TState>())
        {
            text.Sample(name, counts.GetValueOrDefault(state), (label, $"{state}".ToLowerInvariant()));
        }
    }
}
