using FedPortal.Data;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Studies;

public partial class StudyPage
{
    private StudyDetail? _study;
    private IReadOnlyList<RoundRow> _rounds = [];
    private IReadOnlyList<EvaluationRow> _evaluations = [];
    private IReadOnlyList<AuditRow> _audit = [];

    [Parameter]
    public Guid Id { get; set; }

    [Inject]
    private StudyStore Store { get; set; } = default!;

    [Inject]
    private RoundStore Rounds { get; set; } = default!;

    [Inject]
    private AuditStore Audit { get; set; } = default!;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _study = await Store.FindAsync(Viewer, Id, cancellationToken);
        _rounds = await Rounds.ListAsync(Id, 0, 50, cancellationToken);
        _evaluations = await Rounds.EvaluationsAsync(Viewer, Id, cancellationToken);
        _audit = await Audit.ListAsync(Viewer, Id, 0, 20, cancellationToken);
    }

    private protected override bool Concerns(LiveUpdate update) => update.StudyId == Id;
}
