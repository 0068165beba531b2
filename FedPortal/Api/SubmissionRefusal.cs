namespace FedPortal.Api;

/// <summary>Why something handed in was not taken, with the HTTP status that says whether trying again can help.</summary>
internal sealed class SubmissionRefusal(int status, string reason) : Exception(reason)
{
    public int Status { get; } = status;

    /// <summary>The message contradicts the session or what is stored.</summary>
    public static SubmissionRefusal Conflict(string reason) => new(StatusCodes.Status409Conflict, reason);

    /// <summary>The work is over or was given to someone else.</summary>
    public static SubmissionRefusal Gone(string reason) => new(StatusCodes.Status410Gone, reason);

    /// <summary>The content is not what it must be.</summary>
    public static SubmissionRefusal Unusable(string reason) => new(StatusCodes.Status422UnprocessableEntity, reason);
}
