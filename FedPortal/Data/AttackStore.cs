using System.Text.Json;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Runs;
using FedPortal.Studies;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Attack tests.</summary>
public sealed class AttackStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock) : ModelTestStore<AttackRun>(contexts, live, clock)
{
    /// <summary>Asks for a test, unless the same one is waiting or running.</summary>
    /// <returns>Its id, or null when one of that kind is under way.</returns>
    internal Task<Guid?> TryAddAsync(Guid studyId, int version, AttackKind kind, string actor, CancellationToken cancellationToken) =>
        TryAddAsync(new AttackRun(studyId, version, kind, actor, Clock.GetUtcNow()), beside: [], cancellationToken);

    /// <summary>Begins a test; where institutions work for it, their assignments are added in the same transaction.</summary>
    internal Task<bool> TryBeginAsync(Guid id, CancellationToken cancellationToken) => TryChangeAsync(id, RunState.Waiting, "begins.", async (db, run, now) =>
    {
        if (run.Kind != AttackKind.Membership)
        {
            run.Begin([], now);
            return;
        }

        Study study = await db.Studies.AsNoTracking().SingleAsync(s => s.Id == run.StudyId, cancellationToken);
        Assignment[] work = [.. study.Roster.Select(entry => new Assignment(
            study.Id, roundId: null, entry.InstitutionId, entry.DatasetId, AssignmentKind.Attack, run.ModelVersion, entry.Seat, now))];
        db.Assignments.AddRange(work);
        run.Begin([.. work.Select(assignment => assignment.Id)], now);
    }, cancellationToken);

    internal Task<bool> TryFinishAsync(Guid id, AttackOutcome outcome, CancellationToken cancellationToken)
    {
        string json = JsonSerializer.Serialize(outcome, ProtocolJson.Options);
        string hash = ContentHash.OfText(json);
        string found = outcome.Finding is { } finding ? Training.Attacks.AttackWording.Of(finding) : "It gives no bound of ε.";
        return TryChangeAsync(id, RunState.Running, $"is done. {found} Result {hash}.", (run, now) => run.Finish(json, hash, outcome.Finding?.LowerBound, now), cancellationToken);
    }
}
