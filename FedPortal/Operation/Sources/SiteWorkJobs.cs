using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Rounds;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Operation.Sources;

/// <summary>What site programs are asked to do. Each piece belongs to a round or a test of a model, is tried again by itself, and is stopped with what it belongs to.</summary>
internal sealed class SiteWorkJobs(IDbContextFactory<FedPortalDbContext> contexts) : IJobSource
{
    private const string Belongs = "Work of a site is tried again by itself and is stopped with the round or test it belongs to.";

    public string Kind => "Work of a site";

    public async Task<IReadOnlyList<JobRow>> ListAsync(Viewer viewer, Guid? only, int most, CancellationToken cancellationToken)
    {
        Guid[] own = [.. viewer.InstitutionIds];
        bool seesAll = viewer.SeesAll;
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await db.Assignments.AsNoTracking().Where(a => (only == null || a.Id == only) && (seesAll || a.InstitutionId == null || own.Contains(a.InstitutionId.Value)))
            .OrderByDescending(a => a.State == AssignmentState.Running || a.State == AssignmentState.Waiting).ThenByDescending(a => a.CreatedAt).ThenByDescending(a => a.Id).Take(most)
            .Select(a => new
            {
                Work = a,
                Study = db.Studies.Where(s => s.Id == a.StudyId).Select(s => s.Name).First(),
                Round = db.Rounds.Where(r => r.Id == a.RoundId).Select(r => (int?)r.Number).FirstOrDefault(),
                StartedAt = db.AssignmentAttempts.Where(t => t.AssignmentId == a.Id).Min(t => (DateTimeOffset?)t.StartedAt),
            }).ToListAsync(cancellationToken);
        Guid?[] training = [.. found.Where(f => f.Work is { State: AssignmentState.Running, Kind: AssignmentKind.Train }).Select(f => f.Work.RoundId).Distinct()];
        Dictionary<(Guid Round, Guid Institution), TrainingSnapshot?> snapshots = await db.Participations.AsNoTracking().Where(p => training.Contains(p.RoundId))
            .ToDictionaryAsync(p => (p.RoundId, p.InstitutionId), p => p.Snapshot, cancellationToken);
        return [.. found.Select(f =>
        {
            Assignment work = f.Work;
            TrainingSnapshot? snapshot = work is { RoundId: { } round, InstitutionId: { } institution } ? snapshots.GetValueOrDefault((round, institution)) : null;
            return new JobRow(
                Kind, work.Id, $"{TitleOf(work.Kind)}, {(f.Round is { } number ? $"round {number} of " : "")}{f.Study}", StateOf(work.State), work.CreatedAt, f.StartedAt, work.IsFinal ? work.ChangedAt : null,
                FractionOf(snapshot), DetailOf(work, snapshot), work.RoundId is { } id ? Urls.Round(id) : Urls.Study(work.StudyId), work.InstitutionId, MayRetry: false, MayCancel: false);
        })];
    }

    public Task<string?> CancelAsync(Guid id, string actor, CancellationToken cancellationToken) => Task.FromResult<string?>(Belongs);

    public Task<string?> RetryAsync(Guid id, string actor, CancellationToken cancellationToken) => Task.FromResult<string?>(Belongs);

    private static string TitleOf(AssignmentKind kind) => kind switch
    {
        AssignmentKind.Initialise => "First model",
        AssignmentKind.Train => "Training",
        AssignmentKind.Evaluate => "Evaluation",
        AssignmentKind.Unlock => "Help to open the sum",
        AssignmentKind.Attack => "Scores for an attack test",
        AssignmentKind.Revalidate => "Re-validation",
        AssignmentKind.Robustness => "Predictions for a robustness test",
        _ => kind.ToString(),
    };

    private static JobState StateOf(AssignmentState state) => state switch
    {
        AssignmentState.Waiting => JobState.Queued,
        AssignmentState.Running => JobState.Running,
        AssignmentState.Done => JobState.Done,
        AssignmentState.Failed => JobState.Failed,
        _ => JobState.Cancelled,
    };

    private static double? FractionOf(TrainingSnapshot? snapshot) => snapshot is { EpochCount: > 0, BatchCount: > 0, Epoch: > 0 }
        ? Math.Clamp((((snapshot.Epoch - 1.0) * snapshot.BatchCount) + snapshot.Batch) / ((double)snapshot.EpochCount * snapshot.BatchCount), 0, 1)
        : null;

    private static string? DetailOf(Assignment work, TrainingSnapshot? snapshot) => work.State switch
    {
        AssignmentState.Done => work.Lease > 1 ? $"at attempt {work.Lease}" : null,
        AssignmentState.Running => $"{(work.Lease > 1 ? $"attempt {work.Lease}, " : "")}{snapshot?.Stage ?? "running"}",
        AssignmentState.Waiting => work.FailureReason is { } reason ? $"attempt {work.Lease} ended: {reason}" : null,
        _ => work.FailureReason,
    };
}
