using System.Text.Json;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Protocol;

namespace FedPortal.Jobs;

/// <summary>Every institution evaluates the newest model on its own hold-out, and one site program on the consortium's; the portal measures and pools.</summary>
internal sealed class EvaluationStep(BlobStore blobs)
{
    /// <summary>Adds the assignments for a model version that is being recorded.</summary>
    public static void Invite(StudyWorkspace workspace, int version, DateTimeOffset now)
    {
        Guid? roundId = workspace.Round?.Id;
        foreach (RosterEntry entry in workspace.Study.Roster)
        {
            workspace.Add(new Assignment(workspace.Study.Id, roundId, entry.InstitutionId, entry.DatasetId, AssignmentKind.Evaluate, version, entry.Seat, now));
        }

        if (workspace.Study.HoldoutDatasetId is { } holdout)
        {
            workspace.Add(new Assignment(workspace.Study.Id, roundId, institutionId: null, holdout, AssignmentKind.Evaluate, version, workspace.Study.Roster.Count, now));
        }
    }

    /// <summary>True when the newest model is measured and pooled.</summary>
    public static bool IsOver(StudyWorkspace workspace) => workspace.Evaluations.Any(e => e.Scope == EvaluationScope.Pooled);

    public async Task<bool> TryAsync(StudyWorkspace workspace, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (workspace.Model is null || IsOver(workspace))
        {
            return false;
        }

        List<Assignment> unmeasured = Unmeasured(workspace);
        if (unmeasured.Count > 0)
        {
            Measure(workspace, unmeasured[0], now);
            return true;
        }

        if (Of(workspace).Any(a => !a.IsFinal) && !(now >= workspace.Round?.Deadline))
        {
            return false;
        }

        CancelLate(workspace, now);
        return await CloseAsync(workspace, now, cancellationToken);
    }

    private static IEnumerable<Assignment> Of(StudyWorkspace workspace) =>
        workspace.Assignments.Where(a => a.Kind == AssignmentKind.Evaluate && a.ModelVersion == workspace.Model!.Version);

    private static IEnumerable<Assignment> Measured(StudyWorkspace workspace) =>
        Of(workspace).Where(a => a is { State: AssignmentState.Done, InstitutionId: not null });

    private static List<Assignment> Unmeasured(StudyWorkspace workspace) =>
        [.. Of(workspace).Where(a => a.State == AssignmentState.Done && !workspace.Evaluations.Any(e => e.PredictionsHash == a.ResultHash && e.Scope == ScopeOf(a) && e.InstitutionId == a.InstitutionId))];

    private static EvaluationScope ScopeOf(Assignment assignment) =>
        assignment.InstitutionId is null ? EvaluationScope.Holdout : EvaluationScope.Institution;

    private void Measure(StudyWorkspace workspace, Assignment assignment, DateTimeOffset now)
    {
        EvaluationReport report = EvaluationReports.From(PredictionsOf(workspace.Study, assignment.ResultHash!));
        workspace.Add(EvaluationOf(workspace, ScopeOf(assignment), assignment.InstitutionId, report, assignment.ResultHash, now));
    }

    private static void CancelLate(StudyWorkspace workspace, DateTimeOffset now)
    {
        foreach (Assignment late in Of(workspace).Where(a => !a.IsFinal))
        {
            late.Cancel("No evaluation arrived before the deadline.", now);
        }
    }

    private async Task<bool> CloseAsync(StudyWorkspace workspace, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<Assignment> measured = [.. Measured(workspace).OrderBy(a => a.Seat)];
        if (measured.Count == 0 && workspace.Round is null && Of(workspace).All(a => a.ChangedAt < workspace.Study.ChangedAt))
        {
            // The study was resumed after this had failed.
            Invite(workspace, workspace.Model!.Version, now);
            return true;
        }

        if (measured.Count == 0)
        {
            string reasons = string.Join(" ", await ReasonsAsync(workspace, cancellationToken));
            Failure.Of(workspace, $"No institution could evaluate model version {workspace.Model!.Version}. {reasons}", "portal", now);
            return true;
        }

        EvaluationReport pooled = EvaluationReports.From(Predictions.Concat([.. measured.Select(a => PredictionsOf(workspace.Study, a.ResultHash!))]));
        workspace.Add(EvaluationOf(workspace, EvaluationScope.Pooled, institutionId: null, pooled, predictionsHash: null, now));
        string missing = string.Join(" ", await ReasonsAsync(workspace, cancellationToken));
        workspace.Tell(now, "portal", $"Model version {workspace.Model!.Version} was evaluated by {measured.Count} of {workspace.Study.Roster.Count} institutions. {missing}".TrimEnd());
        if (workspace.Round is { } round)
        {
            workspace.Add(new StageTiming(round.Id, null, StageNames.Evaluate, (now - round.ChangedAt).TotalSeconds, now));
            round.RecordEvaluated(now);
        }

        return true;
    }

    private static async Task<IReadOnlyList<string>> ReasonsAsync(StudyWorkspace workspace, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<Guid, string> names = await workspace.InstitutionNamesAsync(cancellationToken);
        return [.. Of(workspace).Where(a => a.State is AssignmentState.Failed or AssignmentState.Cancelled)
            .Select(a => $"{(a.InstitutionId is { } id ? names[id] : "Consortium hold-out")}: {a.FailureReason}")];
    }

    private Predictions PredictionsOf(Study study, string submission) => StoredPredictions.Read(blobs, study.Design.Classes, submission);

    private static Evaluation EvaluationOf(
        StudyWorkspace workspace, EvaluationScope scope, Guid? institutionId, EvaluationReport report, string? predictionsHash, DateTimeOffset now) => new(
            workspace.Study.Id, workspace.Round?.Id, workspace.Model!.Version, scope, institutionId,
            report, JsonSerializer.Serialize(report, ProtocolJson.Options), predictionsHash, now);
}
