using FedPortal.Data;
using FedPortal.Jobs.Protected;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Learning;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Jobs;

/// <summary>
/// Takes a study through its rounds, one saved step at a time. Every step looks at the database only, so it does not matter whether the step
/// before was made by this process or by one that was killed.
/// </summary>
internal sealed class RoundDriver(
    IDbContextFactory<FedPortalDbContext> contexts,
    LiveUpdates live,
    FirstModelStep firstModel,
    AggregationStep aggregation,
    ProtectedRoundSteps guarded,
    EvaluationStep evaluation,
    FlightStore flights,
    TimeProvider clock,
    ILogger<RoundDriver> logger)
{
    /// <returns>False when the study is not running any more.</returns>
    public async Task<bool> AdvanceAsync(Guid studyId, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using StudyWorkspace workspace = await StudyWorkspace.OpenAsync(contexts, live, studyId, cancellationToken);
            if (workspace.Study.State != StudyState.Running)
            {
                return false;
            }

            RoundState? before = workspace.Round?.State;
            if (!await StepAsync(workspace, cancellationToken))
            {
                return true;
            }

            if (!await workspace.TrySaveAsync(cancellationToken))
            {
                logger.LogInformation("Another worker moved study {Study} first", studyId);
            }
            else if (workspace.Round is { } round && round.State != before)
            {
                logger.LogInformation(LogEvents.RoundMoved, "Study {Study}, round {Round} attempt {Attempt}: {State}", studyId, round.Number, round.Attempt, round.State);
                FaultPoint.Reach($"portal:{round.State}");
            }
        }
    }

    /// <summary>Fails the study, and the round it is in, for a reason that no step could deal with.</summary>
    public async Task FailAsync(Guid studyId, string reason, CancellationToken cancellationToken)
    {
        await using StudyWorkspace workspace = await StudyWorkspace.OpenAsync(contexts, live, studyId, cancellationToken);
        if (workspace.Study.State == StudyState.Running)
        {
            Failure.Of(workspace, reason, "portal", clock.GetUtcNow());
            await workspace.TrySaveAsync(cancellationToken);
        }
    }

    /// <returns>True when something was changed that must be saved.</returns>
    private async Task<bool> StepAsync(StudyWorkspace workspace, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        bool isPaused = workspace.Study.PausedAt is not null;
        switch (workspace.Round?.State)
        {
            case null:
                return await firstModel.TryAsync(workspace, now, cancellationToken)
                    || await evaluation.TryAsync(workspace, now, cancellationToken)
                    || (!isPaused && EvaluationStep.IsOver(workspace) && Plan(workspace, 1, 1, now));
            case RoundState.Planned when isPaused:
                return false;
            case RoundState.Planned when await flights.DeviationAsync(workspace.Study, cancellationToken) is { } deviation:
                Failure.Of(workspace, deviation, "portal", now);
                return true;
            case { } state when workspace.Round.Strategy.IsProtected() && ProtectedRoundSteps.Owns(state):
                return await guarded.TryAsync(workspace, now, cancellationToken);
            case RoundState.Planned:
                CollectionStep.Open(workspace, now);
                return true;
            case RoundState.Opened or RoundState.Training:
                return await CollectionStep.TryAsync(workspace, now, cancellationToken);
            case RoundState.Submitted:
                await aggregation.AggregateAsync(workspace, cancellationToken);
                return true;
            case RoundState.Aggregated or RoundState.Unlocked:
                await aggregation.ApplyAsync(workspace, cancellationToken);
                return true;
            case RoundState.Applied:
                return await evaluation.TryAsync(workspace, now, cancellationToken);
            case RoundState.Evaluated:
                workspace.Round.Complete(now);
                workspace.Tell(now, "portal", $"Round {workspace.Round.Number} is completed.");
                return true;
            case RoundState.Completed when workspace.Round.Number < workspace.Study.Design.Rounds:
                return !isPaused && Plan(workspace, workspace.Round.Number + 1, 1, now);
            case RoundState.Completed:
                workspace.Study.Complete(now);
                workspace.Tell(now, "portal", $"Study '{workspace.Study.Name}' is completed.");
                return true;
            case RoundState.Failed:
                // The study was resumed: the next attempt begins anew.
                return Plan(workspace, workspace.Round.Number, workspace.Round.Attempt + 1, now);
            default:
                throw new InvalidOperationException($"Nothing is known to be done for a round that is {workspace.Round!.State}.");
        }
    }

    private static bool Plan(StudyWorkspace workspace, int number, int attempt, DateTimeOffset now)
    {
        workspace.Add(new Round(workspace.Study.Id, number, attempt, workspace.Study.Design.Strategy, now));
        workspace.Tell(now, "portal", $"Round {number} attempt {attempt} is planned.");
        return true;
    }
}
