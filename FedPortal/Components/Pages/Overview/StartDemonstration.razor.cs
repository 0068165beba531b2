using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Overview;

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
        await Setup.RequestAsync(ConsortiumPlan.Demonstration(_size), PortalClaims.NameOf((await Reader).User), CancellationToken.None);
    }
}
