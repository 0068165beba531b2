using FedPortal.Models;
using FedPortal.Privacy;
using FedPortal.Reports;
using FedPortal.Runs;
using FedPortal.Studies;
using FedPortal.Training.Attacks;
using FedPortal.Training.Ledger;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Gathers what a release is decided on.</summary>
internal sealed class ModelEvidence(GlobalModelFiles files)
{
    /// <returns>Null when there is no such version.</returns>
    public async Task<ReleaseEvidence?> ReadAsync(FedPortalDbContext db, Guid studyId, int version, CancellationToken cancellationToken)
    {
        GlobalModelVersion? model = await db.ModelVersions.AsNoTracking().SingleOrDefaultAsync(m => m.StudyId == studyId && m.Version == version, cancellationToken);
        if (model is null)
        {
            return null;
        }

        Study study = await db.Studies.AsNoTracking().SingleAsync(s => s.Id == studyId, cancellationToken);
        return await ReadAsync(db, model, await ClaimAsync(db, study, model, cancellationToken), cancellationToken);
    }

    /// <param name="claim">Of this model, from <see cref="ClaimAsync"/>: it reads whole ledgers, so it is worked out once.</param>
    public static async Task<ReleaseEvidence> ReadAsync(FedPortalDbContext db, GlobalModelVersion model, PrivacyClaim claim, CancellationToken cancellationToken)
    {
        (Guid studyId, int version) = (model.StudyId, model.Version);
        bool isPooled = await db.Evaluations.AnyAsync(e => e.StudyId == studyId && e.ModelVersion == version && e.Scope == EvaluationScope.Pooled, cancellationToken);
        List<string> reports = isPooled
            ? await db.Evaluations.Where(e => e.StudyId == studyId && e.ModelVersion == version).Select(e => e.ReportJson).ToListAsync(cancellationToken) : [];
        List<AttackRun> attacks = await db.AttackRuns.AsNoTracking()
            .Where(r => r.StudyId == studyId && r.ModelVersion == version && r.State == RunState.Done).ToListAsync(cancellationToken);
        return new ReleaseEvidence(
            model.BlobHash,
            [.. reports.Select(ContentHash.OfText)],
            [.. attacks.Select(attack => new AttackEvidence(attack.Kind, attack.OutcomeHash!, attack.EpsilonFound))],
            claim.Epsilon);
    }

    /// <summary>What is claimed of a version: what the sites' ledgers say up to its round, or before they say anything what the study's settings promise.</summary>
    public async Task<PrivacyClaim> ClaimAsync(FedPortalDbContext db, Study study, GlobalModelVersion model, CancellationToken cancellationToken)
    {
        int values = PlannedClaim.DependsOnSize(study.Design) ? (await files.LayoutAsync(study, model, cancellationToken)).ValueCount : 0;
        PrivacyClaim planned = PlannedClaim.Of(study.Design, values, study.Roster.Count, model.Version);
        IReadOnlyList<double?> spent = await SpentAsync(db, study.Id, model.Version, cancellationToken);
        return spent.Count == 0 ? planned : planned with { Epsilon = spent.Contains(null) ? null : spent.Max() };
    }

    /// <summary>The published sum's ε in each ledger after this round; null where it is not a number.</summary>
    private static async Task<IReadOnlyList<double?>> SpentAsync(FedPortalDbContext db, Guid studyId, int version, CancellationToken cancellationToken)
    {
        var last = db.LedgerCopyLines.Where(line => line.Allowed && line.Round <= version && db.LedgerCopies.Any(copy => copy.Id == line.CopyId && copy.StudyId == studyId))
            .GroupBy(line => line.CopyId).Select(ledger => new { CopyId = ledger.Key, Sequence = ledger.Max(line => line.Sequence) });
        List<string> texts = await (from line in db.LedgerCopyLines
                                    join end in last on new { line.CopyId, line.Sequence } equals new { end.CopyId, end.Sequence }
                                    select line.Text).ToListAsync(cancellationToken);
        return [.. texts.Select(text => LedgerLine.Parse(text).Row)
            .OfType<LedgerRow>()
            .Select(row => EpsilonText.Number(row.SumEpsilon))];
    }
}
