using FedPortal.Components;
using FedPortal.Data;
using FedPortal.Inference;
using FedPortal.Operation;
using FedPortal.Training.Explanation;

namespace FedPortal.Jobs.Inference;

/// <summary>Raises an alert where a released model is asked about other pictures, or answers otherwise, than when it was measured; and takes it back when that is over.</summary>
internal sealed class DriftWatch(InferenceStore models, DriftStore drift, AlertDesk alerts)
{
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (ServedVersion model in await models.ListAsync(cancellationToken))
        {
            if (await drift.OfAsync(model, cancellationToken) is { Report.Count: > 0 } view)
            {
                await TellAsync(AlertKind.InputDrift, view.Report.IsInputDrift, view, "is asked about other pictures than it was measured on", cancellationToken);
                await TellAsync(AlertKind.ScoreDrift, view.Report.IsScoreDrift, view, "answers otherwise than when it was measured", cancellationToken);
            }
        }
    }

    private Task TellAsync(AlertKind kind, bool isDrift, DriftView view, string what, CancellationToken cancellationToken)
    {
        string subject = $"{view.Model.StudyId} {view.Model.Version}";
        return isDrift
            ? alerts.RaiseAsync(
                kind, AlertLevel.Warning, subject, $"Version {view.Model.Version} of '{view.Model.StudyName}' {what}",
                $"Over the last {DriftReport.WindowDays} days, {view.Report.Count} pictures: {string.Join("; ", WordsOf(kind, view.Report))}. Look at what is sent to it before its answers are used further.",
                Urls.ModelDrift(view.Model.StudyId, view.Model.Version), institutionId: null, cancellationToken)
            : alerts.ClearAsync(kind, subject, cancellationToken);
    }

    private static IEnumerable<string> WordsOf(AlertKind kind, DriftReport report)
    {
        if (kind == AlertKind.InputDrift && report.ManyAreUnlike)
        {
            yield return $"{report.UnlikeCount} of {report.JudgedCount} are unlike the hold-outs";
        }

        foreach (DriftFinding finding in report.Findings.Where(finding => finding.IsDrift && (finding.Subject == DriftSubject.Input) == (kind == AlertKind.InputDrift)))
        {
            string name = finding.Statistic is { } statistic ? $"{statistic}" : finding.Subject == DriftSubject.Classes ? "answered classes" : "confidence";
            yield return FormattableString.Invariant($"{name}: stability index {finding.Distance!.StabilityIndex:0.00} (large from {DriftTest.LargeIndex:0.00}), p = {finding.Distance.PValue:0.0e+0}");
        }
    }
}
