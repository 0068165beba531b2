using FedPortal.Audit;
using FedPortal.Rounds;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>What an excluded institution may say against its exclusion, and what an administrator answers. Both are in the audit log; the sum stays as it was.</summary>
public sealed class AppealDesk(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    public const int LongestWords = 1000;

    /// <param name="viewer">Must speak for the institution, or see all.</param>
    /// <returns>Null when it is recorded; otherwise why not.</returns>
    public Task<string?> AppealAsync(Viewer viewer, Guid roundId, Guid institutionId, string words, string actor, CancellationToken cancellationToken) =>
        !viewer.Sees(institutionId)
            ? Task.FromResult<string?>("Only the institution itself can appeal.")
            : ChangeAsync(roundId, institutionId, words, actor, (part, now) => part.AppealAgainst(words, now), $"Appeals against its exclusion: {words}", cancellationToken);

    /// <summary>For administrators only. An appeal that is upheld makes the exclusion not count in later screenings.</summary>
    /// <returns>Null when it is recorded; otherwise why not.</returns>
    public Task<string?> DecideAsync(Guid roundId, Guid institutionId, bool upheld, string words, string actor, CancellationToken cancellationToken) =>
        ChangeAsync(
            roundId, institutionId, words, actor, (part, now) => part.DecideAppeal(upheld, words, now),
            $"The appeal of institution {institutionId} is {(upheld ? "upheld: the exclusion does not count against it" : "rejected")}. {words}", cancellationToken);

    private async Task<string?> ChangeAsync(
        Guid roundId, Guid institutionId, string words, string actor, Action<Participation, DateTimeOffset> change, string told, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(words) || words.Length > LongestWords)
        {
            return $"Expected 1 to {LongestWords} characters but got {words.Length}.";
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Participation? part = await db.Participations.SingleOrDefaultAsync(p => p.RoundId == roundId && p.InstitutionId == institutionId, cancellationToken);
        if (part is null)
        {
            return "The institution takes no part in this round.";
        }

        try
        {
            change(part, clock.GetUtcNow());
        }
        catch (InvalidOperationException refused)
        {
            return refused.Message;
        }

        db.AuditEntries.Add(new AuditEntry(clock.GetUtcNow(), actor, "round", roundId, told));
        await db.SaveChangesAsync(cancellationToken);
        Guid study = await db.Rounds.Where(r => r.Id == roundId).Select(r => r.StudyId).SingleAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Round, roundId, study));
        return null;
    }
}
