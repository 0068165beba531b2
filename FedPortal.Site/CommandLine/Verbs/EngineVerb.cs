using System.CommandLine;
using System.Runtime.InteropServices;
using FedPortal.Site.CommandLine.Engine;

namespace FedPortal.Site.CommandLine.Verbs;

/// <summary>Hidden: what <see cref="EngineProcess"/> starts. Requests come in by standard input; when it ends, so does the engine.</summary>
internal static class EngineVerb
{
    public const string Name = "engine";

    public static Command Create()
    {
        var command = new Command(Name, "Computes for a parent process.") { Hidden = true };
        command.SetAction(async (_, _) =>
        {
            using var ignored = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
            await using var server = new EngineServer(Console.OpenStandardInput(), Console.OpenStandardOutput());
            await server.RunAsync();
            return ExitCodes.Done;
        });
        return command;
    }
}
