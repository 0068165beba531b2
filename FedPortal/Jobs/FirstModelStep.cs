using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Training.Models;
using FedPortal.Training.Protocol;

namespace FedPortal.Jobs;

/// <summary>Before round 1: a site program makes model version 0, because the portal loads no network.</summary>
internal sealed class FirstModelStep(BlobStore blobs, GlobalModelFiles models)
{
    public async Task<bool> TryAsync(StudyWorkspace workspace, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (workspace.Model is not null)
        {
            return false;
        }

        // A failed one stays on record; resuming the study adds another.
        switch (workspace.Assignments.LastOrDefault(a => a.Kind == AssignmentKind.Initialise && a.State != AssignmentState.Cancelled))
        {
            case null:
                Invite(workspace, now);
                return true;
            case { State: AssignmentState.Failed } failed when failed.ChangedAt < workspace.Study.ChangedAt:
                Invite(workspace, now);
                return true;
            case { State: AssignmentState.Failed } failed:
                Failure.Of(workspace, $"The first model could not be made: {failed.FailureReason}", "portal", now);
                return true;
            case { State: AssignmentState.Done } done:
                await RecordAsync(workspace, done.ResultHash!, now, cancellationToken);
                return true;
            default:
                return false;
        }
    }

    private static void Invite(StudyWorkspace workspace, DateTimeOffset now) =>
        workspace.Add(new Assignment(workspace.Study.Id, roundId: null, institutionId: null, datasetId: null, AssignmentKind.Initialise, modelVersion: 0, seat: 0, now));

    private async Task RecordAsync(StudyWorkspace workspace, string submission, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ModelLayout? layout = null;
        (_, float[] values) = SubmissionFile.Read<ModelHeader>(blobs.PathOf(submission), header =>
        {
            layout = new ModelLayout(workspace.Study.Design.Model, header.Tensors);
            return layout.ValueCount;
        });
        StoredBlob blob = await models.AddModelAsync(workspace.Study, new GlobalModel(layout!, 0, values), cancellationToken);
        string layoutBlob = await models.AddLayoutAsync(layout!, cancellationToken);
        workspace.Add(new GlobalModelVersion(workspace.Study.Id, 0, roundId: null, blob.Hash, blob.Bytes, layout!.Hash, layoutBlob, optimizerStateHash: null, now));
        EvaluationStep.Invite(workspace, 0, now);
        workspace.Tell(now, "portal", $"Model version 0 is {blob.Hash} ({layout.ParameterCount} parameters).");
    }
}
