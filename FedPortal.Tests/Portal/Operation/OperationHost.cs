using FedPortal.Operation.Monitoring;
using FedPortal.Tests.Support;

namespace FedPortal.Tests.Portal.Operation;

/// <summary>A portal that monitoring may read, whose alerts are left alone, and whose log is kept.</summary>
public sealed class OperationHost : PortalHost
{
    public const string Token = "a-token-of-monitoring-that-nobody-guesses";

    private readonly string _tokenFile = Path.Combine(Path.GetTempPath(), $"fedportal-metrics-{Guid.NewGuid():N}");

    internal KeptLog Log { get; } = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        File.Delete(_tokenFile);
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        File.WriteAllText(_tokenFile, Token + "\n");
        builder.UseSetting($"{MonitoringOptions.Section}:TokenFile", _tokenFile);
        builder.UseSetting("Alerts:WatchSeconds", "3600");
        builder.UseSetting("Logging:LogLevel:Default", "Trace");
        builder.UseSetting("Logging:Format", "text");
        builder.ConfigureLogging(logging =>
        {
            logging.ClearProviders();
            logging.AddProvider(Log);
        });
    }
}
