using System.Security.Cryptography;
using System.Text.Json;

namespace FedPortal.Api;

/// <summary>Entity tags: of what the reader saw, so that a decision can be bound to it.</summary>
internal static class ApiTags
{
    /// <summary>Gives the answer its tag.</summary>
    public static T Tagged<T>(this HttpContext http, T view)
    {
        http.Response.Headers.ETag = TagOf(view);
        return view;
    }

    /// <summary>Goes on only where the caller's If-Match is this view's tag, or is not there.</summary>
    /// <exception cref="ApiRefusal">It is another's: 412.</exception>
    public static void RequireMatch<T>(this HttpContext http, T view)
    {
        string tag = TagOf(view);
        string asked = http.Request.Headers.IfMatch.ToString();
        if (asked.Length > 0 && asked != "*" && !asked.Split(',', StringSplitOptions.TrimEntries).Contains(tag, StringComparer.Ordinal))
        {
            throw new ApiRefusal(StatusCodes.Status412PreconditionFailed, $"It changed after you read it: expected {tag} but If-Match was {asked}. Nothing was done.");
        }
    }

    private static string TagOf<T>(T view) => $"\"{Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(view, JsonSerializerOptions.Web)))[..24]}\"";
}
