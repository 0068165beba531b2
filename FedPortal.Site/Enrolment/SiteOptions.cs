using System.CommandLine;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Enrolment;

/// <summary>Options that the verbs of a hospital's own site share.</summary>
internal static class SiteOptions
{
    private const string HomeVariable = "FEDPORTAL_SITE_HOME";

    public static Option<string> Home() => new("--home")
    {
        HelpName = "DIR",
        Description = $"folder of this site's keys, images, ledgers and log (default: ${HomeVariable}, else ~/.fedportal-site)",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(HomeVariable) is { Length: > 0 } given
            ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".fedportal-site"),
    };

    /// <summary>The home, closed to everybody else on the machine.</summary>
    public static SiteHome Open(string path)
    {
        if (!Directory.Exists(path) && !OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new SiteHome(path);
    }
}
