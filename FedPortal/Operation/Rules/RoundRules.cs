using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Jobs;
using FedPortal.Rounds;
using FedPortal.Studies;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Operation.Rules;

/// <summary>Studies that stand still because a round failed.</summary>
internal sealed class FailedRoundRule(IDbContextFactory<FedPortalDbContext> contexts) : IAlertRule
{
    public AlertKind Kind => AlertKind.RoundFailed;

    public async Task<IReadOnlyList<Finding>> FindAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        var failed = await db.Studies.IgnoreAutoIncludes().Where(s => s.State == StudyState.Failed && s.ArchivedAt == null)
            .Select(s => new { s.Id, s.Name, s.FailureReason }).ToListAsync(cancellationToken);
        return [.. failed.Select(s => new Finding(
            AlertLevel.Critical, $"{s.Id}", $"“{s.Name}” stopped", $"{s.FailureReason} Remove the cause, then resume the study on its page: the failed round gets another attempt.", Urls.Study(s.Id), null))];
    }
}

/// <summary>Rounds that wait for institutions for too long.</summary>
internal sealed class StalledRoundRule(IDbContextFactory<FedPortalDbContext> contexts, IOptions<AlertOptions> options) : IAlertRule
{
    public AlertKind Kind => AlertKind.RoundStalled;

    public async Task<IReadOnlyList<Finding>> FindAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset limit = now.AddMinutes(-options.Value.RoundStalledMinutes);
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<Round> waiting = await db.Rounds.AsNoTracking()
            .Where(r => (r.State == RoundState.Opened || r.State == RoundState.Training || r.State == RoundState.Aggregated) && r.ChangedAt < limit).ToListAsync(cancellationToken);
        List<Finding> found = [];
        foreach (Round round in waiting)
        {
            Study study = await db.Studies.AsNoTracking().SingleAsync(s => s.Id == round.StudyId, cancellationToken);
            List<ParticipationState> parts = await db.Participations.Where(p => p.RoundId == round.Id).Select(p => p.State).ToListAsync(cancellationToken);
            int handedIn = parts.Count(state => state is ParticipationState.Submitted or ParticipationState.Accepted);
            found.Add(new Finding(
                AlertLevel.Warning, $"{round.Id}", $"Round {round.Number} of “{study.Name}” waits",
                $"It is {round.State} since {round.ChangedAt:yyyy-MM-dd HH:mm} UTC. {handedIn} of {parts.Count} updates are in and {Quorum.Needed(study.Design, parts.Count)} are needed{(round.Deadline is { } end ? $" before {end:HH:mm} UTC" : "")}. Its page shows whom it waits for.",
                Urls.Round(round.Id), null));
        }

        return found;
    }
}
