using System.Text.Json;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>One point of a learning curve.</summary>
/// <param name="Report">Only of the pooled and the consortium's hold-out, where intervals are drawn.</param>
public sealed record CurvePoint(
    int ModelVersion, EvaluationScope Scope, Guid? InstitutionId, string? ShortCode, int? ColourIndex, double? Accuracy, double? Auroc, double? Loss, EvaluationReport? Report);

/// <summary>What one completed round took and moved.</summary>
/// <param name="StageSeconds">By stage: of the institutions shown the slowest, and the portal's own part.</param>
/// <param name="UpdateBytes">Of the updates shown to the viewer together; null where none is shown.</param>
public sealed record RoundHistoryRow(int Number, int Attempt, Guid RoundId, IReadOnlyDictionary<string, double> StageSeconds, long? UpdateBytes, int Contributors);

/// <summary>A study's course over its rounds, small enough to draw: long studies are thinned evenly.</summary>
public sealed class HistoryStore(IDbContextFactory<FedPortalDbContext> contexts)
{
    /// <summary>Most points of a curve, and most bars.</summary>
    public const int MaxPoints = 60;

    /// <summary>Metrics over model versions; the first and the last version are always among them.</summary>
    public async Task<IReadOnlyList<CurvePoint>> CurvesAsync(Viewer viewer, Guid studyId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        int last = await db.Evaluations.Where(e => e.StudyId == studyId).MaxAsync(e => (int?)e.ModelVersion, cancellationToken) ?? -1;
        int[] versions = Thinned(0, last);
        var rows = await db.Evaluations.AsNoTracking().Where(e => e.StudyId == studyId && versions.Contains(e.ModelVersion))
            .OrderBy(e => e.ModelVersion)
            .Select(e => new { e.ModelVersion, e.Scope, e.InstitutionId, e.Accuracy, e.Auroc, e.Loss, Json = e.Scope == EvaluationScope.Institution ? null : e.ReportJson })
            .ToListAsync(cancellationToken);
        var institutions = await db.Institutions.AsNoTracking().Select(i => new { i.Id, i.ShortCode, i.ColourIndex }).ToDictionaryAsync(i => i.Id, cancellationToken);
        return [.. rows.Where(row => row.Scope != EvaluationScope.Institution || viewer.Sees(row.InstitutionId)).Select(row => new CurvePoint(
            row.ModelVersion, row.Scope, row.InstitutionId,
            row.InstitutionId is { } id ? institutions[id].ShortCode : null, row.InstitutionId is { } own ? institutions[own].ColourIndex : null,
            row.Accuracy, row.Auroc, row.Loss, row.Json is null ? null : JsonSerializer.Deserialize<EvaluationReport>(row.Json, ProtocolJson.Options)))];
    }

    /// <summary>The latest completed rounds, oldest first.</summary>
    public async Task<IReadOnlyList<RoundHistoryRow>> RoundsAsync(Viewer viewer, Guid studyId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var rounds = await db.Rounds.Where(r => r.StudyId == studyId && r.State == RoundState.Completed).OrderByDescending(r => r.Number).Take(MaxPoints)
            .Select(r => new { r.Id, r.Number, r.Attempt }).ToListAsync(cancellationToken);
        Guid[] ids = [.. rounds.Select(r => r.Id)];
        Guid[] own = [.. viewer.InstitutionIds];
        bool all = viewer.SeesAll;
        var seconds = await db.StageTimings.Where(t => ids.Contains(t.RoundId) && (all || t.InstitutionId == null || own.Contains(t.InstitutionId.Value)))
            .GroupBy(t => new { t.RoundId, t.Stage, IsPortal = t.InstitutionId == null })
            .Select(g => new { g.Key.RoundId, g.Key.Stage, g.Key.IsPortal, Sum = g.Sum(t => t.Seconds), Most = g.Max(t => t.Seconds) }).ToListAsync(cancellationToken);
        ILookup<Guid, (string Stage, double Seconds)> byRound = seconds.ToLookup(s => s.RoundId, s => (s.Stage, s.IsPortal ? s.Sum : s.Most));
        var parts = await db.Participations.Where(p => ids.Contains(p.RoundId) && p.State == ParticipationState.Accepted)
            .GroupBy(p => p.RoundId)
            .Select(g => new { RoundId = g.Key, Bytes = g.Sum(p => all || own.Contains(p.InstitutionId) ? p.UpdateBytes : null), Count = g.Count() })
            .ToDictionaryAsync(p => p.RoundId, cancellationToken);
        return [.. rounds.OrderBy(r => r.Number).Select(r => new RoundHistoryRow(
            r.Number, r.Attempt, r.Id, byRound[r.Id].GroupBy(s => s.Stage).ToDictionary(g => g.Key, g => g.Sum(s => s.Seconds)),
            parts.GetValueOrDefault(r.Id)?.Bytes is > 0 and var bytes ? bytes : null, parts.GetValueOrDefault(r.Id)?.Count ?? 0))];
    }

    private static int[] Thinned(int first, int last)
    {
        int count = last - first + 1;
        return count <= MaxPoints
            ? [.. Enumerable.Range(first, Math.Max(0, count))]
            : [.. Enumerable.Range(0, MaxPoints).Select(i => first + (int)Math.Round(i * (count - 1.0) / (MaxPoints - 1)))];
    }
}
