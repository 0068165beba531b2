using System.Globalization;
using System.Security.Claims;
using FedPortal.Audit;
using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Models;
using FedPortal.Training.Accounting;
using FedPortal.Training.Attacks;
using FedPortal.Training.Evaluation;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Models;

public partial class ModelPage
{
    private ModelDetail? _model;
    private IReadOnlyList<AuditRow> _audit = [];
    private IReadOnlyList<LedgerCopyRow> _ledgers = [];
    private ClaimsPrincipal _reader = new();

    [Parameter]
    public Guid StudyId { get; set; }

    [Parameter]
    public int Version { get; set; }

    [Inject]
    private ModelStore Store { get; set; } = default!;

    [Inject]
    private AuditStore Audit { get; set; } = default!;

    [Inject]
    private LedgerStore Ledgers { get; set; } = default!;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _reader = (await Reader).User;
        _model = await Store.FindAsync(Viewer, StudyId, Version, ModelLineage.MostRounds, cancellationToken);
        _ledgers = await Ledgers.ListAsync(Viewer, StudyId, cancellationToken);
        string text = string.Create(CultureInfo.InvariantCulture, $"Model version {Version}");
        IReadOnlyList<AuditRow> found = await Audit.ListAsync(Viewer, new AuditFilter(SubjectId: StudyId, Text: text), 0, 50, cancellationToken);

        // Version 1 is not version 12.
        _audit = [.. found.Where(entry => !(entry.Action.Length > text.Length && char.IsAsciiDigit(entry.Action[text.Length]))).Take(20)];
    }

    private protected override bool Concerns(LiveUpdate update) => update.StudyId == StudyId;

    private bool MayDownload(ModelDetail model) => model.Row.Release == ReleaseState.Released || _reader.IsInRole(Roles.Admin);

    private static EvaluationReport? Pooled(ModelDetail model) => model.Evaluations.FirstOrDefault(row => row.Scope == EvaluationScope.Pooled)?.Report;

    private string? IntervalOf(ModelDetail model, Metric metric) =>
        Pooled(model)?.Of(metric) is { } measured ? $"{Words.Interval(measured.Lower, measured.Upper)}, n = {Words.Count(measured.SampleCount)}" : Texts["NotEvaluatedYet"].Value;

    private string ClaimNote(PrivacyClaim claim) => claim.Epsilon switch
    {
        null => Texts["NothingAccounted"].Value,
        > PrivacyWording.MeaningfulEpsilon => Texts["UnitAndCaveat", claim.Unit, PrivacyWording.NotMeaningful].Value,
        _ => Texts["DeltaAndUnit", claim.Delta.ToString("g3", CultureInfo.InvariantCulture), claim.Unit].Value,
    };

    private static double? EpsilonFound(ModelDetail model) => model.Evidence.Attacks.Max(attack => attack.EpsilonFound);

    private string FoundOf(ModelDetail model) => EpsilonFound(model) switch
    {
        null => Texts["NotTested"].Value,
        0 => Texts["NothingFound"].Value,
        { } found => $"≥ {Words.Number(found, 2)}",
    };

    private static List<(string Name, EvaluationReport Report)> RowsOf(ModelDetail model) =>
        [.. model.Evaluations.Select(row => (row.Scope, Name: StateWords.NameOf(row, model.Institutions), row.Report))
            .OrderByDescending(row => row.Scope).ThenBy(row => row.Name, StringComparer.Ordinal).Select(row => (row.Name, row.Report))];

    private static IReadOnlyList<ChartSeries> RocSeries(ModelCurvesView curves) =>
        [.. curves.Roc.Select((roc, c) => new ChartSeries(roc.Class, ChartSeries.ColourOf(c), RocCurve.PointsOf(roc.Points.Select(point => (point.FalsePositiveRate, point.TruePositiveRate)))))];

    private IReadOnlyList<ChartSeries> CalibrationSeries(ModelCurvesView curves) =>
    [
        new(Texts["PerfectlyCalibrated"].Value, ChartSeries.Holdout, [new(0, 0), new(100, 1)], IsThin: true),
        new(Texts["Measured"].Value, ChartSeries.Pooled, [.. curves.Reliability.Select(bin => new ChartPoint((int)Math.Round(100 * bin.MeanConfidence), bin.Accuracy, bin.Lower, bin.Upper))]),
    ];
}
