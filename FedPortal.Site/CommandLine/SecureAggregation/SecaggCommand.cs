using System.CommandLine;

namespace FedPortal.Site.CommandLine.SecureAggregation;

/// <summary><c>secagg</c>: tries out and chooses secure aggregation.</summary>
internal static class SecaggCommand
{
    public static Command Create()
    {
        var command = new Command("secagg", "Secure aggregation with one-time keys: simulate rounds, choose parameters.");
        command.Subcommands.Add(SimulateCommand.Create());
        command.Subcommands.Add(AdviseCommand.Create());
        return command;
    }
}
