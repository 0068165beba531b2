using System.Net;

namespace FedPortal.Site.Hosted;

/// <summary>The portal understood and said no; trying again cannot help.</summary>
internal sealed class PortalRefusedException(HttpStatusCode status, string reason) : Exception($"The portal refused ({(int)status}): {reason}")
{
    public HttpStatusCode Status { get; } = status;

    /// <summary>Someone else has the work now, or nobody wants it any more.</summary>
    public bool IsOver => Status is HttpStatusCode.Gone or HttpStatusCode.Unauthorized;
}
