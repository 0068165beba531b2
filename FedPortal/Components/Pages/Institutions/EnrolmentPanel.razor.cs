using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Enrolment;
using FedPortal.Identity;
using FedPortal.Institutions;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;

namespace FedPortal.Components.Pages.Institutions;

public partial class EnrolmentPanel
{
    // A service asks for work at least twice a minute.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(3);

    private EnrolmentView? _view;
    private string? _token;
    private string? _problem;
    private bool _isAdmin;
    private bool _maySpeak;
    private bool _all;

    [Parameter, EditorRequired]
    public Guid InstitutionId { get; set; }

    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    /// <summary>False when it is suspended or has left.</summary>
    [Parameter, EditorRequired]
    public bool IsActive { get; set; }

    [Inject]
    private EnrolmentStore Enrolments { get; set; } = default!;

    [Inject]
    private EnrolmentDesk Desk { get; set; } = default!;

    [Inject]
    private IOptions<PortalOptions> Options { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private DateTimeOffset Now => Clock.GetUtcNow();

    private string Address => Options.Value.SiteAddress.Length > 0 ? Options.Value.SiteAddress : $"https://{Environment.MachineName}:{Options.Value.SitePort}";

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        System.Security.Claims.ClaimsPrincipal user = (await Reader).User;
        _isAdmin = user.IsInRole(Roles.Admin);
        _maySpeak = PortalClaims.MayBringDataFor(user, InstitutionId);
        _view = await Enrolments.FindAsync(Viewer, InstitutionId, cancellationToken);
        if (_view?.Current is not { State: SiteEnrolmentState.Invited })
        {
            _token = null; // it was used
        }
    }

    private protected override bool Concerns(LiveUpdate update) => update.Id == InstitutionId;

    private bool IsConnected(EnrolmentView view) => view.LastSeenAt > Now - Silence && view.Refusal is null;

    private string ConnectionWords(EnrolmentView view) => view.Current switch
    {
        null => Texts["ConnectionNotEnrolled"].Value,
        { State: SiteEnrolmentState.Invited } => Texts["ConnectionWaits"].Value,
        { State: SiteEnrolmentState.Requested } => Texts["ConnectionCompare"].Value,
        { State: SiteEnrolmentState.Confirmed } => Texts["ConnectionFetches"].Value,
        _ when !view.Certificates.Any(c => c.RevokedAt is null && c.ExpiresAt > Now) => Texts["ConnectionNoCertificate"].Value,
        _ => IsConnected(view) ? Texts["ConnectionConnected"].Value : Texts["ConnectionSilent"].Value,
    };

    private Tone ConnectionTone(EnrolmentView view) => view.Current switch
    {
        null or { State: SiteEnrolmentState.Invited } => Tone.Quiet,
        { State: SiteEnrolmentState.Requested } => Tone.Warn,
        { State: SiteEnrolmentState.Confirmed } => Tone.Active,
        _ => IsConnected(view) ? Tone.Good : Tone.Warn,
    };

    private Task InviteAsync() => ActAsync(async actor => _token = await Desk.InviteAsync(InstitutionId, actor, CancellationToken.None));

    private Task ConfirmAsync(EnrolmentRow asked) => ActAsync(actor => Enrolments.ConfirmAsync(asked.Id, asked.Fingerprint!, actor, CancellationToken.None));

    private Task DeclineAsync(EnrolmentRow asked, string reason) => ActAsync(actor => Enrolments.DeclineAsync(asked.Id, reason, actor, CancellationToken.None));

    private Task RevokeAsync(CertificateRow certificate) => ActAsync(actor => Enrolments.RevokeAsync(certificate.Id, $"Revoked by {actor}.", actor, CancellationToken.None));

    private async Task ActAsync(Func<string, Task> act) => _problem = await TryAsync(act);
}
