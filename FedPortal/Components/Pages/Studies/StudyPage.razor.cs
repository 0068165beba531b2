using FedPortal.Data;
using FedPortal.Studies;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Studies;

public partial class StudyPage
{
    private StudyDetail? _study;
    private IReadOnlyList<RoundRow> _rounds = [];
    private IReadOnlyList<CurvePoint> _curves = [];
    private IReadOnlyList<AuditRow> _audit = [];
    private ApprovalView? _approval;
    private string? _whyNotStart;
    private FlightComparison? _comparison;

    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    private StudyStore Store { get; set; } = default!;

    [Inject]
    private RoundStore Rounds { get; set; } = default!;

    [Inject]
    private AuditStore Audit { get; set; } = default!;

    [Inject]
    private ApprovalStore Approvals { get; set; } = default!;

    [Inject]
    private HistoryStore History { get; set; } = default!;

    [Inject]
    private FlightStore Flights { get; set; } = default!;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _study = await Store.FindAsync(Viewer, Id, cancellationToken);
        _rounds = await Rounds.ListAsync(Id, 0, 50, cancellationToken);
        _curves = await History.CurvesAsync(Viewer, Id, cancellationToken);
        _approval = await Approvals.FindAsync(Viewer, Id, cancellationToken);
        _whyNotStart = _study is { Row.State: StudyState.Proposed } ? await Approvals.WhyNotStartAsync(Id, cancellationToken) : null;
        _comparison = _approval is { } approval ? await Flights.CompareAsync(Viewer, Id, approval.Plan, cancellationToken) : null;
        _audit = await Audit.ListAsync(Viewer, Id, 0, 20, cancellationToken);
    }

    private string EpsilonOf(StudyDetail study) =>
        study.Protection.UpdatesAreEncrypted && _comparison?.Losses is [var loss, ..] ? loss.ActualWords : study.Protection.Epsilon;

    private protected override bool Concerns(LiveUpdate update) => update.StudyId == Id;
}
