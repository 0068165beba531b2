using FedPortal.Audit;
using FedPortal.Institutions;
using FedPortal.Privacy;
using FedPortal.Reports;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Accounting;
using FedPortal.Training.Learning;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>What an institution leaves behind: shown before it withdraws, and signed when it does.</summary>
public sealed record WithdrawalContent(
    Guid InstitutionId, string Name, string ShortCode, bool IsHosted, IReadOnlyList<StudyContribution> Studies, IReadOnlyList<string> RunningStudies);

/// <summary>An institution's part in one study.</summary>
/// <param name="Rounds">Rounds that took its update.</param>
/// <param name="Models">Models that its updates are in: of the first such round and all later ones, because each model is made from the one before.</param>
/// <param name="Privacy">What is known of the privacy cost, in words.</param>
public sealed record StudyContribution(
    Guid StudyId, string Study, string Strategy, IReadOnlyList<ContributedRound> Rounds, IReadOnlyList<ContributedModel> Models, string Privacy);

public sealed record ContributedRound(int Round, int Attempt, string? UpdateHash, long? Images, DateTimeOffset At);

public sealed record ContributedModel(int Version, string Hash);

/// <summary>Records of institutions that left.</summary>
public sealed class WithdrawalStore(IDbContextFactory<FedPortalDbContext> contexts, PrivacyReportStore reports, LiveUpdates live, TimeProvider clock)
{
    /// <summary>What the institution would leave behind; null for those who may not see it.</summary>
    public async Task<WithdrawalContent?> ContentAsync(Viewer viewer, Guid institutionId, CancellationToken cancellationToken)
    {
        if (!viewer.Sees(institutionId))
        {
            return null;
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Institution? institution = await db.Institutions.AsNoTracking().SingleOrDefaultAsync(i => i.Id == institutionId, cancellationToken);
        if (institution is null)
        {
            return null;
        }

        List<Study> studies = await db.Studies.AsNoTracking().Where(s => s.Roster.Any(entry => entry.InstitutionId == institutionId)).OrderBy(s => s.CreatedAt).ToListAsync(cancellationToken);
        IReadOnlyList<LedgerReport> ledgers = (await reports.OfInstitutionAsync(viewer, institutionId, cancellationToken))?.Ledgers ?? [];
        List<StudyContribution> contributions = [];
        foreach (Study study in studies)
        {
            LedgerReport? ledger = ledgers.FirstOrDefault(l => l.Text.StudyId == study.Id);
            contributions.Add(await ContributionAsync(db, study, institutionId, PrivacyOf(study, ledger), cancellationToken));
        }

        return new WithdrawalContent(
            institution.Id, institution.Name, institution.ShortCode, institution.IsHosted, [.. contributions.Where(c => c.Rounds.Count > 0)],
            [.. studies.Where(s => s.State == StudyState.Running).Select(s => s.Name)]);
    }

    /// <summary>The signed record; null when there is none or it is not for the viewer.</summary>
    public async Task<string?> RecordAsync(Viewer viewer, Guid institutionId, CancellationToken cancellationToken)
    {
        if (!viewer.Sees(institutionId))
        {
            return null;
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Withdrawals.Where(w => w.InstitutionId == institutionId).Select(w => w.RecordJson).SingleOrDefaultAsync(cancellationToken);
    }

    /// <summary>Saves the withdrawal: status, revoked certificates, ended invitations, record and audit entry in one transaction.</summary>
    internal async Task WithdrawAsync(Guid institutionId, string recordJson, string told, string actor, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Institution institution = await db.Institutions.SingleAsync(i => i.Id == institutionId, cancellationToken);
        institution.Withdraw();
        foreach (SiteCertificate certificate in await db.SiteCertificates.Where(c => c.InstitutionId == institutionId).ToListAsync(cancellationToken))
        {
            certificate.Revoke(actor, "The institution withdrew.", now);
        }

        await foreach (SiteEnrolment open in EnrolmentStore.OpenOf(db, institutionId).WithCancellation(cancellationToken))
        {
            open.Decline(actor, "The institution withdrew.", now);
        }

        db.Withdrawals.Add(new Withdrawal(institutionId, recordJson, now));
        db.AuditEntries.Add(new AuditEntry(now, actor, "institution", institutionId, told));
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Institution, institutionId));
    }

    private static async Task<StudyContribution> ContributionAsync(FedPortalDbContext db, Study study, Guid institutionId, string privacy, CancellationToken cancellationToken)
    {
        var rounds = await (
            from p in db.Participations.AsNoTracking()
            join r in db.Rounds.AsNoTracking() on p.RoundId equals r.Id
            where r.StudyId == study.Id && p.InstitutionId == institutionId && p.State == ParticipationState.Accepted && r.State == RoundState.Completed
            orderby r.Number
            select new ContributedRound(r.Number, r.Attempt, p.UpdateHash, p.SampleCount, p.ChangedAt)).ToListAsync(cancellationToken);
        int first = rounds.Count == 0 ? int.MaxValue : rounds[0].Round;
        List<ContributedModel> models = await db.ModelVersions.AsNoTracking().Where(m => m.StudyId == study.Id && m.Version >= first).OrderBy(m => m.Version)
            .Select(m => new ContributedModel(m.Version, m.BlobHash)).ToListAsync(cancellationToken);
        return new StudyContribution(
            study.Id, study.Name, FederatedStrategies.NameOf(study.Design.Strategy), rounds, models, privacy);
    }

    /// <summary>What the institution's own ledger says, recomputed; or what the strategy alone protects.</summary>
    private static string PrivacyOf(Study study, LedgerReport? ledger) => ledger switch
    {
        { Verification: { Header: not null, Problem: null } verified } => verified.Claim(PrivacyView.PublishedSum),
        not null => $"The ledger {ledger.Outcome}.",
        _ => $"No ledger. {ProtectionStatement.Of(study.Design.Strategy).Text}",
    };
}
