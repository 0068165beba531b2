using System.CommandLine;
using System.Diagnostics;
using FedPortal.Training.Processes;

namespace FedPortal.Site.CommandLine.Verbs;

/// <summary><c>bench</c>: hands over to the benchmark program, in the environment that training runs in.</summary>
internal static class BenchVerb
{
    private const string ProgramName = "FedPortal.Benchmarks";

    public static Command Create()
    {
        var rest = new Argument<string[]>("ARGUMENTS") { Description = "train, encryption, privacy, protected, and their options", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("bench", "Ratios of two things run in turns.") { rest };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (parsed, ct) =>
        {
            IEnumerable<string> arguments = parsed.Tokens.Select(token => token.Value).SkipWhile(value => value != command.Name).Skip(1);
            return await RunAsync(ChildProgram.Engine(Find(), arguments, pipes: ChildPipes.None), ct);
        });
        return command;
    }

    private static async Task<int> RunAsync(ProcessStartInfo start, CancellationToken ct)
    {
        using Process process = Process.Start(start) ?? throw new CommandException($"{ProgramName} could not be started.");
        try
        {
            await process.WaitForExitAsync(ct);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>Beside this program, or in the same place of its own project.</summary>
    private static string Find()
    {
        string here = AppContext.BaseDirectory;
        string[] candidates =
        [
            Path.Combine(here, ProgramName),
            Path.GetFullPath(Path.Combine(here.Replace("FedPortal.Site", ProgramName, StringComparison.Ordinal), ProgramName)),
        ];
        return Array.Find(candidates, File.Exists) ?? throw new CommandException($"{ProgramName} was not built; looked at {string.Join(", ", candidates)}.");
    }
}
