using FedPortal.Tests.Support;

namespace FedPortal.Tests.Portal;

/// <summary>A portal that waits for nobody and whose clock a test can move.</summary>
public sealed class ProtectedHost : PortalHost
{
    internal ShiftableClock Clock { get; } = new();

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("Portal:UnlockGraceSeconds", "0");
        builder.UseSetting("Portal:RetrySeconds", "0.1");
        builder.UseSetting("Portal:MaxAttempts", "1");
        builder.UseSetting("Portal:MaxUploads", "2");
        builder.ConfigureServices(services => services.AddSingleton<TimeProvider>(Clock));
    }
}
