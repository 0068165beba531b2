using System.Net;
using System.Net.Mail;
using FedPortal.Identity;
using Microsoft.Extensions.Options;

namespace FedPortal.Operation.Delivery;

/// <summary>Hands mails to the mail server that is set under "Accounts", with STARTTLS unless that is switched off.</summary>
public sealed class MailSender(IOptions<AccountOptions> options, ILogger<MailSender> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public bool IsConfigured => options.Value.SmtpHost.Length > 0;

    /// <returns>Null when the server took the mail, else the reason for people. Neither the text nor the password is in it.</returns>
    public async Task<string?> SendAsync(string to, string subject, string body, CancellationToken cancellationToken)
    {
        AccountOptions settings = options.Value;
        if (settings.SmtpHost.Length == 0)
        {
            return "No mail server is set.";
        }

        using var message = new MailMessage(settings.SmtpFrom, to) { Subject = string.Concat(subject.Where(c => !char.IsControl(c))), Body = body };
        using var server = new SmtpClient(settings.SmtpHost, settings.SmtpPort) { EnableSsl = settings.SmtpTls };
        if (settings.SmtpUser.Length > 0)
        {
            try
            {
                string password = settings.SmtpPasswordFile.Length > 0 ? (await File.ReadAllTextAsync(settings.SmtpPasswordFile, cancellationToken)).Trim() : "";
                server.Credentials = new NetworkCredential(settings.SmtpUser, password);
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                logger.LogWarning(unreadable, "The file with the mail server's password cannot be read");
                return $"The file with the mail server's password cannot be read ({nameof(AccountOptions.SmtpPasswordFile)}).";
            }
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await server.SendMailAsync(message, limit.Token);
            return null;
        }
        catch (SmtpException failure)
        {
            logger.LogWarning("The mail server {Host} did not take a message: {Status}", settings.SmtpHost, failure.StatusCode);
            return $"The mail server did not take the message ({failure.StatusCode}).";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"The mail server {settings.SmtpHost} did not answer within {Patience.TotalSeconds:F0} seconds.";
        }
    }
}
