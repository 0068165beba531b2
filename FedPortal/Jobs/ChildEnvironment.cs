using System.Diagnostics;

namespace FedPortal.Jobs;

/// <summary>What programs that the portal starts must not inherit: they handle uploaded images and need no way into the database.</summary>
internal static class ChildEnvironment
{
    private static readonly string[] Prefixes = ["ConnectionStrings__", "ConnectionStrings:", "PG", "FEDPORTAL_BACKUP_"];

    public static void RemoveSecrets(ProcessStartInfo child)
    {
        foreach (string name in child.Environment.Keys.Where(name => Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))).ToArray())
        {
            child.Environment.Remove(name);
        }
    }
}
