namespace FedPortal.Api;

/// <summary>Why a request of the people's API is refused, in words for whoever wrote the program; answered as a problem.</summary>
internal sealed class ApiRefusal(int status, string message) : Exception(message)
{
    public const string NotThere = "There is no such thing, or it is not for your eyes.";

    public int Status => status;

    public static ApiRefusal Missing(string message = NotThere) => new(StatusCodes.Status404NotFound, message);

    public static ApiRefusal Conflict(string message) => new(StatusCodes.Status409Conflict, message);

    public static ApiRefusal Unfit(string message) => new(StatusCodes.Status422UnprocessableEntity, message);

    public static ApiRefusal Forbidden(string message) => new(StatusCodes.Status403Forbidden, message);

    /// <summary>Throws where a store gave a reason against it.</summary>
    public static void ThrowFor(string? reason)
    {
        if (reason is not null)
        {
            throw Conflict(reason);
        }
    }
}
