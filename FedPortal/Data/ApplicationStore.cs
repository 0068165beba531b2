using FedPortal.Audit;
using FedPortal.Institutions;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>An application on the admin's list.</summary>
public sealed record ApplicationRow(
    Guid Id, ApplicationForm Form, ApplicationState State, DateTimeOffset CreatedAt, DateTimeOffset? DecidedAt, string? DecidedBy, string? Reason, Guid? InstitutionId);

/// <summary>Applications of hospitals that want to join. Strangers write them, only admins and auditors read them.</summary>
public sealed class ApplicationStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    /// <summary>More than this are never kept waiting: a flood must not fill the database.</summary>
    public const int MostWaiting = 200;

    /// <returns>Newest first; nothing for those who may not see them.</returns>
    public async Task<IReadOnlyList<ApplicationRow>> ListAsync(Viewer viewer, CancellationToken cancellationToken)
    {
        if (!viewer.SeesAll)
        {
            return [];
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return (await db.InstitutionApplications.AsNoTracking().OrderByDescending(a => a.CreatedAt).Take(2 * MostWaiting).ToListAsync(cancellationToken))
            .ConvertAll(a => new ApplicationRow(a.Id, a.Form, a.State, a.CreatedAt, a.DecidedAt, a.DecidedBy, a.Reason, a.InstitutionId));
    }

    /// <returns>False when too many wait already.</returns>
    public async Task<bool> ApplyAsync(ApplicationForm form, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.InstitutionApplications.CountAsync(a => a.State == ApplicationState.Waiting, cancellationToken) >= MostWaiting)
        {
            return false;
        }

        DateTimeOffset now = clock.GetUtcNow();
        var application = new InstitutionApplication(form, now);
        db.InstitutionApplications.Add(application);
        db.AuditEntries.Add(new AuditEntry(now, "a visitor", "application", application.Id, $"{form.Name} applied to join."));
        await db.SaveChangesAsync(cancellationToken);
        Publish(application.Id);
        return true;
    }

    /// <summary>Admits the institution.</summary>
    /// <param name="shortCode">As the admin chose it.</param>
    /// <returns>The institution's id, or null with the reason in words.</returns>
    public async Task<(Guid? InstitutionId, string? Problem)> ApproveAsync(Guid id, string shortCode, bool isHosted, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        InstitutionApplication application = await db.InstitutionApplications.SingleAsync(a => a.Id == id, cancellationToken);
        if (application.State != ApplicationState.Waiting)
        {
            return (null, $"The application is {application.State} already.");
        }

        if (!Institution.IsShortCode(shortCode))
        {
            return (null, $"A short code has 2 to 12 of a-z, 0-9 and '-', starting with a letter; got '{shortCode}'.");
        }

        if (await db.Institutions.AnyAsync(i => i.ShortCode == shortCode, cancellationToken))
        {
            return (null, $"The short code {shortCode} is taken.");
        }

        DateTimeOffset now = clock.GetUtcNow();
        var institution = new Institution(application.Form.Name, shortCode, isHosted, await db.Institutions.CountAsync(cancellationToken), now);
        institution.NameContact(application.Form.ContactName, application.Form.ContactEmail);
        application.Approve(institution.Id, actor, now);
        db.Institutions.Add(institution);
        db.AuditEntries.Add(new AuditEntry(now, actor, "institution", institution.Id, $"Admitted {institution.Name} ({institution.ShortCode}) on its application."));
        if (!await SavedAsync(db, cancellationToken))
        {
            return (null, "Someone else decided at the same moment.");
        }

        Publish(id);
        Publish(institution.Id);
        return (institution.Id, null);
    }

    /// <returns>What stood against it, or null.</returns>
    public async Task<string?> DeclineAsync(Guid id, string reason, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        InstitutionApplication application = await db.InstitutionApplications.SingleAsync(a => a.Id == id, cancellationToken);
        if (application.State != ApplicationState.Waiting)
        {
            return $"The application is {application.State} already.";
        }

        DateTimeOffset now = clock.GetUtcNow();
        application.Decline(reason, actor, now);
        db.AuditEntries.Add(new AuditEntry(now, actor, "application", id, $"Declined the application of {application.Form.Name}: {reason}"));
        if (!await SavedAsync(db, cancellationToken))
        {
            return "Someone else decided at the same moment.";
        }

        Publish(id);
        return null;
    }

    private static async Task<bool> SavedAsync(FedPortalDbContext db, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException)
        {
            return false;
        }
    }

    /// <param name="id">Of an application or an institution.</param>
    private void Publish(Guid id) => live.Publish(new LiveUpdate(LiveSubject.Institution, id));
}
