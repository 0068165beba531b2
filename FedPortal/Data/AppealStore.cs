using FedPortal.Audit;
using FedPortal.Rounds;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>An excluded institution's objection with the decision.</summary>
public sealed record AppealRow(
    Guid InstitutionId, string InstitutionName, string Objection, string RaisedBy, DateTimeOffset RaisedAt, AppealState State, string? Decision, string? DecidedBy, DateTimeOffset? DecidedAt);

/// <summary>Objections of institutions whose update was left out of a sum. The sum stays as it is; the decision is on record.</summary>
public sealed class AppealStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    /// <summary>Appeals of a round that the viewer may see.</summary>
    public async Task<IReadOnlyList<AppealRow>> ListAsync(Viewer viewer, Guid roundId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (from appeal in db.Set<RoundAppeal>().AsNoTracking()
                           where appeal.RoundId == roundId
                           join institution in db.Institutions on appeal.InstitutionId equals institution.Id
                           orderby appeal.RaisedAt
                           select new { Appeal = appeal, institution.Name }).ToListAsync(cancellationToken);
        return [.. found.Where(x => viewer.Sees(x.Appeal.InstitutionId)).Select(x => new AppealRow(
            x.Appeal.InstitutionId, x.Name, x.Appeal.Objection, x.Appeal.RaisedBy, x.Appeal.RaisedAt, x.Appeal.State, x.Appeal.Decision, x.Appeal.DecidedBy, x.Appeal.DecidedAt))];
    }

    /// <returns>Null, or why it was not taken.</returns>
    public async Task<string?> RaiseAsync(Guid roundId, Guid institutionId, string objection, string actor, CancellationToken cancellationToken)
    {
        if (WordsProblem(objection) is { } problem)
        {
            return problem;
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Participation? part = await db.Participations.AsNoTracking().SingleOrDefaultAsync(p => p.RoundId == roundId && p.InstitutionId == institutionId, cancellationToken);
        if (part?.State != ParticipationState.Excluded)
        {
            return "Only an institution whose update was left out can object.";
        }

        if (await db.Set<RoundAppeal>().AnyAsync(a => a.RoundId == roundId && a.InstitutionId == institutionId, cancellationToken))
        {
            return "The institution has objected already.";
        }

        DateTimeOffset now = clock.GetUtcNow();
        var appeal = new RoundAppeal(roundId, institutionId, objection, actor, now);
        db.Add(appeal);
        return await SaveAsync(db, roundId, $"Institution {institutionId} objects to its exclusion: {appeal.Objection}", actor, now, cancellationToken);
    }

    /// <returns>Null, or why nothing was decided.</returns>
    public async Task<string?> DecideAsync(Guid roundId, Guid institutionId, bool isUpheld, string decision, string actor, CancellationToken cancellationToken)
    {
        if (WordsProblem(decision) is { } problem)
        {
            return problem;
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Set<RoundAppeal>().SingleOrDefaultAsync(a => a.RoundId == roundId && a.InstitutionId == institutionId, cancellationToken) is not { State: AppealState.Open } appeal)
        {
            return "There is no open objection.";
        }

        DateTimeOffset now = clock.GetUtcNow();
        appeal.Decide(isUpheld, decision, actor, now);
        return await SaveAsync(db, roundId, $"The objection of institution {institutionId} is {(isUpheld ? "upheld" : "rejected")}: {appeal.Decision}", actor, now, cancellationToken);
    }

    private static string? WordsProblem(string words) => words.Trim().Length switch
    {
        0 => "Say why, in your own words.",
        > RoundAppeal.MaxLength => $"At most {RoundAppeal.MaxLength} characters are kept; there are {words.Trim().Length}.",
        _ => null,
    };

    private async Task<string?> SaveAsync(FedPortalDbContext db, Guid roundId, string told, string actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        db.AuditEntries.Add(new AuditEntry(now, actor, "round", roundId, told));
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException)
        {
            return "Somebody was faster; nothing was done. Load the page again.";
        }

        live.Publish(new LiveUpdate(LiveSubject.Round, roundId));
        return null;
    }
}
