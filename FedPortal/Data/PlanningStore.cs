using FedPortal.Planning;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>What rounds took, measured by the portal and its site programs.</summary>
/// <param name="Count">Parts of rounds that were measured.</param>
/// <param name="Seconds">A tenth below, the middle, a tenth above: of one institution in one round.</param>
public sealed record MeasuredRounds(int Count, Estimate Seconds);

/// <summary>Requests of people outside, and measured times for planning.</summary>
public sealed class PlanningStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    /// <summary>Beyond this many open requests the form is closed: a flood must not fill the disk.</summary>
    public const int MostOpenRequests = 200;

    /// <summary>Seconds of all stages at one institution in one of the latest completed rounds, of those the viewer may see; null where fewer than three were measured.</summary>
    public async Task<MeasuredRounds?> MeasuredAsync(Viewer viewer, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Guid[] latest = await StageTimes.LatestOf(db.Rounds).Select(round => round.Id).ToArrayAsync(cancellationToken);
        double[] parts = [.. (await StageTimes.PartsAsync(db, viewer, latest, cancellationToken)).Order()];
        return parts.Length < 3 ? null : new MeasuredRounds(parts.Length, new Estimate(At(parts, 0.1), At(parts, 0.5), At(parts, 0.9)));
    }

    /// <summary>Open requests, oldest first, or the latest closed ones; nothing for a viewer who sees single institutions only.</summary>
    public async Task<IReadOnlyList<ConsultationRow>> RequestsAsync(Viewer viewer, bool areClosed, CancellationToken cancellationToken)
    {
        if (!viewer.SeesAll)
        {
            return [];
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        IQueryable<ConsultationRequest> requests = db.ConsultationRequests.AsNoTracking().Where(r => r.ClosedAt != null == areClosed);
        return await (areClosed ? requests.OrderByDescending(r => r.ClosedAt).Take(50) : requests.OrderBy(r => r.CreatedAt))
            .Select(r => new ConsultationRow(r.Id, r.Name, r.Organisation, r.Email, r.Message, r.CreatedAt, r.ClosedAt, r.ClosedBy)).ToListAsync(cancellationToken);
    }

    /// <returns>False when too many requests wait already.</returns>
    internal async Task<bool> TryAskAsync(string name, string organisation, string email, string message, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.ConsultationRequests.CountAsync(r => r.ClosedAt == null, cancellationToken) >= MostOpenRequests)
        {
            return false;
        }

        var request = new ConsultationRequest(name, organisation, email, message, clock.GetUtcNow());
        db.ConsultationRequests.Add(request);
        db.AuditEntries.Add(new Audit.AuditEntry(request.CreatedAt, "public form", "consultation", request.Id, "Somebody asked for a consultation."));
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Consultation, request.Id));
        return true;
    }

    internal async Task CloseRequestAsync(Guid id, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.ConsultationRequests.SingleOrDefaultAsync(r => r.Id == id && r.ClosedAt == null, cancellationToken) is not { } request)
        {
            return;
        }

        request.Close(actor, clock.GetUtcNow());
        db.AuditEntries.Add(new Audit.AuditEntry(clock.GetUtcNow(), actor, "consultation", id, "The request for a consultation was answered and closed."));
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Consultation, id));
    }

    private static double At(double[] sorted, double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];
}

/// <summary>A request for a consultation.</summary>
public sealed record ConsultationRow(Guid Id, string Name, string Organisation, string Email, string Message, DateTimeOffset CreatedAt, DateTimeOffset? ClosedAt, string? ClosedBy);
