using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Institutions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Operation.Rules;

/// <summary>Hospitals' own site programs that were heard of once and are silent now.</summary>
internal sealed class SilentSiteRule(IDbContextFactory<FedPortalDbContext> contexts, IOptions<AlertOptions> options) : IAlertRule
{
    public AlertKind Kind => AlertKind.SiteSilent;

    public async Task<IReadOnlyList<Finding>> FindAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset limit = now.AddMinutes(-options.Value.SiteSilentMinutes);
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var silent = await (from site in db.SiteConnections
                            join institution in db.Institutions on site.InstitutionId equals institution.Id
                            where !institution.IsHosted && institution.Status == InstitutionStatus.Active && site.LastSeenAt != null && site.LastSeenAt < limit
                            select new { institution.Id, institution.Name, site.LastSeenAt }).ToListAsync(cancellationToken);
        return [.. silent.Select(s => new Finding(
            AlertLevel.Warning, $"{s.Id}", $"The site of {s.Name} is silent",
            $"It was last heard of at {s.LastSeenAt:yyyy-MM-dd HH:mm} UTC. See on its machine whether the service runs (systemctl status fedportal-site) and reaches the portal.", Urls.Institution(s.Id), s.Id))];
    }
}

/// <summary>Client certificates that end soon: the site program should have renewed them.</summary>
internal sealed class CertificateRule(IDbContextFactory<FedPortalDbContext> contexts, IOptions<AlertOptions> options) : IAlertRule
{
    public AlertKind Kind => AlertKind.CertificateExpiring;

    public async Task<IReadOnlyList<Finding>> FindAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset limit = now.AddHours(options.Value.CertificateHours);
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var good = await (from certificate in db.SiteCertificates
                          join institution in db.Institutions on certificate.InstitutionId equals institution.Id
                          where certificate.RevokedAt == null && !institution.IsHosted && institution.Status == InstitutionStatus.Active
                          select new { institution.Id, institution.Name, certificate.ExpiresAt }).ToListAsync(cancellationToken);
        var ends = good.GroupBy(c => c.Id).Select(own => new { Id = own.Key, own.First().Name, End = own.Max(c => c.ExpiresAt) });
        return [.. ends.Where(e => e.End < limit).Select(e => e.End > now
            ? new Finding(AlertLevel.Warning, $"{e.Id}", $"The certificate of {e.Name} ends soon", $"It ends at {e.End:yyyy-MM-dd HH:mm} UTC and was not renewed. Site programs renew theirs when two thirds are over: is it running?", Urls.Institution(e.Id), e.Id)
            : new Finding(AlertLevel.Critical, $"{e.Id}", $"The certificate of {e.Name} has ended", $"It ended at {e.End:yyyy-MM-dd HH:mm} UTC, so its site gets no work. Invite it again on its page; its machine keeps its data.", Urls.Institution(e.Id), e.Id))];
    }
}

/// <summary>Terms of use that end soon, or ended within the last week.</summary>
internal sealed class TermsRule(IDbContextFactory<FedPortalDbContext> contexts, IOptions<AlertOptions> options) : IAlertRule
{
    private const int RecentlyDays = 7;

    public AlertKind Kind => AlertKind.TermsExpiring;

    public TimeSpan Every => TimeSpan.FromMinutes(15);

    public async Task<IReadOnlyList<Finding>> FindAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset limit = now.AddDays(options.Value.TermsDays);
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var sets = await db.Datasets.Where(d => d.State == DatasetState.Ready && !db.Datasets.Any(later => later.PreviousId == d.Id && later.State != DatasetState.Failed))
            .Select(d => new { d.Id, d.Name, d.InstitutionId, d.Terms }).ToListAsync(cancellationToken);
        return [.. sets.Where(d => d.Terms is { } terms && terms.ExpiresAt < limit && terms.ExpiresAt > now.AddDays(-RecentlyDays)).Select(d => new Finding(
            d.Terms!.ExpiresAt > now ? AlertLevel.Notice : AlertLevel.Warning, $"{d.Id}", $"The terms of use of “{d.Name}” {(d.Terms.ExpiresAt > now ? "end soon" : "have ended")}",
            $"They end on {d.Terms.ExpiresAt:yyyy-MM-dd}. From then on no new study may name the data set; its page renews them.", Urls.Dataset(d.Id), d.InstitutionId))];
    }
}
