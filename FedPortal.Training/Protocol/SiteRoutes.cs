namespace FedPortal.Training.Protocol;

/// <summary>Addresses and headers of the protocol between a site program and the portal, version 2.</summary>
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

    /// <summary>PUT, a <see cref="SubmissionFile"/> with <see cref="AttackHeader"/>.</summary>
    public const string Attack = Root + "/attack";

    /// <summary>PUT, a <see cref="SubmissionFile"/> with <see cref="PredictionsHeader"/>, for a robustness test.</summary>
    public const string Robustness = Root + "/robustness";

    /// <summary>POST <see cref="FailureMessage"/>: the attempt ended without a result.</summary>
    public const string Failure = Root + "/failure";

    /// <summary>PUT: this site's public card, once.</summary>
    public const string Identity = Root + "/identity";

    /// <summary>PUT: the sealed shares of the one-time key, one envelope after another in the order of the helpers.</summary>
    public const string Shares = Root + "/shares";

    /// <summary>GET: <see cref="UploadStatus"/>. PATCH: the next chunk of the encrypted update, at <see cref="OffsetHeader"/>.</summary>
    public const string Upload = Root + "/upload";

    /// <summary>POST <see cref="ProtectedUpdateMessage"/>: the upload is whole.</summary>
    public const string ProtectedUpdate = Root + "/protected-update";

    /// <summary>GET: <see cref="LedgerReceipt"/> of what the portal holds. POST <see cref="LedgerMessage"/>: new lines.</summary>
    public const string Ledger = Root + "/ledger";

    /// <summary>GET: <see cref="UnlockMessage"/>. POST <see cref="AnswerMessage"/>.</summary>
    public const string Unlock = Root + "/unlock";

    /// <summary>Where a chunk begins in the upload, in bytes.</summary>
    public const string OffsetHeader = "X-Upload-Offset";

    /// <summary>Greatest length of a chunk.</summary>
    public const int MaxChunkBytes = 8 << 20;

    /// <summary>SHA-256 of a request's body, lower-case hex; every PUT carries it.</summary>
    public const string HashHeader = "X-Content-SHA256";
}
