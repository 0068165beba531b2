using System.Text.Json;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>One point of a learning curve; the ends of the 95 % intervals are null where there is none.</summary>
public sealed record CurvePoint(int ModelVersion, EvaluationScope Scope, Guid? InstitutionId, string? ShortCode, int? ColourIndex, double? Loss, CurveValue Accuracy, CurveValue Auroc);

/// <param name="Value">Null without support.</param>
public readonly record struct CurveValue(double? Value, double? Lower, double? Upper);

/// <summary>What one completed round took and moved.</summary>
/// <param name="StageSeconds">By stage: of the institutions shown the slowest, and the portal's own part.</param>
/// <param name="UpdateBytes">Of the updates shown to the viewer together; null where none is shown.</param>
public sealed record RoundHistoryRow(int Number, int Attempt, Guid RoundId, IReadOnlyDictionary<string, double> StageSeconds, long? UpdateBytes, int Contributors);

/// <summary>The length of one institution's update in one round, as its sketch shows it.</summary>
/// <param name="Norm">In clipping norms, with the sketch's noise taken off.</param>
/// <param name="RobustDeviations">From the round's median; null where there were too few to compare.</param>
public sealed record NormPoint(int Round, Guid InstitutionId, string ShortCode, int ColourIndex, double Norm, double? RobustDeviations, bool IsExcluded);

/// <summary>A study's course over its rounds, small enough to draw: long studies are thinned evenly.</summary>
public sealed class HistoryStore(IDbContextFactory<FedPortalDbContext> contexts)
{
    /// <summary>Most points of a curve, and most bars.</summary>
    public const int MaxPoints = 60;

    /// <summary>Beyond this many lines of institutions nobody can tell them apart, and none is read; a round's own page names every one.</summary>
    public const int MostInstitutions = 8;

    /// <summary>Metrics over model versions; the first and the last version are always among them.</summary>
    public async Task<IReadOnlyList<CurvePoint>> CurvesAsync(Viewer viewer, Guid studyId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Guid[] roster = await db.Set<RosterEntry>().Where(entry => entry.StudyId == studyId).Select(entry => entry.InstitutionId).ToArrayAsync(cancellationToken);
        Guid[] drawn = [.. roster.Where(id => viewer.Sees(id))];
        return await PointsAsync(db, studyId, drawn.Length > MostInstitutions ? [] : drawn, withWhole: true, cancellationToken);
    }

    /// <summary>One institution's own curve; empty for those who may not see it.</summary>
    public async Task<IReadOnlyList<CurvePoint>> CurveAsync(Viewer viewer, Guid studyId, Guid institutionId, CancellationToken cancellationToken)
    {
        if (!viewer.Sees(institutionId))
        {
            return [];
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await PointsAsync(db, studyId, [institutionId], withWhole: false, cancellationToken);
    }

    /// <summary>The newest report that speaks for the consortium: of its hold-out, or of all hold-outs pooled.</summary>
    public async Task<EvaluationRow?> LatestAsync(Guid studyId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        foreach (EvaluationScope scope in new[] { EvaluationScope.Holdout, EvaluationScope.Pooled })
        {
            var found = await db.Evaluations.Where(e => e.StudyId == studyId && e.Scope == scope).OrderByDescending(e => e.ModelVersion)
                .Select(e => new { e.ModelVersion, e.ReportJson }).FirstOrDefaultAsync(cancellationToken);
            if (found is not null)
            {
                return new EvaluationRow(found.ModelVersion, scope, null, null, null, JsonSerializer.Deserialize<EvaluationReport>(found.ReportJson, ProtocolJson.Options)!);
            }
        }

        return null;
    }

    /// <summary>The latest completed rounds, oldest first.</summary>
    public async Task<IReadOnlyList<RoundHistoryRow>> RoundsAsync(Viewer viewer, Guid studyId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var rounds = await StageTimes.LatestOf(db.Rounds.Where(r => r.StudyId == studyId), MaxPoints).Select(r => new { r.Id, r.Number, r.Attempt }).ToListAsync(cancellationToken);
        Guid[] ids = [.. rounds.Select(r => r.Id)];
        Guid[] own = [.. viewer.InstitutionIds];
        bool all = viewer.SeesAll;
        ILookup<Guid, (string Stage, double Seconds)> walls = await StageTimes.WallsAsync(db, viewer, ids, cancellationToken);
        var parts = await db.Participations.Where(p => ids.Contains(p.RoundId) && p.State == ParticipationState.Accepted)
            .GroupBy(p => p.RoundId)
            .Select(g => new { RoundId = g.Key, Bytes = g.Sum(p => all || own.Contains(p.InstitutionId) ? p.UpdateBytes : null), Count = g.Count() })
            .ToDictionaryAsync(p => p.RoundId, cancellationToken);
        return [.. rounds.OrderBy(r => r.Number).Select(r => new RoundHistoryRow(
            r.Number, r.Attempt, r.Id, walls[r.Id].ToDictionary(wall => wall.Stage, wall => wall.Seconds),
            parts.GetValueOrDefault(r.Id)?.Bytes is > 0 and var bytes ? bytes : null, parts.GetValueOrDefault(r.Id)?.Count ?? 0))];
    }

    private static async Task<IReadOnlyList<CurvePoint>> PointsAsync(FedPortalDbContext db, Guid studyId, Guid[] drawn, bool withWhole, CancellationToken cancellationToken)
    {
        int last = await db.Evaluations.Where(e => e.StudyId == studyId).MaxAsync(e => (int?)e.ModelVersion, cancellationToken) ?? -1;
        int[] versions = Thinned(0, last);
        var rows = await db.Evaluations
            .Where(e => e.StudyId == studyId && versions.Contains(e.ModelVersion) && (e.InstitutionId == null ? withWhole : drawn.Contains(e.InstitutionId.Value)))
            .OrderBy(e => e.ModelVersion)
            .Select(e => new { e.ModelVersion, e.Scope, e.InstitutionId, e.Loss, e.Accuracy, e.AccuracyLower, e.AccuracyUpper, e.Auroc, e.AurocLower, e.AurocUpper })
            .ToListAsync(cancellationToken);
        var institutions = await db.Institutions.Where(i => drawn.Contains(i.Id)).Select(i => new { i.Id, i.ShortCode, i.ColourIndex }).ToDictionaryAsync(i => i.Id, cancellationToken);
        return [.. rows.Select(row => new CurvePoint(
            row.ModelVersion, row.Scope, row.InstitutionId,
            row.InstitutionId is { } id ? institutions[id].ShortCode : null, row.InstitutionId is { } own ? institutions[own].ColourIndex : null, row.Loss,
            new CurveValue(row.Accuracy, row.AccuracyLower, row.AccuracyUpper), new CurveValue(row.Auroc, row.AurocLower, row.AurocUpper)))];
    }

    /// <summary>Norms of the updates of the latest completed rounds, oldest first: all for those who see everything, else the own institutions'.</summary>
    public async Task<IReadOnlyList<NormPoint>> NormsAsync(Viewer viewer, Guid studyId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var rounds = await StageTimes.LatestOf(db.Rounds.Where(r => r.StudyId == studyId), MaxPoints)
            .Select(r => new { r.Id, r.Number }).ToDictionaryAsync(r => r.Id, r => r.Number, cancellationToken);
        Guid[] ids = [.. rounds.Keys];
        Guid[] own = [.. viewer.InstitutionIds];
        bool all = viewer.SeesAll;
        var parts = await (
            from p in db.Participations.AsNoTracking()
            join i in db.Institutions on p.InstitutionId equals i.Id
            where ids.Contains(p.RoundId) && p.Verdict != null && (all || own.Contains(p.InstitutionId))
            select new { p.RoundId, p.InstitutionId, p.State, p.Verdict, i.ShortCode, i.ColourIndex }).ToListAsync(cancellationToken);
        return [.. parts
            .Select(p => new NormPoint(rounds[p.RoundId], p.InstitutionId, p.ShortCode, p.ColourIndex, p.Verdict!.Norm, p.Verdict.RobustDeviations, p.State == ParticipationState.Excluded))
            .OrderBy(p => p.Round).ThenBy(p => p.ShortCode, StringComparer.Ordinal)];
    }

    /// <summary>At most <see cref="MaxPoints"/> of the numbers from one to another, evenly chosen, both ends among them.</summary>
    internal static int[] Thinned(int first, int last)
    {
        int count = last - first + 1;
        return count <= MaxPoints
            ? [.. Enumerable.Range(first, Math.Max(0, count))]
            : [.. Enumerable.Range(0, MaxPoints).Select(i => first + (int)Math.Round(i * (count - 1.0) / (MaxPoints - 1)))];
    }
}
