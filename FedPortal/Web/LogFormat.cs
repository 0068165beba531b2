using System.Globalization;

namespace FedPortal.Web;

/// <summary>The console's log: lines for people, or with <c>Logging:Format json</c> one JSON object a line with event, named fields and scopes.</summary>
internal static class LogFormat
{
    public const string Setting = "Logging:Format";

    /// <exception cref="InvalidOperationException">The setting is neither "text" nor "json".</exception>
    public static void AddLogFormat(this WebApplicationBuilder builder)
    {
        switch (builder.Configuration[Setting]?.ToLower(CultureInfo.InvariantCulture))
        {
            case null or "" or "text":
                break;
            case "json":
                builder.Logging.AddJsonConsole(console =>
                {
                    console.IncludeScopes = true;
                    console.UseUtcTimestamp = true;
                    console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
                });
                break;
            case var other:
                throw new InvalidOperationException($"{Setting} must be text or json but is '{other}'.");
        }
    }
}
