using FedPortal.Data;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs;

/// <summary>Where the hosted sites keep their things. Each institution has a home of its own; the portal itself never reads images from it, except to show thumbnails.</summary>
internal sealed class SitePlaces(IOptions<PortalOptions> options)
{
    /// <summary>The home of the consortium's own work: first models and the consortium hold-out.</summary>
    public const string Consortium = "consortium";

    /// <param name="institutionCode">Short code, or null for the consortium.</param>
    public string HomeOf(string? institutionCode) => Path.Combine(options.Value.Root, "sites", institutionCode ?? $"_{Consortium}");

    public string Uploads => Path.Combine(options.Value.Root, "uploads");
}
