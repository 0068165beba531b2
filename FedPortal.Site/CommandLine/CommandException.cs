namespace FedPortal.Site.CommandLine;

/// <summary>A verb cannot go on; the message is one line for the person who typed it.</summary>
internal class CommandException(string message) : Exception(message)
{
    /// <summary>What the program ends with.</summary>
    public virtual int ExitCode => ExitCodes.Failed;
}

/// <summary>What was typed makes no sense, found after parsing.</summary>
internal sealed class UsageException(string message) : CommandException(message)
{
    public override int ExitCode => ExitCodes.BadArguments;
}
