using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;
using FedPortal.Training.Datasets.Phantoms;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Overview;

internal enum DemonstrationSize
{
    Full,
    Short,
}

public partial class StartDemonstration
{
    private DemonstrationSize _size;
    private bool _isAsked;

    /// <summary>True where starting it is the obvious next step.</summary>
    [Parameter]
    public bool IsProminent { get; set; }

    [Inject]
    private DemonstrationConsortium Setup { get; set; } = default!;

    protected override Task LoadAsync(CancellationToken cancellationToken)
    {
        _isAsked = Setup.Status.Stage is not null;
        return Task.CompletedTask;
    }

    private protected override bool Concerns(LiveUpdate update) => update is { Subject: LiveSubject.Study, Id: var id } && id == Guid.Empty;

    private async Task StartAsync()
    {
        _isAsked = true;
        ConsortiumPlan full = ConsortiumPlan.Demonstration();
        ConsortiumPlan plan = _size == DemonstrationSize.Full ? full : full with
        {
            Phantoms = new PhantomConsortiumOptions { ImageCount = 60, HoldoutCount = 30, Size = 64 },
            Design = full.Design with { Name = "Short demonstration on synthetic X-rays", Rounds = 2 },
        };
        await Setup.RequestAsync(plan, PortalClaims.NameOf((await Reader).User), Leaving);
    }
}
