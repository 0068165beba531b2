using System.Security.Cryptography;
using FedPortal.Audit;
using FedPortal.Datasets;
using FedPortal.Institutions;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Learning;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Data;

/// <summary>An assignment together with what a request about it must agree with.</summary>
internal sealed record AssignmentContext(Assignment Assignment, Study Study, Round? Round, string? InstitutionCode)
{
    /// <summary>Whether the portal runs the site program.</summary>
    public bool IsHosted { get; init; } = true;

    public MessageBinding Binding => new(Assignment.Id, Study.Id, Round?.Number ?? 0, Round?.Attempt ?? 0, Assignment.InstitutionId);

    /// <summary>Who acts, for the audit log.</summary>
    public string Actor => InstitutionCode ?? "consortium";
}

/// <summary>A begun attempt: only the site program that is given the token can join.</summary>
internal sealed record BegunAttempt(AssignmentContext Context, int Lease, string Token);

/// <summary>Hands out leases on assignments and takes them back. Every change is one transaction that fails when another was faster.</summary>
internal sealed class AssignmentStore(
    IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, IOptions<PortalOptions> options, TimeProvider clock)
{
    public static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    public async Task<IReadOnlyList<Assignment>> RunningAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Assignments.AsNoTracking().Where(a => a.State == AssignmentState.Running).ToListAsync(cancellationToken);
    }

    /// <summary>Assignments of hosted institutions (and of the consortium itself) that may be started now, oldest first.</summary>
    public async Task<IReadOnlyList<Guid>> DueAsync(int take, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Assignments
            .Where(a => a.State == AssignmentState.Waiting && a.NextStartAt <= now)
            .Where(a => a.InstitutionId == null || db.Institutions.Any(i => i.Id == a.InstitutionId && i.IsHosted))
            .OrderBy(a => a.CreatedAt).ThenBy(a => a.Seat).Select(a => a.Id).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>Assignments that site programs of the portal, or of all portals on this database, work at.</summary>
    public async Task<int> RunningHereAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Assignments.CountAsync(
            a => a.State == AssignmentState.Running && (a.InstitutionId == null || db.Institutions.Any(i => i.Id == a.InstitutionId && i.IsHosted)), cancellationToken);
    }

    /// <summary>Assignments of these kinds that an institution's own site program may be given now, oldest first.</summary>
    public async Task<IReadOnlyList<Guid>> DueForAsync(Guid institutionId, AssignmentKind[] kinds, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Assignments
            .Where(a => a.InstitutionId == institutionId && a.State == AssignmentState.Waiting && a.NextStartAt <= now && kinds.Contains(a.Kind))
            .OrderBy(a => a.CreatedAt).Select(a => a.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Lets everything of these kinds that an institution's site program held wait again, without counting a failure.</summary>
    public async Task TakeBackAsync(Guid institutionId, AssignmentKind[] kinds, string reason, CancellationToken cancellationToken)
    {
        foreach (Assignment held in (await RunningAsync(cancellationToken)).Where(a => a.InstitutionId == institutionId && kinds.Contains(a.Kind)))
        {
            await ReleaseAsync(held.Id, held.Lease, reason, cancellationToken);
        }
    }

    /// <summary>Gives up everything that institutions which are not active any more should have done.</summary>
    public async Task GiveUpInactiveAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var due = await (
            from a in db.Assignments
            join i in db.Institutions on a.InstitutionId equals i.Id
            where (a.State == AssignmentState.Waiting || a.State == AssignmentState.Running) && i.Status != InstitutionStatus.Active
            select new { a.Id, a.Lease, a.State, i.Name, i.Status, i.SuspensionReason }).ToListAsync(cancellationToken);
        foreach (var one in due)
        {
            await TryGiveUpAsync(one.Id, one.Lease, $"{one.Name} is {one.Status}{(one.SuspensionReason is { } why ? $": {why}" : ".")}", cancellationToken);
        }
    }

    /// <summary>
    /// Gives up what waits to be done with images whose terms of use have ended: the round goes on without them where the quorum allows, and shows why. Work that
    /// has begun ends as it was agreed.
    /// </summary>
    /// <param name="only">Only this one, or all that wait.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task GiveUpEndedUseAsync(Guid? only, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var waiting = await (
            from a in db.Assignments
            join d in db.Datasets on a.DatasetId equals d.Id
            where a.State == AssignmentState.Waiting && (a.Kind == AssignmentKind.Train || a.Kind == AssignmentKind.Evaluate) && (only == null || a.Id == only)
            select new { a.Id, a.Lease, d.Name, d.Source, d.Terms }).ToListAsync(cancellationToken);
        foreach (var one in waiting)
        {
            if (DataUseTerms.Problem(one.Name, one.Source, one.Terms, clock.GetUtcNow()) is { } problem)
            {
                await TryGiveUpAsync(one.Id, one.Lease, problem, cancellationToken);
            }
        }
    }

    /// <summary>Ends an assignment for good, whether it waits or runs. False when that lease has ended already.</summary>
    public async Task<bool> TryGiveUpAsync(Guid id, int lease, string reason, CancellationToken cancellationToken)
    {
        Assignment? ended = await TryChangeAsync(id, a => !a.IsFinal && a.Lease == lease, async (db, assignment, now) =>
        {
            if (assignment.State == AssignmentState.Running)
            {
                await EndAttemptRowAsync(db, id, lease, reason, now, cancellationToken);
            }

            assignment.GiveUp(reason, now);
            db.AuditEntries.Add(new AuditEntry(now, "portal", "round", assignment.RoundId, $"{assignment.Kind} (assignment {id}) is given up: {reason}"));
        }, cancellationToken);
        return ended is not null;
    }

    public async Task<AssignmentContext?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Assignment? assignment = await db.Assignments.AsNoTracking().SingleOrDefaultAsync(a => a.Id == id, cancellationToken);
        return assignment is null ? null : await ContextOfAsync(db, assignment, cancellationToken);
    }

    /// <summary>The assignment whose present session this is; a session of an earlier lease finds nothing.</summary>
    public async Task<AssignmentContext?> FindBySessionAsync(string session, CancellationToken cancellationToken)
    {
        string hash = ContentHash.OfText(session);
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Assignment? assignment = await db.Assignments.AsNoTracking().SingleOrDefaultAsync(a => a.SessionHash == hash, cancellationToken);
        return assignment is null ? null : await ContextOfAsync(db, assignment, cancellationToken);
    }

    /// <summary>Begins an attempt, or returns null when the assignment is not waiting any more.</summary>
    public async Task<BegunAttempt?> TryBeginAsync(Guid id, CancellationToken cancellationToken)
    {
        await GiveUpEndedUseAsync(id, cancellationToken);
        string token = NewSecret();
        Assignment? begun = await TryChangeAsync(id, a => a.State == AssignmentState.Waiting, (db, assignment, now) =>
        {
            assignment.Begin(ContentHash.OfText(token), now + options.Value.Lease, now);
            db.AssignmentAttempts.Add(new AssignmentAttempt(assignment.Id, assignment.Lease, now));
            return Task.CompletedTask;
        }, cancellationToken);
        return begun is null ? null : new BegunAttempt((await FindAsync(id, cancellationToken))!, begun.Lease, token);
    }

    /// <summary>Exchanges a one-time token for a session, or returns null when the token is unknown, used or superseded.</summary>
    public async Task<string?> TryJoinAsync(string token, CancellationToken cancellationToken)
    {
        string hash = ContentHash.OfText(token);
        Guid id;
        await using (FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            id = await db.Assignments.Where(a => a.TokenHash == hash).Select(a => a.Id).SingleOrDefaultAsync(cancellationToken);
        }

        string session = NewSecret();
        Assignment? joined = await TryChangeAsync(id, a => a.State == AssignmentState.Running && a.TokenHash == hash, async (db, assignment, now) =>
        {
            assignment.Join(ContentHash.OfText(session), now + options.Value.Lease, now);
            if (assignment is { Kind: AssignmentKind.Train, RoundId: { } roundId, InstitutionId: { } institutionId })
            {
                // Under a protected strategy its one-time key comes first.
                Participation participation = await db.Participations.SingleAsync(p => p.RoundId == roundId && p.InstitutionId == institutionId, cancellationToken);
                Round round = await db.Rounds.AsNoTracking().SingleAsync(r => r.Id == roundId, cancellationToken);
                if (participation.State == ParticipationState.Invited && !round.Strategy.IsProtected())
                {
                    participation.BeginTraining(now);
                    string code = await db.Institutions.Where(i => i.Id == institutionId).Select(i => i.ShortCode).SingleAsync(cancellationToken);
                    db.AuditEntries.Add(new AuditEntry(now, code, "round", roundId, "Begins to train."));
                }
            }
        }, cancellationToken);
        return joined is null ? null : session;
    }

    /// <summary>Renews the lease and shows progress. False when the session no longer holds the lease.</summary>
    public async Task<bool> TryRenewAsync(Guid id, int lease, TrainingSnapshot? snapshot, CancellationToken cancellationToken)
    {
        Assignment? renewed = await TryChangeAsync(id, a => a.State == AssignmentState.Running && a.Lease == lease, async (db, assignment, now) =>
        {
            assignment.Renew(now + options.Value.Lease, now);
            if (assignment is { RoundId: { } roundId, InstitutionId: { } institutionId })
            {
                Participation participation = await db.Participations.SingleAsync(p => p.RoundId == roundId && p.InstitutionId == institutionId, cancellationToken);
                participation.Show(snapshot, now);
                if (participation.State == ParticipationState.Keyed && snapshot is { Epoch: > 0 })
                {
                    participation.BeginTraining(now);
                }
            }
        }, cancellationToken);
        return renewed is not null;
    }

    /// <summary>Ends an attempt without a result. False when that lease has ended already.</summary>
    /// <param name="isRefusal">True when the site will not do it: then there is no further attempt.</param>
    public async Task<bool> TryEndAttemptAsync(Guid id, int lease, string reason, CancellationToken cancellationToken, bool isRefusal = false)
    {
        Assignment? ended = await TryChangeAsync(id, a => a.State == AssignmentState.Running && a.Lease == lease, async (db, assignment, now) =>
        {
            assignment.EndAttempt(reason, isRefusal ? 1 : options.Value.MaxAttempts, TimeSpan.FromSeconds(options.Value.RetrySeconds), now);
            await EndAttemptRowAsync(db, id, lease, reason, now, cancellationToken);
            db.AuditEntries.Add(new AuditEntry(
                now, "portal", "round", assignment.RoundId, $"Attempt {lease} at {assignment.Kind} (assignment {id}) ended: {reason} {NextOf(assignment)}"));
        }, cancellationToken);
        return ended is not null;
    }

    /// <summary>Gives the work back because the portal stops.</summary>
    public Task ReleaseAsync(Guid id, int lease, CancellationToken cancellationToken) => ReleaseAsync(id, lease, "The portal stopped.", cancellationToken);

    private async Task ReleaseAsync(Guid id, int lease, string reason, CancellationToken cancellationToken) =>
        await TryChangeAsync(id, a => a.State == AssignmentState.Running && a.Lease == lease, async (db, assignment, now) =>
        {
            assignment.Release(now);
            await EndAttemptRowAsync(db, id, lease, reason, now, cancellationToken);
        }, cancellationToken);

    /// <summary>Records the result of a running assignment together with what <paramref name="alongside"/> saves.</summary>
    /// <returns>False when the lease is no longer held.</returns>
    public async Task<bool> TryFinishAsync(
        AssignmentContext context, string resultHash, string told, Func<FedPortalDbContext, DateTimeOffset, Task> alongside, CancellationToken cancellationToken)
    {
        int lease = context.Assignment.Lease;
        Assignment? finished = await TryChangeAsync(
            context.Assignment.Id, a => a.State == AssignmentState.Running && a.Lease == lease, async (db, assignment, now) =>
        {
            assignment.Finish(resultHash, now);
            await EndAttemptRowAsync(db, assignment.Id, lease, "done", now, cancellationToken);
            await alongside(db, now);
            db.AuditEntries.Add(new AuditEntry(now, context.Actor, "round", assignment.RoundId, told));
        }, cancellationToken);
        return finished is not null;
    }

    /// <summary>Saves something for an assignment while its lease is held.</summary>
    /// <returns>False when the lease is no longer held.</returns>
    public async Task<bool> TrySaveAsync(AssignmentContext context, Func<FedPortalDbContext, DateTimeOffset, Task> change, CancellationToken cancellationToken)
    {
        int lease = context.Assignment.Lease;
        return await TryChangeAsync(
            context.Assignment.Id, a => a.State == AssignmentState.Running && a.Lease == lease, (db, _, now) => change(db, now), cancellationToken) is not null;
    }

    private static string NextOf(Assignment assignment) =>
        assignment.State == AssignmentState.Waiting ? "It will be tried again." : $"It is given up after {assignment.Failures} failures.";

    private static async Task EndAttemptRowAsync(FedPortalDbContext db, Guid id, int lease, string outcome, DateTimeOffset now, CancellationToken cancellationToken)
    {
        AssignmentAttempt attempt = await db.AssignmentAttempts.SingleAsync(a => a.AssignmentId == id && a.Lease == lease, cancellationToken);
        attempt.End(outcome, now);
    }

    private static async Task<AssignmentContext> ContextOfAsync(FedPortalDbContext db, Assignment assignment, CancellationToken cancellationToken)
    {
        Study study = await db.Studies.AsNoTracking().SingleAsync(s => s.Id == assignment.StudyId, cancellationToken);
        Round? round = assignment.RoundId is { } roundId
            ? await db.Rounds.AsNoTracking().SingleAsync(r => r.Id == roundId, cancellationToken) : null;
        Institution? institution = assignment.InstitutionId is { } institutionId
            ? await db.Institutions.AsNoTracking().SingleAsync(i => i.Id == institutionId, cancellationToken) : null;
        return new AssignmentContext(assignment, study, round, institution?.ShortCode) { IsHosted = institution?.IsHosted ?? true };
    }

    private async Task<Assignment?> TryChangeAsync(
        Guid id, Func<Assignment, bool> may, Func<FedPortalDbContext, Assignment, DateTimeOffset, Task> change, CancellationToken cancellationToken)
    {
        Assignment? changed = await contexts.TryChangeAsync(async db =>
        {
            Assignment? assignment = await db.Assignments.SingleOrDefaultAsync(a => a.Id == id, cancellationToken);
            if (assignment is null || !may(assignment))
            {
                return null;
            }

            await change(db, assignment, clock.GetUtcNow());
            return assignment;
        }, cancellationToken);
        if (changed is not null)
        {
            Publish(changed);
        }

        return changed;
    }

    private void Publish(Assignment assignment)
    {
        if (assignment.RoundId is { } roundId)
        {
            live.Publish(new LiveUpdate(LiveSubject.Round, roundId, assignment.StudyId));
        }
        else
        {
            live.Publish(new LiveUpdate(LiveSubject.Study, assignment.StudyId, assignment.StudyId));
        }
    }
}
