using FedPortal.Data;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs;

/// <summary>Where hosted site programs reach this portal.</summary>
internal sealed class PortalAddress(IServer server, IOptions<PortalOptions> options)
{
    public string ForSites => options.Value.SiteUrl.Length > 0 ? options.Value.SiteUrl : OwnAddress();

    private string OwnAddress()
    {
        ICollection<string> addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        string address = addresses.FirstOrDefault(a => a.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) ?? addresses.FirstOrDefault()
            ?? throw new InvalidOperationException("The portal listens on no address that a site program could use. Set Portal:SiteUrl.");
        return address.Replace("[::]", "127.0.0.1", StringComparison.Ordinal).Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)
            .Replace("//*:", "//127.0.0.1:", StringComparison.Ordinal).Replace("//+:", "//127.0.0.1:", StringComparison.Ordinal);
    }
}
