using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FedPortal.Operation.Health;

/// <summary>The parts of the portal that are checked, in words.</summary>
internal static class PortalHealth
{
    /// <summary>Checks that decide whether the portal is ready carry this tag.</summary>
    public const string Ready = "ready";

    public const string Database = "database";
    public const string Blobs = "blobs";
    public const string Scheduler = "scheduler";
    public const string Disk = "disk";
    public const string Engine = "engine";
    public const string Signer = "signer";

    public static void Add(IServiceCollection services) => services.AddHealthChecks()
        .AddCheck<DatabaseHealth>(Database, tags: [Ready])
        .AddCheck<BlobHealth>(Blobs, tags: [Ready])
        .AddCheck<SchedulerHealth>(Scheduler, tags: [Ready])
        .AddCheck<DiskHealth>(Disk, tags: [Ready])
        .AddCheck<EngineHealth>(Engine, tags: [Ready])
        .AddCheck<SignerHealth>(Signer, tags: [Ready]);

    public static string NameOf(string check) => check switch
    {
        Database => "Database",
        Blobs => "Store of models and updates",
        Scheduler => "Scheduler",
        Disk => "Disk space",
        Engine => "Engine of hosted institutions",
        Signer => "Signature of the audit log",
        _ => check,
    };

    public static string TitleOf(string check, HealthStatus status) => $"{NameOf(check)}: {(status == HealthStatus.Degraded ? "works in part" : "does not work")}";

    /// <summary>What to do when it does not work.</summary>
    public static string AdviceOf(string check) => check switch
    {
        Database => "See whether the database server runs and the disk is writable. The portal goes on by itself once it answers.",
        Blobs => "See whether the folder blobs of the data directory belongs to the portal's user and its disk is neither full nor read-only.",
        Scheduler => "Restart the portal: rounds and imports go on where they were.",
        Disk => "Make room on the disk of the data directory, or let less be kept.",
        Engine => "Run ./fedportal build, or set Portal:SiteProgram. Institutions with machines of their own are not affected.",
        Signer => "Put the folder keys of the data directory back from a backup: without it the signing key cannot be opened.",
        _ => "",
    };
}
