using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Training.Attacks;
using FedPortal.Training.Models;
using FedPortal.Training.Protocol;
using FedPortal.Training.Robustness;
using Microsoft.EntityFrameworkCore;
using static FedPortal.Api.SubmissionRules;

namespace FedPortal.Api;

/// <summary>Takes what site programs hand in: checks it against session, study, round, attempt, sender, length and hash, and records it once.</summary>
internal sealed class SubmissionDesk(
    IDbContextFactory<FedPortalDbContext> contexts, AssignmentStore assignments, RobustnessStore robustness, BlobStore blobs, GlobalModelFiles models)
{
    private const long HeaderAllowance = 16 << 20;
    private const long MaxFirstModelBytes = 1L << 30;

    public Task<SubmissionReceipt> TakeFirstModelAsync(AssignmentContext context, HttpRequest request, CancellationToken cancellationToken) =>
        TakeAsync(context, AssignmentKind.Initialise, request, MaxFirstModelBytes, async blob =>
        {
            (ModelHeader header, _) = SubmissionFile.Read<ModelHeader>(blobs.PathOf(blob.Hash), h => CountOf(context, h));
            RequireSameBinding(context, header.Binding);
            await RecordAsync(context, blob, "First model handed in.", (_, _) => Task.CompletedTask, cancellationToken);
        }, cancellationToken);

    public async Task<SubmissionReceipt> TakeUpdateAsync(AssignmentContext context, HttpRequest request, CancellationToken cancellationToken)
    {
        GlobalModelVersion version = await VersionAsync(context, cancellationToken);
        ModelLayout layout = await models.LayoutAsync(context.Study, version, cancellationToken);
        return await TakeAsync(context, AssignmentKind.Train, request, HeaderAllowance + (4L * layout.ValueCount), async blob =>
        {
            (UpdateHeader header, _) = SubmissionFile.Read<UpdateHeader>(blobs.PathOf(blob.Hash), _ => layout.ValueCount);
            RequireSameBinding(context, header.Binding);
            Require("layout", layout.Hash, header.LayoutHash);
            Require("base version", version.Version, header.BaseVersion);
            Require("base model", version.BlobHash, header.BaseHash);
            await using (FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken))
            {
                await RequireSampleCountAsync(db, context, header.SampleCount, cancellationToken);
            }

            await RecordUpdateAsync(context, blob, header, cancellationToken);
        }, cancellationToken);
    }

    public async Task<SubmissionReceipt> TakeEvaluationAsync(AssignmentContext context, HttpRequest request, CancellationToken cancellationToken)
    {
        GlobalModelVersion version = await VersionAsync(context, cancellationToken);
        AssignmentKind kind = context.Assignment.Kind == AssignmentKind.Revalidate ? AssignmentKind.Revalidate : AssignmentKind.Evaluate;
        return await TakeAsync(context, kind, request, 4 * HeaderAllowance, async blob =>
        {
            (PredictionsHeader header, _) = SubmissionFile.Read<PredictionsHeader>(
                blobs.PathOf(blob.Hash), h => (long)h.Labels.Count * context.Study.Design.Classes.Count);
            RequireSameBinding(context, header.Binding);
            Require("model version", version.Version, header.ModelVersion);
            Require("model", version.BlobHash, header.ModelHash);
            Require("classes", string.Join(", ", context.Study.Design.Classes), string.Join(", ", header.Classes));
            header.Inputs?.Check(header.Labels.Count);
            Require("preprocessing of the input statistics", context.Study.Design.Preprocessing.Hash, header.Inputs?.PipelineHash ?? context.Study.Design.Preprocessing.Hash);
            await RecordAsync(context, blob, $"Evaluation of model version {version.Version} handed in ({header.Labels.Count} images).", async (db, now) =>
            {
                AddTimings(db, context, header.Stages, now);
                await ClearSnapshotAsync(db, context, now, cancellationToken);
            }, cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Counts of scores; a patient's own score never comes here.</summary>
    public async Task<SubmissionReceipt> TakeAttackAsync(AssignmentContext context, HttpRequest request, CancellationToken cancellationToken)
    {
        GlobalModelVersion version = await VersionAsync(context, cancellationToken);
        return await TakeAsync(context, AssignmentKind.Attack, request, HeaderAllowance, async blob =>
        {
            (AttackHeader header, _) = AttackCounts.Read(blobs.PathOf(blob.Hash));
            RequireSameBinding(context, header.Binding);
            Require("model version", version.Version, header.ModelVersion);
            Require("model", version.BlobHash, header.ModelHash);
            await RecordAsync(context, blob, $"Counts for an attack test of model version {version.Version} handed in.", (_, _) => Task.CompletedTask, cancellationToken);
        }, cancellationToken);
    }

    /// <summary>Labels and probabilities at every strength of a robustness test; no picture comes here.</summary>
    public async Task<SubmissionReceipt> TakeRobustnessAsync(AssignmentContext context, HttpRequest request, CancellationToken cancellationToken)
    {
        GlobalModelVersion version = await VersionAsync(context, cancellationToken);
        return await TakeAsync(context, AssignmentKind.Robustness, request, 4 * HeaderAllowance, async blob =>
        {
            RobustnessPlan plan = await robustness.PlanOfAsync(context.Assignment, cancellationToken) ?? throw SubmissionRefusal.Gone("Nobody waits for this robustness test any more.");
            IReadOnlyList<string> classes = context.Study.Design.Classes;
            (PredictionsHeader header, float[] values) = StoredPredictions.ReadPoints(blobs, classes, plan, blob.Hash);
            RequireSameBinding(context, header.Binding);
            Require("model version", version.Version, header.ModelVersion);
            Require("model", version.BlobHash, header.ModelHash);
            Require("classes", string.Join(", ", classes), string.Join(", ", header.Classes));
            _ = RobustnessAnswers.FromValues(plan, classes, header.Labels, values, header.IsSynthetic);
            await RecordAsync(
                context, blob, $"Predictions for a robustness test of model version {version.Version} handed in ({header.Labels.Count} images).", (_, _) => Task.CompletedTask, cancellationToken);
        }, cancellationToken);
    }

    private async Task<SubmissionReceipt> TakeAsync(
        AssignmentContext context, AssignmentKind kind, HttpRequest request, long maxBytes, Func<StoredBlob, Task> check, CancellationToken cancellationToken)
    {
        RequireKind(context, kind);
        string hash = AnnouncedHash(request);
        long announced = AnnouncedLength(request, maxBytes);
        if (await ReceiptOfTakenAsync(context, hash, request, cancellationToken) is { } receipt)
        {
            return receipt;
        }

        try
        {
            StoredBlob blob = await blobs.ReceiveAsync(request.Body, hash, maxBytes, cancellationToken);
            if (blob.Bytes != announced)
            {
                throw SubmissionRefusal.Unusable($"Expected the announced {announced} bytes but got {blob.Bytes}.");
            }

            await check(blob);
            return new SubmissionReceipt(blob.Hash, Duplicate: false);
        }
        catch (InvalidDataException bad)
        {
            throw SubmissionRefusal.Unusable(bad.Message);
        }
    }

    // A site that never saw our answer sends the same bytes again: it gets the same answer, and nothing is done twice.
    internal static async Task<SubmissionReceipt?> ReceiptOfTakenAsync(
        AssignmentContext context, string hash, HttpRequest request, CancellationToken cancellationToken)
    {
        switch (context.Assignment.State)
        {
            case AssignmentState.Running:
                return null;
            case AssignmentState.Done when context.Assignment.ResultHash == hash:
                await request.Body.CopyToAsync(Stream.Null, cancellationToken);
                return new SubmissionReceipt(hash, Duplicate: true);
            case AssignmentState.Done:
                throw SubmissionRefusal.Conflict($"{context.Assignment.ResultHash} was taken already, but this submission is {hash}.");
            default:
                throw SubmissionRefusal.Gone($"The assignment is {context.Assignment.State}: {context.Assignment.FailureReason}");
        }
    }

    private async Task RecordUpdateAsync(AssignmentContext context, StoredBlob blob, UpdateHeader header, CancellationToken cancellationToken)
    {
        Round round = RequireOpen(context);
        if (round.DescriptionHash is not null)
        {
            throw SubmissionRefusal.Conflict("The round is protected: an update in the clear is not taken.");
        }

        await RecordAsync(context, blob, $"Update {blob.Hash} handed in ({header.SampleCount} images, {blob.Bytes} bytes).", async (db, now) =>
        {
            Participation participation = await db.Participations.SingleAsync(
                p => p.RoundId == round.Id && p.InstitutionId == context.Assignment.InstitutionId, cancellationToken);
            participation.Submit(blob.Hash, blob.Bytes, header.SampleCount, header.TrainingLoss, now);
            AddTimings(db, context, header.Stages, now);
        }, cancellationToken);
    }

    private async Task RecordAsync(
        AssignmentContext context, StoredBlob blob, string told, Func<FedPortalDbContext, DateTimeOffset, Task> alongside, CancellationToken cancellationToken)
    {
        FaultPoint.Reach($"portal:{context.Assignment.Kind}-received");
        if (!await assignments.TryFinishAsync(context, blob.Hash, told, alongside, cancellationToken))
        {
            throw SubmissionRefusal.Gone("The lease on this work has ended.");
        }

        FaultPoint.Reach($"portal:{context.Assignment.Kind}-recorded");
    }

    private async Task<GlobalModelVersion> VersionAsync(AssignmentContext context, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.ModelVersions.AsNoTracking().SingleOrDefaultAsync(
                m => m.StudyId == context.Study.Id && m.Version == context.Assignment.ModelVersion, cancellationToken)
            ?? throw SubmissionRefusal.Conflict($"The study has no model version {context.Assignment.ModelVersion} yet.");
    }

    private static long CountOf(AssignmentContext context, ModelHeader header)
    {
        try
        {
            var layout = new ModelLayout(context.Study.Design.Model, header.Tensors);
            Require("layout", layout.Hash, header.LayoutHash);
            return layout.ValueCount;
        }
        catch (Exception bad) when (bad is ArgumentException or OverflowException)
        {
            throw SubmissionRefusal.Unusable(bad.Message);
        }
    }

    private static async Task ClearSnapshotAsync(FedPortalDbContext db, AssignmentContext context, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (context is { Round: { } round, Assignment.InstitutionId: { } institutionId })
        {
            Participation participation = await db.Participations.SingleAsync(p => p.RoundId == round.Id && p.InstitutionId == institutionId, cancellationToken);
            participation.Show(null, now);
        }
    }
}
