using FedPortal.Audit.Evidence;
using FedPortal.Datasets;
using FedPortal.Institutions;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Runs;
using FedPortal.Studies;
using FedPortal.Training.Learning;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Counts the records that the evidence pages name.</summary>
public sealed class EvidenceStore(IDbContextFactory<FedPortalDbContext> contexts, AuditLogStore log, LedgerStore ledgers, TimeProvider clock)
{
    /// <exception cref="UnauthorizedAccessException">The viewer does not see everything.</exception>
    public async Task<EvidenceFigures> CountAsync(Viewer viewer, CancellationToken cancellationToken)
    {
        if (!viewer.SeesAll)
        {
            throw new UnauthorizedAccessException("Evidence about the whole consortium is for admins and auditors.");
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        AuditLogState state = await log.StateAsync(cancellationToken);
        EvidenceFigures figures = new() { AuditEntries = state.Entries, SignedEntries = state.SignedUpTo, Checkpoints = state.Checkpoints };
        figures = await WithPeopleAsync(db, figures, cancellationToken);
        figures = await WithDatasetsAsync(db, figures, cancellationToken);
        figures = await WithStudiesAsync(db, figures, cancellationToken);
        IReadOnlyList<LedgerCopyRow> copies = await ledgers.ListAsync(viewer, null, cancellationToken);
        return figures with
        {
            Institutions = await db.Institutions.CountAsync(cancellationToken),
            SuspendedInstitutions = await db.Institutions.CountAsync(i => i.Status == InstitutionStatus.Suspended, cancellationToken),
            RoundsCompleted = await db.Rounds.CountAsync(r => r.State == RoundState.Completed, cancellationToken),
            Evaluations = await db.Evaluations.CountAsync(cancellationToken),
            LedgerRows = copies.Sum(copy => copy.RowCount),
            LedgerAlarms = copies.Count(copy => copy.Alarm is not null),
            RegisteredSiteKeys = await db.InstitutionKeys.CountAsync(cancellationToken),
            Enrolments = await db.SiteEnrolments.CountAsync(e => e.State == SiteEnrolmentState.Completed, cancellationToken),
            SiteCertificates = await db.SiteCertificates.CountAsync(cancellationToken),
            RevokedSiteCertificates = await db.SiteCertificates.CountAsync(c => c.RevokedAt != null, cancellationToken),
            Withdrawals = await db.Withdrawals.CountAsync(cancellationToken),
            PlanSignatures = await db.Set<StudySignature>().CountAsync(cancellationToken),
            PlanSignaturesOnBehalf = await db.Set<StudySignature>().CountAsync(s => s.IsOnBehalf, cancellationToken),
            ReleaseSignatures = await db.Set<ReleaseSignature>().CountAsync(cancellationToken),
            RiskDecisions = await db.RiskDecisions.CountAsync(cancellationToken),
            AttackTests = await db.AttackRuns.CountAsync(run => run.State == RunState.Done, cancellationToken),
        };
    }

    private static async Task<EvidenceFigures> WithPeopleAsync(FedPortalDbContext db, EvidenceFigures figures, CancellationToken cancellationToken) => figures with
    {
        Accounts = await db.Users.CountAsync(cancellationToken),
        AccountsInARole = await db.UserRoles.Select(role => role.UserId).Distinct().CountAsync(cancellationToken),
        AccountsWithSecondFactor = await db.Users.CountAsync(user => user.TwoFactorEnabled || db.UserPasskeys.Any(key => key.UserId == user.Id), cancellationToken),
    };

    private async Task<EvidenceFigures> WithDatasetsAsync(FedPortalDbContext db, EvidenceFigures figures, CancellationToken cancellationToken)
    {
        var datasets = await db.Datasets.AsNoTracking().Where(d => d.State == DatasetState.Ready && d.QualityReportJson != null)
            .Select(d => new { d.RejectedCount, d.SuspectCount, d.JudgedHarmless, d.Terms }).ToListAsync(cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        return figures with
        {
            CleanedDatasets = datasets.Count,
            RejectedFiles = datasets.Sum(d => d.RejectedCount),
            DatasetsWithSuspects = datasets.Count(d => d.SuspectCount > 0),
            DatasetsSuspectsJudged = datasets.Count(d => d.SuspectCount > 0 && d.JudgedHarmless.Count >= d.SuspectCount),
            DatasetsUnderTerms = datasets.Count(d => d.Terms is { } terms && terms.IsValidAt(now)),
            DatasetsTermsLapsed = datasets.Count(d => d.Terms is { } terms && !terms.IsValidAt(now)),
        };
    }

    private static async Task<EvidenceFigures> WithStudiesAsync(FedPortalDbContext db, EvidenceFigures figures, CancellationToken cancellationToken)
    {
        StudyDesign[] designs = [.. (await db.Studies.AsNoTracking().IgnoreAutoIncludes().ToListAsync(cancellationToken)).Select(study => study.Design)];
        return figures with
        {
            Studies = designs.Length,
            ProtectedStudies = designs.Count(design => design.Strategy.IsProtected()),
            StudiesInTheClear = designs.Count(design => !design.Strategy.IsProtected()),
            StudiesWithCap = designs.Count(design => design.Strategy.IsProtected() && design.Privacy.EpsilonCap is not null),
        };
    }
}
