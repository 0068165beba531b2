using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Reports;
using FedPortal.Studies;
using FedPortal.Training.AuditLog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Operation.Rules;

/// <summary>Privacy budgets of studies under way of which little is left; recomputed from the ledgers.</summary>
internal sealed class BudgetRule(IDbContextFactory<FedPortalDbContext> contexts, PrivacyReportStore reports, IOptions<AlertOptions> options) : IAlertRule
{
    public AlertKind Kind => AlertKind.BudgetNearlySpent;

    public TimeSpan Every => TimeSpan.FromHours(1);

    public async Task<IReadOnlyList<Finding>> FindAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<(Guid Study, Guid Institution)> kept;
        await using (FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            kept = [.. (await (from copy in db.LedgerCopies
                               join study in db.Studies.IgnoreAutoIncludes() on copy.StudyId equals study.Id
                               where study.State == StudyState.Running || study.State == StudyState.Failed
                               select new { copy.StudyId, copy.InstitutionId }).ToListAsync(cancellationToken)).Select(copy => (copy.StudyId, copy.InstitutionId))];
        }

        List<Finding> found = [];
        foreach ((Guid study, Guid institution) in kept)
        {
            if (await reports.LedgerAsync(Viewer.Everything, study, institution, cancellationToken) is { Budget: { HasCap: true } budget } ledger
                && budget.Left is { } left && left <= (1 - options.Value.BudgetShare) * budget.EpsilonCap)
            {
                found.Add(new Finding(
                    AlertLevel.Warning, $"{study}/{institution}", $"The privacy budget of {ledger.Text.InstitutionName} in {ledger.Text.StudyName} is nearly spent",
                    $"ε {EpsilonText.Brief(left)} of {EpsilonText.Brief(budget.EpsilonCap)} is left. The site refuses any release beyond its budget, so further rounds may fail.", Urls.Ledger(study, institution), institution));
            }
        }

        return found;
    }
}

/// <summary>Verifies the whole audit log and the copies of all privacy ledgers, and passes on the alarms of ledgers.</summary>
internal sealed class AuditRule(AuditLogStore log, LedgerStore ledgers, IOptions<AlertOptions> options) : IAlertRule
{
    public AlertKind Kind => AlertKind.AuditBroken;

    public TimeSpan Every => TimeSpan.FromHours(options.Value.AuditCheckHours);

    public async Task<IReadOnlyList<Finding>> FindAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<Finding> found = [];
        AuditLogVerification verification = await log.VerifyAsync(Viewer.Everything, progress: null, cancellationToken);
        if (verification.Problem is { } problem)
        {
            found.Add(new Finding(
                AlertLevel.Critical, "log", "The audit log does not verify",
                $"{problem} Somebody or something changed the database behind the portal's back. Keep the database as it is, export the log and compare it with earlier exports.", Urls.Audit, null));
        }

        foreach (LedgerCopyRow row in await ledgers.ListAsync(Viewer.Everything, null, cancellationToken))
        {
            if (row.Alarm is { } alarm)
            {
                found.Add(new Finding(
                    AlertLevel.Critical, $"ledger/{row.StudyId}/{row.InstitutionId}", $"The privacy ledger of {row.InstitutionName} in {row.StudyName} differs from its copy", alarm,
                    Urls.Ledger(row.StudyId, row.InstitutionId), row.InstitutionId));
            }

            if (await ledgers.VerifyAsync(Viewer.Everything, row.StudyId, row.InstitutionId, cancellationToken) is { Problem: { } bad })
            {
                found.Add(new Finding(
                    AlertLevel.Critical, $"copy/{row.StudyId}/{row.InstitutionId}", $"The portal's copy of the privacy ledger of {row.InstitutionName} in {row.StudyName} does not verify",
                    $"First bad row: {bad}. It verified when it arrived, so somebody or something changed the database behind the portal's back. The site's own file is the original; compare the two.",
                    Urls.Ledger(row.StudyId, row.InstitutionId), row.InstitutionId));
            }
        }

        return found;
    }
}
