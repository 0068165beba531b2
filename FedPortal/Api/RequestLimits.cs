using Microsoft.AspNetCore.Http.Features;

namespace FedPortal.Api;

internal static class RequestLimits
{
    /// <summary>Lifts the server's limit on the body of this one request; the caller counts for itself while it reads.</summary>
    public static void LiftBodyLimit(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = null;
        }
    }
}
