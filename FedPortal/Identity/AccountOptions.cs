using Microsoft.Extensions.Options;

namespace FedPortal.Identity;

/// <summary>Settings of accounts and sessions under "Accounts". Bad ones stop the start, with the reason.</summary>
public sealed class AccountOptions
{
    public const string Section = "Accounts";

    /// <summary>How long an invitation can be accepted.</summary>
    public int InvitationDays { get; set; } = 7;

    /// <summary>A session nobody used for this long has ended.</summary>
    public double SessionIdleHours { get; set; } = 8;

    /// <summary>A session ends after this long, used or not.</summary>
    public double SessionHours { get; set; } = 72;

    /// <summary>How often an open page asks whether its session still lives.</summary>
    public double RevalidationSeconds { get; set; } = 30;

    /// <summary>Where people reach the portal, for links in e-mails; empty for the address the inviting admin uses.</summary>
    public string PublicUrl { get; set; } = "";

    /// <summary>Mail server of invitations; empty for none: the link is then only shown.</summary>
    public string SmtpHost { get; set; } = "";

    public int SmtpPort { get; set; } = 587;

    /// <summary>Whether the mail server is spoken to with STARTTLS.</summary>
    public bool SmtpTls { get; set; } = true;

    public string SmtpFrom { get; set; } = "";

    public string SmtpUser { get; set; } = "";

    /// <summary>File that holds the mail server's password and nothing else; empty for none.</summary>
    public string SmtpPasswordFile { get; set; } = "";

    internal TimeSpan InvitationLifetime => TimeSpan.FromDays(InvitationDays);

    internal TimeSpan SessionIdleLimit => TimeSpan.FromHours(SessionIdleHours);

    internal TimeSpan SessionLimit => TimeSpan.FromHours(SessionHours);

    internal TimeSpan Revalidation => TimeSpan.FromSeconds(RevalidationSeconds);
}

internal sealed class AccountOptionsCheck : IValidateOptions<AccountOptions>
{
    public ValidateOptionsResult Validate(string? name, AccountOptions options)
    {
        string[] problems = [.. Problems(options)];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(AccountOptions options)
    {
        if (options.InvitationDays is < 1 or > 60)
        {
            yield return $"Accounts:InvitationDays must be from 1 to 60 but is {options.InvitationDays}.";
        }

        if (options.SessionIdleHours is not (>= 0.1 and <= 168))
        {
            yield return $"Accounts:SessionIdleHours must be from 0.1 to 168 but is {options.SessionIdleHours}.";
        }

        if (!(options.SessionHours >= options.SessionIdleHours && options.SessionHours <= 720))
        {
            yield return $"Accounts:SessionHours must be from Accounts:SessionIdleHours ({options.SessionIdleHours}) to 720 but is {options.SessionHours}.";
        }

        if (options.RevalidationSeconds is not (>= 0.5 and <= 300))
        {
            yield return $"Accounts:RevalidationSeconds must be from 0.5 to 300 but is {options.RevalidationSeconds}.";
        }

        if (options.PublicUrl.Length > 0 && !(Uri.TryCreate(options.PublicUrl, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https"))
        {
            yield return $"Accounts:PublicUrl '{options.PublicUrl}' is not an address such as https://portal.example.";
        }

        if (options.SmtpHost.Length > 0 && !System.Net.Mail.MailAddress.TryCreate(options.SmtpFrom, out _))
        {
            yield return $"Accounts:SmtpFrom must be an e-mail address where Accounts:SmtpHost is set but is '{options.SmtpFrom}'.";
        }

        if (options.SmtpPort is < 1 or > 65535)
        {
            yield return $"Accounts:SmtpPort must be from 1 to 65535 but is {options.SmtpPort}.";
        }

        if (options.SmtpPasswordFile.Length > 0 && !File.Exists(options.SmtpPasswordFile))
        {
            yield return $"Accounts:SmtpPasswordFile '{options.SmtpPasswordFile}' does not exist.";
        }
    }
}
