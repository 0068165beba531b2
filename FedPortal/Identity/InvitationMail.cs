using FedPortal.Operation.Delivery;
using Microsoft.Extensions.Options;

namespace FedPortal.Identity;

/// <summary>Sends invitations where a mail server is set.</summary>
internal sealed class InvitationMail(IOptions<AccountOptions> options, MailSender mail)
{
    public bool IsConfigured => mail.IsConfigured;

    /// <summary>The link of an invitation. The secret is behind '#': browsers send that part to no server, so it is in no log on the way.</summary>
    /// <param name="fallbackBase">The address the inviting admin uses, for a portal whose public address is not set.</param>
    public string LinkOf(string token, string fallbackBase)
    {
        string root = options.Value.PublicUrl.Length > 0 ? options.Value.PublicUrl : fallbackBase;
        return $"{root.TrimEnd('/')}{Components.Urls.AcceptInvitation}#{token}";
    }

    /// <returns>Null when the server took the mail, else the reason for people. The link is in neither.</returns>
    public async Task<string?> SendAsync(InvitationOffer offer, string link, string invitedBy, CancellationToken cancellationToken)
    {
        string body = $"""
            Dear {offer.Name},

            {invitedBy} invites you to the FedPortal consortium as {string.Join(" and ", offer.Roles)}.
            Choose your password within {options.Value.InvitationDays} days at this address, which works once:

            {link}

            If you did not expect this, ignore it.
            """;
        return await mail.SendAsync(offer.Email.Trim(), "Your invitation to FedPortal", body, cancellationToken);
    }
}
