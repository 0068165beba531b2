using System.Threading.RateLimiting;
using FedPortal.Identity;

namespace FedPortal.Api;

/// <summary>How often one token may ask. Addresses have a limit of their own before anything is looked up.</summary>
internal sealed class ApiRate(IConfiguration configuration) : IDisposable
{
    public const int UsualPerMinute = 600;

    private readonly PartitionedRateLimiter<Guid> _limiter = PartitionedRateLimiter.Create<Guid, string>(token =>
        SignInLimit.PerMinute(token.ToString(), PerMinuteOf(configuration)));

    public int PerMinute => PerMinuteOf(configuration);

    public bool Allows(Guid token)
    {
        using RateLimitLease lease = _limiter.AttemptAcquire(token);
        return lease.IsAcquired;
    }

    public void Dispose() => _limiter.Dispose();

    private static int PerMinuteOf(IConfiguration configuration) => configuration.GetValue("Api:RequestsPerMinute", UsualPerMinute);
}
