namespace FedPortal.Site.CommandLine;

/// <summary>What the program ends with. Scripts rely on them.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int BadArguments = 2;

    /// <summary>128 + SIGINT, as shells do it.</summary>
    public const int Cancelled = 130;
}
