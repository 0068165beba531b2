using FedPortal.Reports;

namespace FedPortal.Data;

/// <summary>Puts privacy reports together from the portal's copies of the ledgers. A coordinator gets those of the own institution.</summary>
public sealed class PrivacyReportStore(LedgerStore ledgers, StudyStore studies, InstitutionStore institutions, TimeProvider clock)
{
    /// <returns>Null when there is no such study.</returns>
    public async Task<PrivacyReport?> OfStudyAsync(Viewer viewer, Guid id, CancellationToken cancellationToken)
    {
        if (await studies.FindAsync(viewer, id, cancellationToken) is not { } study)
        {
            return null;
        }

        IReadOnlyList<LedgerReport> reports = await ReportsAsync(viewer, await ledgers.ListAsync(viewer, id, cancellationToken), cancellationToken);
        List<string> remarks = [];
        if (!study.Protection.UpdatesAreEncrypted)
        {
            remarks.Add($"Privacy loss: {study.Protection.Epsilon}. {study.Protection.Text}");
        }

        if (!viewer.SeesAll)
        {
            remarks.Add("This report shows the ledger of your own institution only.");
        }

        return PrivacyReport.Of(ReportSubject.Study, id, study.Row.Name, reports, remarks, clock.GetUtcNow());
    }

    /// <returns>Null when there is no such institution, or it is not the viewer's own.</returns>
    public async Task<PrivacyReport?> OfInstitutionAsync(Viewer viewer, Guid id, CancellationToken cancellationToken)
    {
        if (!viewer.Sees(id) || await institutions.FindAsync(viewer, id, cancellationToken) is not { } institution)
        {
            return null;
        }

        IEnumerable<LedgerCopyRow> own = (await ledgers.ListAsync(viewer, null, cancellationToken)).Where(row => row.InstitutionId == id);
        IReadOnlyList<LedgerReport> reports = await ReportsAsync(viewer, [.. own], cancellationToken);
        string[] clear = await StudiesInTheClearAsync(viewer, id, cancellationToken);
        string[] remarks = clear.Length == 0
            ? []
            : [$"Not accounted, and not in these figures: the updates of this institution in {string.Join(", ", clear.Select(name => $"\"{name}\""))} travelled in the clear."];
        return PrivacyReport.Of(ReportSubject.Institution, id, institution.Name, reports, remarks, clock.GetUtcNow());
    }

    /// <returns>One ledger, verified and recomputed; null when there is none that the viewer may see.</returns>
    public async Task<LedgerReport?> LedgerAsync(Viewer viewer, Guid studyId, Guid institutionId, CancellationToken cancellationToken)
    {
        LedgerCopyRow? row = (await ledgers.ListAsync(viewer, studyId, cancellationToken)).FirstOrDefault(row => row.InstitutionId == institutionId);
        return row is not null && await ReportsAsync(viewer, [row], cancellationToken) is [var report, ..] ? report : null;
    }

    /// <summary>As <see cref="LedgerAsync"/>, with every row computed anew, whatever was verified before.</summary>
    public Task<LedgerReport?> RecomputeAsync(Viewer viewer, Guid studyId, Guid institutionId, CancellationToken cancellationToken)
    {
        ledgers.Forget(studyId, institutionId);
        return LedgerAsync(viewer, studyId, institutionId, cancellationToken);
    }

    private async Task<IReadOnlyList<LedgerReport>> ReportsAsync(Viewer viewer, IReadOnlyList<LedgerCopyRow> rows, CancellationToken cancellationToken)
    {
        var reports = new LedgerReport?[rows.Count];
        await Parallel.ForEachAsync(rows.Index(), cancellationToken, async (at, stop) =>
        {
            LedgerCopyRow row = at.Item;
            reports[at.Index] = await ledgers.VerifyAsync(viewer, row.StudyId, row.InstitutionId, stop) is { } verified
                ? new LedgerReport(new LedgerText(row.StudyId, row.StudyName, row.InstitutionId, row.InstitutionName, row.Alarm), verified) : null;
        });
        return [.. reports.OfType<LedgerReport>()];
    }

    private async Task<string[]> StudiesInTheClearAsync(Viewer viewer, Guid institutionId, CancellationToken cancellationToken)
    {
        List<string> names = [];
        foreach (StudyRow row in (await studies.ListAsync(cancellationToken)).Where(row => row.RoundsDone > 0 && !row.Protection.UpdatesAreEncrypted))
        {
            if (await studies.FindAsync(viewer, row.Id, cancellationToken) is { } study && study.Roster.Any(seat => seat.InstitutionId == institutionId))
            {
                names.Add(row.Name);
            }
        }

        return [.. names];
    }
}
