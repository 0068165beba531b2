using FedPortal.Rounds;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>What rounds took, added up by the database: plans, forecasts and charts look at the latest completed rounds, however long the past is.</summary>
internal static class StageTimes
{
    /// <summary>A median over this many rounds is steady, and old machines are forgotten.</summary>
    public const int RoundsLookedAt = 40;

    /// <summary>The latest completed ones of some rounds, newest first.</summary>
    public static IQueryable<Round> LatestOf(IQueryable<Round> rounds, int count = RoundsLookedAt) =>
        rounds.Where(round => round.State == RoundState.Completed).OrderByDescending(round => round.CreatedAt).Take(count);

    /// <summary>Seconds by round and stage: of the institutions that the viewer may see the slowest, and the portal's own part on top.</summary>
    public static async Task<ILookup<Guid, (string Stage, double Seconds)>> WallsAsync(
        FedPortalDbContext db, Viewer viewer, IReadOnlyCollection<Guid> rounds, CancellationToken cancellationToken)
    {
        var walls = await Seen(db, viewer, rounds, withPortal: true)
            .GroupBy(timing => new { timing.RoundId, timing.Stage, timing.InstitutionId })
            .Select(part => new { part.Key.RoundId, part.Key.Stage, IsPortal = part.Key.InstitutionId == null, Seconds = part.Sum(timing => timing.Seconds) })
            .GroupBy(part => new { part.RoundId, part.Stage, part.IsPortal })
            .Select(wall => new { wall.Key.RoundId, wall.Key.Stage, Seconds = wall.Max(part => part.Seconds) })
            .ToListAsync(cancellationToken);
        return walls.GroupBy(wall => (wall.RoundId, wall.Stage)).ToLookup(wall => wall.Key.RoundId, wall => (wall.Key.Stage, wall.Sum(part => part.Seconds)));
    }

    /// <summary>Seconds of all stages of one institution in one round, for every one that the viewer may see, in no order.</summary>
    public static Task<List<double>> PartsAsync(FedPortalDbContext db, Viewer viewer, IReadOnlyCollection<Guid> rounds, CancellationToken cancellationToken) =>
        Seen(db, viewer, rounds, withPortal: false).GroupBy(timing => new { timing.RoundId, timing.InstitutionId }).Select(part => part.Sum(timing => timing.Seconds)).ToListAsync(cancellationToken);

    private static IQueryable<StageTiming> Seen(FedPortalDbContext db, Viewer viewer, IReadOnlyCollection<Guid> rounds, bool withPortal)
    {
        Guid[] own = [.. viewer.InstitutionIds];
        bool all = viewer.SeesAll;
        return db.StageTimings.Where(timing => rounds.Contains(timing.RoundId)
            && (timing.InstitutionId == null ? withPortal : all || own.Contains(timing.InstitutionId.Value)));
    }
}
