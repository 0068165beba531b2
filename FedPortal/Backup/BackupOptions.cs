using Microsoft.Extensions.Options;

namespace FedPortal.Backup;

/// <summary>Settings of regular backups under "Backup". Without a folder there are none.</summary>
internal sealed class BackupOptions
{
    public const string Section = "Backup";

    /// <summary>Where they are kept; best on another machine's disk.</summary>
    public string Folder { get; set; } = "";

    /// <summary>From one to the next.</summary>
    public double Hours { get; set; } = 24;

    /// <summary>So many of the newest stay.</summary>
    public int Keep { get; set; } = 7;

    /// <summary>File with the passphrase, or empty for backups that are not encrypted.</summary>
    public string PassphraseFile { get; set; } = "";
}

internal sealed class BackupOptionsCheck : IValidateOptions<BackupOptions>
{
    public ValidateOptionsResult Validate(string? name, BackupOptions options)
    {
        List<string> problems = [];
        if (options.Hours is not (>= 0.01 and <= 8760))
        {
            problems.Add($"Backup:Hours must be from 0.01 to 8760 but is {options.Hours}.");
        }

        if (options.Keep is < 1 or > 10_000)
        {
            problems.Add($"Backup:Keep must be from 1 to 10000 but is {options.Keep}.");
        }

        if (options.Folder.Length > 0 && !Directory.Exists(options.Folder))
        {
            problems.Add($"Backup:Folder '{options.Folder}' does not exist.");
        }

        if (options.PassphraseFile.Length > 0 && !File.Exists(options.PassphraseFile))
        {
            problems.Add($"Backup:PassphraseFile '{options.PassphraseFile}' does not exist.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
