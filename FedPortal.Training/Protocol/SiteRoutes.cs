namespace FedPortal.Training.Protocol;

/// <summary>Addresses and headers of the protocol between a site program and the portal, version 1.</summary>
public static class SiteRoutes
{
    public const string Root = "/api/site/v1";

    /// <summary>POST <see cref="JoinRequest"/>: exchanges the one-time token for a session.</summary>
    public const string Session = Root + "/session";

    /// <summary>GET: <see cref="AssignmentMessage"/>.</summary>
    public const string Assignment = Root + "/assignment";

    /// <summary>GET, followed by the SHA-256: a global model as safetensors.</summary>
    public const string Models = Root + "/models";

    /// <summary>POST <see cref="ProgressMessage"/>: shows progress and renews the lease.</summary>
    public const string Progress = Root + "/progress";

    /// <summary>PUT, a <see cref="SubmissionFile"/> with <see cref="ModelHeader"/>.</summary>
    public const string FirstModel = Root + "/model";

    /// <summary>PUT, a <see cref="SubmissionFile"/> with <see cref="UpdateHeader"/>.</summary>
    public const string Update = Root + "/update";

    /// <summary>PUT, a <see cref="SubmissionFile"/> with <see cref="PredictionsHeader"/>.</summary>
    public const string Evaluation = Root + "/evaluation";

    /// <summary>POST <see cref="FailureMessage"/>: the attempt ended without a result.</summary>
    public const string Failure = Root + "/failure";

    /// <summary>SHA-256 of a request's body, lower-case hex; every PUT carries it.</summary>
    public const string HashHeader = "X-Content-SHA256";
}
