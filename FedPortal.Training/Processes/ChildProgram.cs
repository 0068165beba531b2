using System.Diagnostics;
using FedPortal.Training.Native;

namespace FedPortal.Training.Processes;

/// <summary>Which of a child's streams are its parent's; the others are those of the parent's own console.</summary>
[Flags]
public enum ChildPipes
{
    None = 0,
    Input = 1,
    Output = 2,
    Errors = 4,
    All = Input | Output | Errors,
}

/// <summary>
/// How another program is started, here and nowhere else. Children handle what came from outside and need no way into the database, so no secret of the parent is inherited: neither its
/// configuration (names with "__" or ":"), nor what PostgreSQL's tools read (PG…), nor any variable whose name tells of a secret. What a child needs of that its caller sets by name.
/// </summary>
public static class ChildProgram
{
    private static readonly string[] Parts = ["__", ":", "PASSWORD", "PASSPHRASE", "PASSWD", "SECRET", "TOKEN", "CREDENTIAL", "APIKEY", "API_KEY", "PRIVATE_KEY", "CONNECTIONSTRING"];

    /// <param name="program">A path, or a name that is looked up in PATH.</param>
    /// <param name="folder">Where it works; null for where the parent does.</param>
    public static ProcessStartInfo Of(string program, IEnumerable<string> arguments, string? folder = null, ChildPipes pipes = ChildPipes.All)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = pipes.HasFlag(ChildPipes.Input),
            RedirectStandardOutput = pipes.HasFlag(ChildPipes.Output),
            RedirectStandardError = pipes.HasFlag(ChildPipes.Errors),
            WorkingDirectory = folder ?? "",
        };
        foreach (string name in start.Environment.Keys.Where(IsSecret).ToArray())
        {
            start.Environment.Remove(name);
        }

        return start;
    }

    /// <summary>One that computes with libtorch.</summary>
    /// <inheritdoc cref="Of"/>
    public static ProcessStartInfo Engine(string program, IEnumerable<string> arguments, string? folder = null, ChildPipes pipes = ChildPipes.All)
    {
        ProcessStartInfo start = Of(program, arguments, folder, pipes);
        NativeEnvironment.ApplyTo(start);
        return start;
    }

    /// <summary>One that gets no environment at all.</summary>
    /// <inheritdoc cref="Of"/>
    public static ProcessStartInfo Bare(string program, IEnumerable<string> arguments, string? folder = null, ChildPipes pipes = ChildPipes.All)
    {
        ProcessStartInfo start = Of(program, arguments, folder, pipes);
        start.Environment.Clear();
        return start;
    }

    /// <summary>Whether a variable of the environment is kept from children, by its name.</summary>
    public static bool IsSecret(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith("PG", StringComparison.OrdinalIgnoreCase) || name.StartsWith("FEDPORTAL_BACKUP_", StringComparison.OrdinalIgnoreCase)
            || Parts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));
    }
}
