namespace FedPortal.Training.Protocol;

/// <summary>Addresses that a hospital's own site program uses beside <see cref="SiteRoutes"/>: over HTTPS, from the portal's site port only.</summary>
public static class EnrolmentRoutes
{
    /// <summary>Version of the protocol; site and portal must agree.</summary>
    public const int Protocol = 1;

    /// <summary>GET: <see cref="AuthorityMessage"/>. Open to all: it is public, and a site checks it against the fingerprint in its token.</summary>
    public const string Authority = SiteRoutes.Root + "/authority";

    /// <summary>POST <see cref="EnrolmentRequest"/>: <see cref="EnrolmentAnswer"/>. With <c>?wait=</c> seconds it waits for the admin's decision.</summary>
    public const string Enrolment = SiteRoutes.Root + "/enrolment";

    /// <summary>POST <see cref="RenewalRequest"/>: <see cref="CertificateMessage"/>. From here on the client certificate is asked for.</summary>
    public const string Certificate = SiteRoutes.Root + "/certificate";

    /// <summary>GET <c>?kind=</c><see cref="WorkKinds"/><c>&amp;wait=</c> seconds: <see cref="WorkMessage"/>, or 204 when there is nothing to do.</summary>
    public const string Work = SiteRoutes.Root + "/work";

    /// <summary>GET: <see cref="StandingMessage"/>.</summary>
    public const string Standing = SiteRoutes.Root + "/standing";

    /// <summary>PUT <see cref="DatasetMessage"/>: registers what is known of a data set; images stay.</summary>
    public const string Datasets = SiteRoutes.Root + "/datasets";

    /// <summary>GET: <see cref="DuplicateKeyMessage"/>.</summary>
    public const string DuplicateKey = SiteRoutes.Root + "/duplicate-key";

    /// <summary>Header of every request of a site program: the protocol it speaks.</summary>
    public const string ProtocolHeader = "X-FedPortal-Protocol";

    /// <summary>Header of every request of a site program: the version of the program.</summary>
    public const string ProgramHeader = "X-FedPortal-Program";

    /// <summary>Longest time in seconds that the portal holds a waiting request.</summary>
    public const int LongestWaitSeconds = 60;
}

/// <summary>What a site asks work of. It runs one of each kind at a time.</summary>
public static class WorkKinds
{
    /// <summary>Training and evaluating; bound to the policy's hours.</summary>
    public const string Computing = "computing";

    /// <summary>Short answers that others wait for.</summary>
    public const string Answering = "answering";
}
