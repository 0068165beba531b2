using System.Security.Claims;
using FedPortal.Data;
using FedPortal.Models;

namespace FedPortal.Identity;

/// <summary>Signatures that bind somebody, for pages and programs alike: nobody signs without having shown to sit there. Whether somebody may sign is asked before.</summary>
internal sealed class SigningDesk(IdentityConfirmation confirmation, ApprovalStore approvals, ReleaseStore releases)
{
    public const string NotYours = "You may not sign for this institution.";

    /// <summary>An institution's own coordinators sign for it; admins for those whose site program the portal runs.</summary>
    public static bool MaySignPlan(ClaimsPrincipal user, Guid institution, bool isHosted) =>
        PortalClaims.MaySignFor(user, institution) || (isHosted && user.IsInRole(Roles.Admin));

    /// <summary>True for one who may sign for an institution without being its coordinator.</summary>
    public static bool IsOnBehalf(ClaimsPrincipal user, Guid institution) => !PortalClaims.MaySignFor(user, institution);

    public static bool MaySignAs(ClaimsPrincipal user, SignerRole role) => user.IsInRole(role == SignerRole.Admin ? Roles.Admin : Roles.Auditor);

    /// <param name="proof">As <see cref="IdentityConfirmation.RefusalAsync"/> takes it.</param>
    /// <param name="shownHash">The hash of the plan that was on the signer's screen.</param>
    /// <returns>Null when it is signed, else why not.</returns>
    public async Task<string?> SignPlanAsync(ClaimsPrincipal user, string proof, Guid study, Guid institution, string shownHash, CancellationToken cancellationToken) =>
        await confirmation.RefusalAsync(user, proof)
            ?? await approvals.SignAsync(study, institution, shownHash, PortalClaims.NameOf(user), IsOnBehalf(user, institution), cancellationToken);

    /// <param name="proof">As <see cref="IdentityConfirmation.RefusalAsync"/> takes it.</param>
    /// <param name="seen">Digest of the evidence that was on the signer's screen.</param>
    /// <param name="reason">Needed where an attack exceeds the claim.</param>
    public async Task<SigningResult> SignReleaseAsync(
        ClaimsPrincipal user, string proof, Guid study, int version, string seen, SignerRole role, string? reason, CancellationToken cancellationToken) =>
        await confirmation.RefusalAsync(user, proof) is { } refusal
            ? new SigningResult(false, refusal)
            : await releases.SignAsync(study, version, seen, new Signer(PortalClaims.IdOf(user), PortalClaims.NameOf(user), role), reason, cancellationToken);
}
