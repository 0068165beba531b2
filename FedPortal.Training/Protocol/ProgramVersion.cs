using System.Reflection;

namespace FedPortal.Training.Protocol;

/// <summary>The version that site and portal tell each other.</summary>
public static class ProgramVersion
{
    public static string Text { get; } = typeof(ProgramVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown";

    /// <summary>What to tell a program that speaks another protocol; null when both speak the same.</summary>
    /// <param name="theirs">From <see cref="EnrolmentRoutes.ProtocolHeader"/>; null from programs that do not say.</param>
    /// <param name="program">Version of the site program, or null.</param>
    public static string? Mismatch(string? theirs, string? program)
    {
        if (theirs is null || theirs == $"{EnrolmentRoutes.Protocol}")
        {
            return null;
        }

        string remedy = int.TryParse(theirs, out int number) && number > EnrolmentRoutes.Protocol ? "Update the portal" : "Update the site program";
        return $"This portal ({Text}) speaks version {EnrolmentRoutes.Protocol} of the protocol, but the site program ({program ?? "unknown"}) speaks version {theirs}. {remedy}.";
    }
}
