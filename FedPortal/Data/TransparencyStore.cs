using FedPortal.Datasets;
using FedPortal.Institutions;
using FedPortal.Planning;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Learning;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>What anybody may know of the consortium, without signing in.</summary>
/// <param name="Institutions">Null where they are so few that the number would point at them.</param>
/// <param name="Images">Real training images of all studies, to one leading digit and never below one institution's reach; null where that would say too much.</param>
/// <param name="IsProtected">True when every running study opens sums only.</param>
public sealed record TransparencyView(int? Institutions, long? Images, int Studies, int RunningStudies, int Rounds, bool? IsProtected, DateTimeOffset? LastRoundAt);

/// <summary>
/// Counts for the public page. An institution's own figures must not follow from them: image counts appear only where at least three institutions
/// contribute and none holds more than half, and only with one leading digit, so that one institution's joining does not show as a difference.
/// </summary>
internal sealed class TransparencyStore(IDbContextFactory<FedPortalDbContext> contexts)
{
    private const double LargestShare = 0.5;

    public async Task<TransparencyView> ReadAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        int institutions = await db.Institutions.CountAsync(i => i.Status == InstitutionStatus.Active, cancellationToken);
        List<Study> studies = await db.Studies.AsNoTracking().Where(s => s.StartedAt != null).ToListAsync(cancellationToken);
        Study[] running = [.. studies.Where(s => s.State == StudyState.Running)];
        DateTimeOffset? last = await db.Rounds.Where(r => r.State == RoundState.Completed).OrderByDescending(r => r.ChangedAt).Select(r => (DateTimeOffset?)r.ChangedAt).FirstOrDefaultAsync(cancellationToken);
        Guid[] used = [.. studies.Where(s => !s.IsSynthetic).SelectMany(s => s.Roster).Select(entry => entry.DatasetId).Distinct()];
        var counts = await db.Datasets.Where(d => used.Contains(d.Id) && !d.IsSynthetic && d.InstitutionId != null).Select(d => new { d.InstitutionId, d.Classes }).ToListAsync(cancellationToken);
        return new TransparencyView(
            institutions >= Roadmap.FewestInstitutions ? institutions : null,
            PublicCount([.. counts.GroupBy(c => c.InstitutionId).Select(group => group.Sum(d => (long)ClassCount.TrainOf(d.Classes)))]),
            studies.Count, running.Length, await db.Rounds.CountAsync(r => r.State == RoundState.Completed, cancellationToken),
            running.Length == 0 ? null : running.All(s => s.Design.Strategy.IsProtected()), last);
    }

    /// <returns>The sum with one leading digit, rounded down, or null where it would point at an institution.</returns>
    internal static long? PublicCount(IReadOnlyList<long> ofEach)
    {
        long sum = ofEach.Sum();
        if (ofEach.Count(count => count > 0) < Roadmap.FewestInstitutions || ofEach.Max() > LargestShare * sum)
        {
            return null;
        }

        long unit = 1;
        while (sum / unit >= 10)
        {
            unit *= 10;
        }

        return sum / unit * unit;
    }
}
