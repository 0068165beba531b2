using System.Globalization;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Protocol;
using FedPortal.Training.Robustness;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Jobs;

/// <summary>Moves one robustness test as far as it can go at this moment. A test that a stopped portal left goes on.</summary>
internal sealed class RobustnessDriver(
    IDbContextFactory<FedPortalDbContext> contexts, RobustnessStore store, RobustnessProcess process, InstitutionTestWork institutions, BlobStore blobs)
{
    /// <returns>False when the test is over.</returns>
    public async Task<bool> AdvanceAsync(Guid id, CancellationToken cancellationToken)
    {
        await store.TryBeginAsync(id, cancellationToken);
        if (await store.FindAsync(id, cancellationToken) is not { IsFinal: false } run)
        {
            return false;
        }

        if (run.Target == RobustnessTarget.Holdouts)
        {
            await CollectAsync(run, cancellationToken);
        }
        else
        {
            (_, GlobalModelVersion model) = await ModelOfAsync(run, cancellationToken);
            RobustnessOutcome outcome = await process.RunAsync(
                run, blobs.PathOf(model.BlobHash), (stage, fraction) => store.TryShowAsync(id, stage, fraction, cancellationToken), cancellationToken);
            await store.TryFinishAsync(id, outcome, cancellationToken);
        }

        return await store.FindAsync(id, cancellationToken) is { IsFinal: false };
    }

    private async Task CollectAsync(RobustnessRun run, CancellationToken cancellationToken)
    {
        if (await institutions.CollectAsync(store, run, "hold-outs are measured", cancellationToken) is not { } work)
        {
            return;
        }

        IReadOnlyList<string> missing = await institutions.MissingAsync(work, cancellationToken);
        (Study study, _) = await ModelOfAsync(run, cancellationToken);
        (Guid? Institution, RobustnessAnswers Answers)[] handedIn = [.. work.Where(a => a.State == AssignmentState.Done).Select(a => (a.InstitutionId, AnswersOf(a, run.Plan, study)))
            .Where(part => part.Item2.Clean.Count > 0)];
        if (handedIn.Length == 0)
        {
            await store.TryFailAsync(run.Id, $"No hold-out could be measured. {string.Join(" ", missing)}".TrimEnd(), cancellationToken);
            return;
        }

        // The consortium's hold-out stands beside the institutions', as in evaluations; alone it is the whole.
        RobustnessAnswers[] pooled = [.. handedIn.Where(part => part.Institution is not null || handedIn.All(other => other.Institution is null)).Select(part => part.Answers)];
        var all = RobustnessAnswers.Concat(pooled);
        await store.TryFinishAsync(run.Id, new RobustnessOutcome(
            handedIn.Any(part => part.Answers.Clean.IsSynthetic),
            string.Create(CultureInfo.InvariantCulture, $"model version {run.ModelVersion} on {all.Clean.Count} held-out images of {pooled.Length} hold-outs"))
        {
            Report = RobustnessReports.From(run.Plan, all),
            Parts = [.. handedIn.Select(part => new InstitutionRobustness(part.Institution, RobustnessReports.From(run.Plan, part.Answers)))],
            Missing = missing,
        }, cancellationToken);
    }

    private RobustnessAnswers AnswersOf(Assignment assignment, RobustnessPlan plan, Study study)
    {
        (PredictionsHeader header, float[] values) = StoredPredictions.ReadPoints(blobs, study.Design.Classes, plan, assignment.ResultHash!);
        return RobustnessAnswers.FromValues(plan, study.Design.Classes, header.Labels, values, header.IsSynthetic);
    }

    private async Task<(Study Study, GlobalModelVersion Model)> ModelOfAsync(RobustnessRun run, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return (
            await db.Studies.AsNoTracking().SingleAsync(s => s.Id == run.StudyId, cancellationToken),
            await db.ModelVersions.AsNoTracking().SingleAsync(m => m.StudyId == run.StudyId && m.Version == run.ModelVersion, cancellationToken));
    }
}
