using FedPortal.Site.CommandLine;
using FedPortal.Site.Hosted;

namespace FedPortal.Site.Enrolment;

/// <summary>What went wrong with the connection, in one line for a person.</summary>
internal static class PortalTrouble
{
    public static string Words(HttpRequestException away) => $"The portal cannot be reached: {away.InnerException?.Message ?? away.Message}";

    /// <exception cref="CommandException">The portal refused or is away.</exception>
    public static async Task<T> TranslatedAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (PortalRefusedException refusal)
        {
            throw new CommandException(refusal.Message);
        }
        catch (HttpRequestException away)
        {
            throw new CommandException(Words(away));
        }
    }
}
