using FedPortal.Data;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Robustness;

public partial class RobustnessPage
{
    private const int MostShown = 6;
    private readonly HashSet<Guid> _shown = [];
    private readonly HashSet<Guid> _known = [];
    private RobustnessView? _view;

    [Parameter]
    public Guid StudyId { get; set; }

    [Parameter]
    public int Version { get; set; }

    [Inject]
    private RobustnessStore Store { get; set; } = default!;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        _view = await Store.FindAsync(Viewer, StudyId, Version, cancellationToken);
        ShowNew();
    }

    private protected override bool Concerns(LiveUpdate update) => update.StudyId == StudyId;

    /// <summary>The newest result of every test is shown when it arrives; what the reader hides stays hidden.</summary>
    private void ShowNew()
    {
        RobustnessRow[] done = [.. _view?.Runs.Where(run => run.Outcome is not null) ?? []];
        foreach (RobustnessRow newest in done.GroupBy(run => (run.Test, run.Target)).Select(group => group.First()).Where(run => !_known.Contains(run.Id)))
        {
            if (_shown.Count < MostShown)
            {
                _shown.Add(newest.Id);
            }
        }

        _known.UnionWith(done.Select(run => run.Id));
    }

    private void Toggle(Guid run)
    {
        if (!_shown.Remove(run))
        {
            _shown.Add(run);
        }
    }
}
