using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Inference;
using FedPortal.Jobs.Inference;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Explanation;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Inference;

public partial class ModelDrift
{
    private DriftView? _view;
    private IReadOnlyList<RevalidationRow> _checks = [];
    private ModelWatch? _watch;
    private bool _isAdmin;
    private int? _days;
    private string? _problem;

    [Parameter]
    public Guid StudyId { get; set; }

    [Parameter]
    public int Version { get; set; }

    [Inject]
    private DriftStore Drift { get; set; } = default!;

    [Inject]
    private RevalidationStore Checks { get; set; } = default!;

    [Inject]
    private InferenceSchedule Schedule { get; set; } = default!;

    private string IntervalWords => _watch?.NextAt is { } next
        ? Texts["EveryDaysNext", Words.Count(_watch.IntervalDays, Texts["Day"].Value), Words.Moment(next)].Value
        : Texts["NotByItself"].Value;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _isAdmin = (await Reader).User.IsInRole(Roles.Admin);
        _view = await Drift.FindAsync(StudyId, Version, cancellationToken);
        _checks = _view is null ? [] : await Checks.ListAsync(Viewer, StudyId, Version, 20, cancellationToken);
        _watch = await Checks.WatchAsync(StudyId, cancellationToken);
        _days ??= _watch?.IntervalDays ?? 0;
    }

    private protected override bool Concerns(LiveUpdate update) => update.StudyId == StudyId;

    private async Task SetIntervalAsync() => _problem = await TryAsync(actor => Checks.SetIntervalAsync(StudyId, _days ?? 0, actor, CancellationToken.None));

    private async Task RevalidateAsync()
    {
        bool begun = true;
        _problem = await TryAsync(async actor => begun = await Schedule.RevalidateAsync(StudyId, Version, actor, CancellationToken.None));
        _problem ??= begun ? null : Texts["RevalidationUnderWay"].Value;
    }

    private string StateOf(DriftReport report) => report.IsInputDrift || report.IsScoreDrift ? Texts["Drifted"].Value
        : report.IsJudged ? Texts["Steady"].Value : Texts["TooLittleToJudge"].Value;

    private string StateOf(RevalidationRow check) => check.State switch
    {
        RevalidationState.Running => Texts["InstitutionsMeasured", check.InstitutionsDone, check.Institutions].Value,
        RevalidationState.Done => Texts["RevalidationDone"].Value,
        RevalidationState.Failed => Texts["RevalidationFailed"].Value,
        _ => Texts["RevalidationCancelled"].Value,
    };

    private static Tone ToneOf(DriftReport report) =>
        report.IsInputDrift || report.IsScoreDrift ? Tone.Bad : report.IsJudged ? Tone.Good : Tone.Quiet;

    private string UnlikeOf(DriftReport report) =>
        report.JudgedCount == 0 ? Texts["NotJudged"].Value : $"{Words.Number(100.0 * report.UnlikeCount / report.JudgedCount, 1)} %";

    private string CountOf(DriftReport report, bool isInput)
    {
        DriftFinding[] of = [.. report.Findings.Where(finding => (finding.Subject == DriftSubject.Input) == isInput)];
        int drifted = of.Count(finding => finding.IsDrift);
        return of.All(finding => finding.Distance is null) ? Texts["NotJudged"].Value : drifted == 0 ? Texts["NoneDrifted"].Value : Texts["CountDrifted", drifted].Value;
    }

    private string NameOf(DriftFinding finding) => finding.Statistic is { } statistic
        ? InferenceWords.NameOf(statistic, Texts)
        : finding.Subject == DriftSubject.Confidence ? Texts["Confidence"].Value : Texts["AnsweredClasses"].Value;

    private static string MetricOf(RevalidationRow check, Metric metric) => check.Report?.Of(metric) is { } measured
        ? $"{Words.Metric(measured.Value)} ({Words.Interval(measured.Lower, measured.Upper)})"
        : "–";

    private IReadOnlyList<ChartSeries> UnlikeSeries(DriftView view) =>
        [new(Texts["Unlike"].Value, 2, [.. view.Days.Where(day => day.JudgedCount > 0).Select(day => PointOf(day, view.Days[0].Day))])];

    private static ChartPoint PointOf(DriftDay day, DateOnly first)
    {
        (double lower, double upper) = Intervals.Wilson(day.UnlikeCount, day.JudgedCount)!.Value;
        return new ChartPoint(day.Day.DayNumber - first.DayNumber + first.Day, day.UnlikeCount / (double)day.JudgedCount, lower, upper);
    }

    private IReadOnlyList<ChartSeries> ConfidenceSeries(DriftReport report)
    {
        DriftFinding confidence = report.Findings.Single(finding => finding.Subject == DriftSubject.Confidence);
        return [.. new[] { (Texts["Holdouts"].Value, ChartSeries.Holdout, confidence.Reference), (Texts["Asked"].Value, 1, confidence.Observed) }
            .Where(side => side.Item3.Count > 0)
            .Select(side => new ChartSeries(side.Item1, side.Item2, [.. side.Item3.Select((count, bin) => new ChartPoint((100 * bin / ModelReference.ConfidenceBins) + 2, count / (double)Math.Max(1, side.Item3.Sum()), null, null))]))];
    }
}
