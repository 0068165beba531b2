using System.Data.Common;
using System.Text.Json;
using FedPortal.Data;
using FedPortal.Training.Protocol;

namespace FedPortal.Backup;

/// <summary>
/// <c>FedPortal backup FILE</c> and <c>FedPortal restore FILE</c>. The passphrase comes from a file or from <c>FEDPORTAL_BACKUP_PASSPHRASE</c>, the database from the portal's own settings.
/// </summary>
internal static class BackupCommand
{
    public const string PassphraseVariable = "FEDPORTAL_BACKUP_PASSPHRASE";
    private const int ShortestPassphrase = 12;

    private const string Usage = """
        usage: FedPortal backup FILE [--data-dir DIR] [--passphrase-file FILE] [--json]
               FedPortal restore FILE --data-dir NEW [--passphrase-file FILE] [--json]
        The passphrase may also be in FEDPORTAL_BACKUP_PASSPHRASE. A PostgreSQL database is the one of the portal's settings (ConnectionStrings__Portal or Portal__DatabaseFile).
        """;

    public static bool IsMeant(string[] args) => args is ["backup" or "restore", ..];

    /// <summary>On the console, until it is done or interrupted.</summary>
    public static async Task<int> RunAsync(IConfiguration configuration, string[] args)
    {
        using var end = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            end.Cancel();
        };
        return await RunAsync(configuration, args, Console.Out, Console.Error, TimeProvider.System, end.Token);
    }

    /// <returns>The exit status: 0 done, 1 not done or done with problems, 2 wrong arguments.</returns>
    public static async Task<int> RunAsync(IConfiguration configuration, string[] args, TextWriter output, TextWriter errors, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (Arguments.Parse(args, configuration) is not { } wanted)
        {
            await errors.WriteLineAsync(Usage);
            return 2;
        }

        try
        {
            string? passphrase = PassphraseOf(wanted);
            PortalDatabase database = PortalDatabase.Of(configuration);
            return wanted.IsRestore
                ? await RestoreAsync(wanted, database, passphrase, output, errors, clock, cancellationToken)
                : await BackUpAsync(wanted, database, passphrase, output, errors, clock, cancellationToken);
        }
        catch (Exception failure) when (failure is BackupException or DbException or InvalidOperationException)
        {
            await errors.WriteLineAsync($"fedportal: {failure.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            await errors.WriteLineAsync("fedportal: cancelled; nothing was kept.");
            return 1;
        }
    }

    private static async Task<int> BackUpAsync(
        Arguments wanted, PortalDatabase database, string? passphrase, TextWriter output, TextWriter errors, TimeProvider clock, CancellationToken cancellationToken)
    {
        var progress = new Lines<(int Done, int All)>(errors, now => $"{now.Done} of {now.All} files", now => now.Done % 500 == 0 || now.Done == now.All);
        BackupMade made = await new BackupWriter(database, clock).WriteAsync(wanted.File, wanted.DataDirectory, passphrase, progress, cancellationToken);
        await output.WriteLineAsync(wanted.IsJson
            ? JsonSerializer.Serialize(made, ProtocolJson.Options)
            : $"{made.File}: {made.Entries} files and the {made.Database} database as of {made.CreatedAt:yyyy-MM-dd HH:mm:ss} UTC, {made.Bytes:N0} bytes, {(made.IsEncrypted ? "encrypted" : "not encrypted")}.");
        if (!made.IsEncrypted)
        {
            await errors.WriteLineAsync("fedportal: the backup holds keys and is not encrypted; give --passphrase-file, or keep it where nobody else reads.");
        }

        return 0;
    }

    private static async Task<int> RestoreAsync(
        Arguments wanted, PortalDatabase database, string? passphrase, TextWriter output, TextWriter errors, TimeProvider clock, CancellationToken cancellationToken)
    {
        var progress = new Lines<int>(errors, done => $"{done} files", done => done % 500 == 0);
        BackupRestored restored = await new BackupRestore(database, clock).RunAsync(wanted.File, wanted.DataDirectory, passphrase, progress, cancellationToken);
        RestoredState state = restored.State;
        if (wanted.IsJson)
        {
            await output.WriteLineAsync(JsonSerializer.Serialize(restored, ProtocolJson.Options));
        }
        else
        {
            await output.WriteLineAsync($"""
                {restored.DataDirectory}: {restored.Files} files and the {restored.Database} database as of {restored.CreatedAt:yyyy-MM-dd HH:mm:ss} UTC; every hash agrees.
                Audit log: {state.AuditEntries} entries. Ledgers: {state.Ledgers}. Models: {state.Models}. Open protected rounds that were stopped: {state.RoundsStopped}.
                {(state.Problems.Count == 0 ? "Audit log, ledgers and models verify." : "What the backup holds does not verify:")}
                """);
        }

        foreach (string problem in state.Problems)
        {
            await errors.WriteLineAsync($"fedportal: {problem}");
        }

        return state.Problems.Count == 0 ? 0 : 1;
    }

    private static string? PassphraseOf(Arguments wanted)
    {
        string? text = wanted.PassphraseFile is { } file ? ReadPassphrase(file) : Environment.GetEnvironmentVariable(PassphraseVariable);
        return string.IsNullOrEmpty(text) ? null
            : wanted.IsRestore || text.Length >= ShortestPassphrase ? text
            : throw new BackupException($"Expected a passphrase of at least {ShortestPassphrase} characters but got {text.Length}.");
    }

    internal static string ReadPassphrase(string file)
    {
        try
        {
            string text = File.ReadAllText(file).Trim();
            return text.Length > 0 ? text : throw new BackupException($"The passphrase file {file} is empty.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"The passphrase file cannot be read: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>Writes some of the steps, each on a line.</summary>
    private sealed class Lines<T>(TextWriter errors, Func<T, string> words, Func<T, bool> isShown) : IProgress<T>
    {
        public void Report(T value)
        {
            if (isShown(value))
            {
                errors.WriteLine(words(value));
            }
        }
    }

    private sealed record Arguments(bool IsRestore, string File, string DataDirectory, string? PassphraseFile, bool IsJson)
    {
        public static Arguments? Parse(string[] args, IConfiguration configuration)
        {
            if (args is not [var verb, var file, .. var options] || file.StartsWith('-'))
            {
                return null;
            }

            string? folder = null;
            string? passphrase = null;
            bool isJson = false;
            for (int i = 0; i < options.Length; i++)
            {
                string? value = i + 1 < options.Length ? options[i + 1] : null;
                switch (options[i])
                {
                    case "--json":
                        isJson = true;
                        break;
                    case "--data-dir" when value is not null:
                        folder = value;
                        i++;
                        break;
                    case "--passphrase-file" when value is not null:
                        passphrase = value;
                        i++;
                        break;
                    default:
                        return null;
                }
            }

            bool isRestore = verb == "restore";
            folder ??= isRestore ? null : configuration["DataDir"] ?? configuration[$"{PortalOptions.Section}:{nameof(PortalOptions.DataDirectory)}"] ?? new PortalOptions().DataDirectory;
            return folder is null ? null : new Arguments(isRestore, Path.GetFullPath(file), Path.GetFullPath(folder), passphrase, isJson);
        }
    }
}
