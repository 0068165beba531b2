using System.CommandLine;
using System.CommandLine.Parsing;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Datasets;

namespace FedPortal.Site.CommandLine;

/// <summary>Parses, runs a verb and turns every way it can end into an exit code and at most one line on standard error.</summary>
internal static class CommandLineProgram
{
    /// <summary>After Ctrl-C a verb has this long to end its child processes.</summary>
    private static readonly TimeSpan CancellationGrace = TimeSpan.FromSeconds(15);

    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            return Fail(MostTelling(parsed), ExitCodes.BadArguments);
        }

        // An engine ends when its parent closes its input; a Ctrl-C at the terminal reaches it too and must not be faster.
        bool isEngine = parsed.CommandResult.Command.Name == EngineVerb.Name;
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = isEngine ? null : CancellationGrace,
            });
        }
        catch (OperationCanceledException)
        {
            return Fail("Cancelled.", ExitCodes.Cancelled);
        }
        catch (CommandException failure)
        {
            return Fail(failure.Message, failure.ExitCode);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException or ArgumentException or InvalidOperationException or DatasetRefusedException)
        {
            return Fail(failure.Message, ExitCodes.Failed);
        }
    }

    /// <summary>The error that quotes what was typed, rather than what follows from it.</summary>
    private static string MostTelling(ParseResult parsed)
    {
        ParseError? quoting = parsed.Errors.FirstOrDefault(error => parsed.UnmatchedTokens.Any(token => error.Message.Contains(token, StringComparison.Ordinal)));
        return (quoting ?? parsed.Errors[0]).Message;
    }

    private static int Fail(string message, int exitCode)
    {
        Console.Error.WriteLine($"fedportal: {message.ReplaceLineEndings(" ")}");
        return exitCode;
    }
}
