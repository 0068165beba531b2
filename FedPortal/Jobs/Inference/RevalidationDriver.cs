using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Inference;
using FedPortal.Operation;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Evaluation;

namespace FedPortal.Jobs.Inference;

/// <summary>
/// Begins re-validations that are due and closes those that were measured. Institutions that did not answer within a day are left out, and named; where too
/// few images came together for a report, there is none.
/// </summary>
internal sealed class RevalidationDriver(
    RevalidationStore checks, InferenceStore models, AssignmentDispatcher dispatcher, BlobStore blobs, AlertDesk alerts, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromDays(1);

    public async Task BeginDueAsync(CancellationToken cancellationToken)
    {
        foreach (Guid study in await checks.TakeDueAsync(cancellationToken))
        {
            if (await models.FindAsync(study, version: null, cancellationToken) is { } model)
            {
                await checks.TryBeginAsync(study, model.Version, "portal", cancellationToken);
            }
        }
    }

    public async Task AdvanceAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Revalidation> running = await checks.RunningAsync(cancellationToken);
        if (running.Count > 0)
        {
            await dispatcher.DispatchAsync(cancellationToken);
        }

        foreach (Revalidation check in running)
        {
            IReadOnlyList<(Assignment Work, string Institution)> work = await checks.WorkOfAsync(check, cancellationToken);
            if (work.All(part => part.Work.IsFinal) || clock.GetUtcNow() - check.CreatedAt > Patience)
            {
                await CloseAsync(check, work, cancellationToken);
            }
        }
    }

    private async Task CloseAsync(Revalidation check, IReadOnlyList<(Assignment Work, string Institution)> work, CancellationToken cancellationToken)
    {
        string missing = string.Join(" ", work.Where(part => part.Work.State != AssignmentState.Done)
            .Select(part => $"{part.Institution}: {part.Work.FailureReason ?? "no answer within a day."}"));
        string[] handedIn = [.. work.Where(part => part.Work.State == AssignmentState.Done).Select(part => part.Work.ResultHash!)];
        (Study study, EvaluationReport? release) = await checks.ReleaseOfAsync(check, cancellationToken);
        if (handedIn.Length == 0 || release is null)
        {
            await checks.TryFailAsync(check.Id, release is null ? "The version has no pooled evaluation to compare with." : $"No institution could measure it. {missing}".TrimEnd(), cancellationToken);
            return;
        }

        EvaluationReport report = await Task.Run(
            () => EvaluationReports.From(Predictions.Concat([.. handedIn.Select(hash => StoredPredictions.Read(blobs, study.Design.Classes, hash))])), cancellationToken);
        string worse = ReleaseComparison.Worse(release, report);

        // Told first: where the portal dies in between, the next one finds the same and tells it again, which is one alert.
        await TellAsync(check, study, worse, cancellationToken);
        await checks.TryFinishAsync(check.Id, report, worse, missing.Length == 0 ? null : missing, cancellationToken);
    }

    private Task TellAsync(Revalidation check, Study study, string worse, CancellationToken cancellationToken)
    {
        string subject = $"{study.Id} {check.ModelVersion}";
        return worse.Length == 0
            ? alerts.ClearAsync(AlertKind.RevalidationWorse, subject, cancellationToken)
            : alerts.RaiseAsync(
                AlertKind.RevalidationWorse, AlertLevel.Critical, subject, $"Version {check.ModelVersion} of '{study.Name}' is worse than at its release", worse,
                Urls.ModelDrift(study.Id, check.ModelVersion), institutionId: null, cancellationToken);
    }
}
