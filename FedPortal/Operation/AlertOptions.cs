using Microsoft.Extensions.Options;

namespace FedPortal.Operation;

/// <summary>Settings of alerts under "Alerts". Bad ones stop the start, with the reason.</summary>
public sealed class AlertOptions
{
    public const string Section = "Alerts";

    /// <summary>A round that waits for institutions for longer than this is told of.</summary>
    public double RoundStalledMinutes { get; set; } = 45;

    /// <summary>A hospital's own site program that was not heard of for this long is told of; it asks for work every few seconds.</summary>
    public double SiteSilentMinutes { get; set; } = 30;

    /// <summary>A site's certificate that ends within this time is told of; sites renew theirs long before.</summary>
    public double CertificateHours { get; set; } = 24;

    /// <summary>Terms of use that end within this time are told of.</summary>
    public double TermsDays { get; set; } = 30;

    /// <summary>Spent share of a privacy budget from which on it is told of.</summary>
    public double BudgetShare { get; set; } = 0.9;

    /// <summary>Free space on the disk of the data directory below which it is told of, in gigabytes; the portal is not ready below a quarter of it.</summary>
    public double DiskFreeGigabytes { get; set; } = 5;

    /// <summary>Folder whose newest file is the last backup; empty to watch none.</summary>
    public string BackupFolder { get; set; } = "";

    /// <summary>A newest backup older than this is told of.</summary>
    public double BackupDays { get; set; } = 2;

    /// <summary>How often the whole audit log is verified.</summary>
    public double AuditCheckHours { get; set; } = 24;

    /// <summary>How often the rules are asked.</summary>
    public double WatchSeconds { get; set; } = 60;

    /// <summary>Whether webhooks may go to addresses of private networks and this machine; then also by plain HTTP. Off, so that nobody makes the portal talk to its neighbours.</summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>Attempts at one message before it is given up.</summary>
    public int Attempts { get; set; } = 8;

    /// <summary>Wait before the second attempt; doubles with each further one, up to six hours.</summary>
    public double RetrySeconds { get; set; } = 30;

    internal long DiskFreeBytes => (long)(DiskFreeGigabytes * 1e9);

    internal TimeSpan WaitAfter(int attempts) => TimeSpan.FromSeconds(Math.Min(6 * 3600, RetrySeconds * Math.Pow(2, Math.Min(attempts, 20) - 1)));
}

internal sealed class AlertOptionsCheck : IValidateOptions<AlertOptions>
{
    public ValidateOptionsResult Validate(string? name, AlertOptions options)
    {
        string[] problems = [.. Problems(options)];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(AlertOptions options)
    {
        foreach ((string key, double value, double least, double most) in new[]
        {
            (nameof(options.RoundStalledMinutes), options.RoundStalledMinutes, 1, 10080), (nameof(options.SiteSilentMinutes), options.SiteSilentMinutes, 1, 10080.0),
            (nameof(options.CertificateHours), options.CertificateHours, 0.001, 2160), (nameof(options.TermsDays), options.TermsDays, 1, 365.0),
            (nameof(options.BudgetShare), options.BudgetShare, 0.1, 1), (nameof(options.DiskFreeGigabytes), options.DiskFreeGigabytes, 0, 100_000.0),
            (nameof(options.BackupDays), options.BackupDays, 0.01, 365), (nameof(options.AuditCheckHours), options.AuditCheckHours, 0.1, 720.0),
            (nameof(options.WatchSeconds), options.WatchSeconds, 1, 3600), (nameof(options.Attempts), options.Attempts, 1, 50.0), (nameof(options.RetrySeconds), options.RetrySeconds, 0.05, 3600),
        })
        {
            if (!(value >= least && value <= most))
            {
                yield return $"{AlertOptions.Section}:{key} must be from {least} to {most} but is {value}.";
            }
        }

        if (options.BackupFolder.Length > 0 && !Directory.Exists(options.BackupFolder))
        {
            yield return $"{AlertOptions.Section}:BackupFolder '{options.BackupFolder}' does not exist.";
        }
    }
}
