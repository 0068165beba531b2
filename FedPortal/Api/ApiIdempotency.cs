using System.Security.Cryptography;
using System.Text;
using FedPortal.Data;

namespace FedPortal.Api;

/// <summary>
/// Lets a POST that makes something be repeated safely: with the same <c>Idempotency-Key</c> and the same content the first answer comes again. Only
/// answers that made something are remembered; a refused request may be sent again.
/// </summary>
internal sealed class ApiIdempotency(IdempotencyStore store)
{
    public const string Header = "Idempotency-Key";
    public const string ReplayHeader = "Idempotent-Replayed";
    private const int LongestRequest = 1 << 20;

    public async Task PassAsync(HttpContext http, string key, RequestDelegate next)
    {
        if (key.Length is < 1 or > IdempotentRequest.KeyLength || key.Any(letter => letter is < '!' or > '~'))
        {
            await ApiProblems.WriteAsync(http, StatusCodes.Status400BadRequest, $"An {Header} has 1 to {IdempotentRequest.KeyLength} visible ASCII characters, but this one has {key.Length} or others.");
            return;
        }

        Guid user = http.User.UserId();
        IdempotencyClaim claim = await store.ClaimAsync(user, key, await HashOfAsync(http), http.RequestAborted);
        if (claim.IsMine)
        {
            await WorkAsync(http, user, key, next);
        }
        else
        {
            await RepeatAsync(http, key, claim);
        }
    }

    private async Task WorkAsync(HttpContext http, Guid user, string key, RequestDelegate next)
    {
        Stream body = http.Response.Body;
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        bool isDone = false;
        try
        {
            await next(http);
            if (isDone = http.Response.StatusCode is >= 200 and < 300)
            {
                // Whatever the caller does now: it is made, and has to be known as made.
                await store.AnswerAsync(user, key, http.Response.StatusCode, http.Response.Headers.Location, Encoding.UTF8.GetString(answer.ToArray()), CancellationToken.None);
            }
        }
        finally
        {
            http.Response.Body = body;
            if (!isDone)
            {
                await store.ForgetAsync(user, key, CancellationToken.None);
            }
        }

        answer.Position = 0;
        await answer.CopyToAsync(body, http.RequestAborted);
    }

    private static Task RepeatAsync(HttpContext http, string key, IdempotencyClaim claim)
    {
        if (claim.IsOther)
        {
            return ApiProblems.WriteAsync(http, StatusCodes.Status422UnprocessableEntity, $"The {Header} '{key}' was used at {claim.BegunAt:u} for another request; choose a new one.");
        }

        if (claim.Status is not { } status)
        {
            http.Response.Headers.RetryAfter = "2";
            return ApiProblems.WriteAsync(http, StatusCodes.Status409Conflict,
                $"A request with the {Header} '{key}' began at {claim.BegunAt:u} and has no answer yet. Where that does not change, it was cut off: look whether the thing is there, then choose a new key.");
        }

        http.Response.StatusCode = status;
        http.Response.Headers[ReplayHeader] = "true";
        http.Response.Headers.Location = claim.Location;
        http.Response.ContentType = "application/json; charset=utf-8";
        return http.Response.WriteAsync(claim.Answer, http.RequestAborted);
    }

    private static async Task<string> HashOfAsync(HttpContext http)
    {
        http.Request.EnableBuffering(LongestRequest, LongestRequest);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}\n"));
        byte[] buffer = new byte[8192];
        int read;
        while ((read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0)
        {
            hash.AppendData(buffer, 0, read);
        }

        http.Request.Body.Position = 0;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
