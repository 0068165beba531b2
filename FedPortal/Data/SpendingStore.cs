using System.Text.Json;
using FedPortal.Privacy;
using FedPortal.Reports;
using FedPortal.Studies;
using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>ε after a row of a ledger, in the three views; null where there is no bound.</summary>
public sealed record SpentPoint(int Round, double? PublishedSum, double? Colluders, double? SingleUpdate);

/// <summary>What one ledger's last row leaves of its cap.</summary>
/// <param name="Budget">Null when the header cannot be read.</param>
/// <param name="Alarm">How the site's own copy differs; null while they agree.</param>
/// <param name="IsAsReceived">False when the last row is not the one that the portal countersigned.</param>
public sealed record LedgerStanding(Guid StudyId, string StudyName, LedgerBudget? Budget, string? Alarm, bool IsAsReceived);

/// <summary>What studies have spent, read off the last rows of the institutions' ledgers, which carry the sum of all before them.</summary>
public sealed class SpendingStore(IDbContextFactory<FedPortalDbContext> contexts)
{
    // The ledger's own words for a sum without a number.
    private const string Infinite = "infinite";

    /// <summary>The largest sum of any institution's ledger. It names no institution, so everyone may see it.</summary>
    public async Task<StudySpending> OfAsync(Guid studyId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<LedgerCopy> copies = await db.LedgerCopies.AsNoTracking().Where(c => c.StudyId == studyId && c.RowCount > 0).ToListAsync(cancellationToken);
        if (copies.Count == 0)
        {
            return StudySpending.Nothing;
        }

        List<string> last = await (from copy in db.LedgerCopies
                                   join line in db.LedgerCopyLines on new { CopyId = copy.Id, Sequence = copy.RowCount } equals new { line.CopyId, line.Sequence }
                                   where copy.StudyId == studyId && copy.RowCount > 0
                                   select line.Text).ToListAsync(cancellationToken);
        LedgerSums[] rows = [.. last.Select(LedgerSums.Parse).OfType<LedgerSums>()];
        Guid longest = copies.MaxBy(copy => copy.RowCount)!.Id;
        int releases = await db.LedgerCopyLines.CountAsync(
            line => line.CopyId == longest && line.Allowed && line.Kind == ReleaseKinds.Update, cancellationToken);
        return new StudySpending(releases, PrivacyAccountant.Views.ToDictionary(view => view, view => Largest(rows.Select(row => row.Of(view)))));
    }

    /// <summary>What is left of an institution's budgets as the last rows of its ledgers say it, one for each study; empty for those who may not see it.</summary>
    /// <remarks>The report of the institution recomputes; this is for a page that must answer at once. It only looks whether the last row is the one that was received.</remarks>
    public async Task<IReadOnlyList<LedgerStanding>> StandingsAsync(Viewer viewer, Guid institutionId, CancellationToken cancellationToken)
    {
        if (!viewer.Sees(institutionId))
        {
            return [];
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var copies = await (from copy in db.LedgerCopies.AsNoTracking()
                            where copy.InstitutionId == institutionId
                            join study in db.Studies.IgnoreAutoIncludes() on copy.StudyId equals study.Id
                            orderby study.Name
                            select new { Copy = copy, study.Name }).ToListAsync(cancellationToken);
        List<LedgerStanding> standings = [];
        foreach (var found in copies)
        {
            Dictionary<int, string> lines = await db.LedgerCopyLines.Where(line => line.CopyId == found.Copy.Id && (line.Sequence == 0 || line.Sequence == found.Copy.RowCount))
                .ToDictionaryAsync(line => line.Sequence, line => line.Text, cancellationToken);
            standings.Add(StandingOf(found.Copy, found.Name, lines.GetValueOrDefault(0), lines.GetValueOrDefault(found.Copy.RowCount)));
        }

        return standings;
    }

    private static LedgerStanding StandingOf(LedgerCopy copy, string studyName, string? first, string? last)
    {
        LedgerLine? header = Parsed(first);
        LedgerLine? end = Parsed(last);
        bool isAsReceived = end is not null && end.Hash == copy.Head && end.ComputeHash() == copy.Head;
        LedgerBudget? budget = header?.Header is { } promised && Enum.TryParse(promised.CapView, out PrivacyView view)
            ? new LedgerBudget(promised.EpsilonCap, view, end?.Row is { } row ? StatementOf(EpsilonText.Of(row, view)) : new NothingReleased(), MoreLikeTheLast: null) : null;
        return new LedgerStanding(copy.StudyId, studyName, budget, copy.Alarm, isAsReceived);
    }

    private static LedgerLine? Parsed(string? text)
    {
        try
        {
            return text is null ? null : LedgerLine.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>ε over the rounds from one ledger that the viewer may see: the own institution's, or the longest; thinned evenly.</summary>
    public async Task<IReadOnlyList<SpentPoint>> CourseAsync(Viewer viewer, Guid studyId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<LedgerCopy> copies = await db.LedgerCopies.AsNoTracking().Where(c => c.StudyId == studyId && c.RowCount > 0).ToListAsync(cancellationToken);
        if (copies.Where(copy => viewer.Sees(copy.InstitutionId)).MaxBy(copy => copy.RowCount) is not { } shown)
        {
            return [];
        }

        int step = Math.Max(1, shown.RowCount / HistoryStore.MaxPoints);
        List<string> texts = await db.LedgerCopyLines
            .Where(line => line.CopyId == shown.Id && line.Sequence > 0 && (line.Sequence % step == 0 || line.Sequence == shown.RowCount))
            .OrderBy(line => line.Sequence).Select(line => line.Text).ToListAsync(cancellationToken);
        return [.. texts.Select(LedgerSums.Parse).OfType<LedgerSums>().GroupBy(row => row.Round)
            .Select(round => new SpentPoint(round.Key, EpsilonText.Number(round.Last().SumEpsilon), EpsilonText.Number(round.Last().ColludersEpsilon), EpsilonText.Number(round.Last().SingleEpsilon)))];
    }

    private static PrivacyStatement Largest(IEnumerable<string> texts) =>
        texts.Select(StatementOf).MaxBy(statement => statement switch
        {
            UnboundedStatement => double.PositiveInfinity,
            UnaccountedStatement => double.MaxValue,
            EpsilonStatement known => known.Epsilon,
            _ => -1,
        }) ?? new NothingReleased();

    private static PrivacyStatement StatementOf(string text) => EpsilonText.Number(text) is { } epsilon ? new EpsilonStatement(epsilon, Order: 0)
        : text == Infinite ? new UnboundedStatement("a release without noise is among them")
        : text == PrivacyWording.NothingReleased ? new NothingReleased() : new UnaccountedStatement(text);
}
