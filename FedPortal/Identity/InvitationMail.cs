using System.Net;
using System.Net.Mail;
using Microsoft.Extensions.Options;

namespace FedPortal.Identity;

/// <summary>Sends invitations where a mail server is set.</summary>
internal sealed class InvitationMail(IOptions<AccountOptions> options, ILogger<InvitationMail> logger)
{
    public bool IsConfigured => options.Value.SmtpHost.Length > 0;

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
        AccountOptions settings = options.Value;
        using var message = new MailMessage(settings.SmtpFrom, offer.Email.Trim())
        {
            Subject = "Your invitation to FedPortal",
            Body = $"""
                Dear {offer.Name},

                {invitedBy} invites you to the FedPortal consortium as {string.Join(" and ", offer.Roles)}.
                Choose your password within {settings.InvitationDays} days at this address, which works once:

                {link}

                If you did not expect this, ignore it.
                """,
        };
        using var server = new SmtpClient(settings.SmtpHost, settings.SmtpPort) { EnableSsl = settings.SmtpTls };
        if (settings.SmtpUser.Length > 0)
        {
            string password = settings.SmtpPasswordFile.Length > 0 ? (await File.ReadAllTextAsync(settings.SmtpPasswordFile, cancellationToken)).Trim() : "";
            server.Credentials = new NetworkCredential(settings.SmtpUser, password);
        }

        try
        {
            await server.SendMailAsync(message, cancellationToken);
            return null;
        }
        catch (SmtpException failure)
        {
            logger.LogWarning("The mail server {Host} did not take an invitation: {Status}", settings.SmtpHost, failure.StatusCode);
            return $"The mail server did not take the message ({failure.StatusCode}).";
        }
    }
}
