using FedPortal.Inference;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>One day as a chart shows it.</summary>
public sealed record DriftDay(DateOnly Day, int Count, int JudgedCount, int UnlikeCount);

/// <summary>What a released model is asked, and how it differs from what it was measured on.</summary>
/// <param name="Days">The last thirty with pictures, oldest first.</param>
/// <param name="Report">Over the last <see cref="DriftReport.WindowDays"/> days.</param>
public sealed record DriftView(ServedVersion Model, IReadOnlyList<DriftDay> Days, DriftReport Report);

/// <summary>Reads the sums over days. They are the consortium's as a whole: who asked is not in them, so everybody who is signed in may know them.</summary>
public sealed class DriftStore(IDbContextFactory<FedPortalDbContext> contexts, InferenceStore models, TimeProvider clock)
{
    private const int ShownDays = 30;

    /// <returns>Null when the version is not released.</returns>
    public async Task<DriftView?> FindAsync(Guid studyId, int version, CancellationToken cancellationToken) =>
        await models.FindAsync(studyId, version, cancellationToken) is { } model ? await OfAsync(model, cancellationToken) : null;

    internal async Task<DriftView> OfAsync(ServedVersion model, CancellationToken cancellationToken)
    {
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        DateOnly oldest = today.AddDays(1 - ShownDays);
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<InferenceDay> days = await db.InferenceDays.AsNoTracking()
            .Where(d => d.StudyId == model.StudyId && d.Version == model.Version && d.Day >= oldest).OrderBy(d => d.Day).ToListAsync(cancellationToken);
        InferenceDay[] window = [.. days.Where(d => d.Day > today.AddDays(-DriftReport.WindowDays))];
        return new DriftView(
            model, [.. days.Select(d => new DriftDay(d.Day, d.Count, d.JudgedCount, d.UnlikeCount))],
            DriftReport.Of(window, await models.ReferenceAsync(model, cancellationToken)));
    }
}
