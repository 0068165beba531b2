using FedPortal.Audit;
using FedPortal.Rounds;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Objections of institutions whose update was left out of a sum. The sum stays as it is; an upheld one does not count in later screenings. They are read with the round: <see cref="ParticipationRow.Appeal"/>.</summary>
public sealed class AppealStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    public const int MaxLength = 1000;

    /// <param name="viewer">Must speak for the institution, or see all.</param>
    /// <returns>Null, or why it was not taken.</returns>
    public Task<string?> RaiseAsync(Viewer viewer, Guid roundId, Guid institutionId, string objection, string actor, CancellationToken cancellationToken) => !viewer.Sees(institutionId)
        ? Task.FromResult<string?>("Only the institution itself can object.")
        : ChangeAsync(roundId, institutionId, objection, actor, (part, words, now) =>
        {
            if (part.State != ParticipationState.Excluded)
            {
                return (null, "Only an institution whose update was left out can object.");
            }

            if (part.Appeal is not null)
            {
                return (null, "The institution has objected already.");
            }

            part.AppealAgainst(words, now);
            return ($"Institution {institutionId} objects to its exclusion: {words}", null);
        }, cancellationToken);

    /// <returns>Null, or why nothing was decided.</returns>
    public Task<string?> DecideAsync(Guid roundId, Guid institutionId, bool isUpheld, string decision, string actor, CancellationToken cancellationToken) =>
        ChangeAsync(roundId, institutionId, decision, actor, (part, words, now) =>
        {
            if (part.Appeal is null || part.AppealUpheld is not null)
            {
                return (null, "There is no open objection.");
            }

            part.DecideAppeal(isUpheld, words, now);
            return ($"The objection of institution {institutionId} is {(isUpheld ? "upheld" : "rejected")}: {words}", null);
        }, cancellationToken);

    private async Task<string?> ChangeAsync(
        Guid roundId, Guid institutionId, string words, string actor, Func<Participation, string, DateTimeOffset, (string? Told, string? Refusal)> change, CancellationToken cancellationToken)
    {
        string trimmed = words.Trim();
        if (trimmed.Length is < 1 or > MaxLength)
        {
            return trimmed.Length == 0 ? "Say why, in your own words." : $"At most {MaxLength} characters are kept; there are {trimmed.Length}.";
        }

        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.Participations.SingleOrDefaultAsync(p => p.RoundId == roundId && p.InstitutionId == institutionId, cancellationToken) is not { } part)
        {
            return "The institution has no part in this round.";
        }

        DateTimeOffset now = clock.GetUtcNow();
        (string? told, string? refusal) = change(part, trimmed, now);
        if (told is null)
        {
            return refusal;
        }

        db.AuditEntries.Add(new AuditEntry(now, actor, "round", roundId, told));
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Round, roundId));
        return null;
    }
}
