using System.Globalization;
using FedPortal.Data;
using FedPortal.Inference;
using FedPortal.Jobs.Inference;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace FedPortal.Api;

/// <summary>
/// One picture in, one answer out, for programs with a key. In this order: key (401), its study (403), quotas (429), kind of body (415), size (413),
/// a released model (503), the picture itself (422). A request counts in the quotas once key and study are right, whatever comes of it.
/// </summary>
internal static class InferenceEndpoints
{
    public const string Pattern = UserEndpoints.Root + "/inference/{study:guid}";
    private static readonly string[] Kinds = ["application/dicom", "image/png", "image/jpeg", "application/octet-stream"];

    public static void MapInferenceApi(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(Pattern, AnswerAsync).RequireAuthorization(InferenceKeys.Policy).DisableAntiforgery()
            .WithTags("Inference").Named("askModel", "Ask the released model of a study about one picture; with an inference key.").WithMetadata(new ApiTraits { TakesBytes = true, ChangesNothing = true })
            .Produces<InferenceAnswer>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422).ProducesProblem(429).ProducesProblem(503);

    private static async Task<IResult> AnswerAsync(
        Guid study, bool? attention, HttpContext http, InferenceKeyStore keys, InferenceStore store, OpinionDesk desk, IOptions<InferenceOptions> options)
    {
        CancellationToken cancellationToken = http.RequestAborted;
        InferenceKey key = InferenceKeys.Of(http);
        if (key.StudyId != study)
        {
            return TypedResults.Problem($"The key is for the study {key.StudyId} but the request is for {study}.", statusCode: StatusCodes.Status403Forbidden);
        }

        QuotaAnswer quota = await keys.TakeAsync(key.Id, cancellationToken);
        if (!quota.MayGoOn)
        {
            return Later(http, quota.Reason!, StatusCodes.Status429TooManyRequests, quota.RetryAfter);
        }

        string kind = http.Request.ContentType?.Split(';')[0].Trim() ?? "";
        if (!Kinds.Contains(kind, StringComparer.OrdinalIgnoreCase))
        {
            return TypedResults.Problem($"Expected one of the content types {string.Join(", ", Kinds)} but got '{kind}'.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        }

        if (await BodyAsync(http, options.Value.MaxBytes) is not { } file)
        {
            return TypedResults.Problem($"Expected a file of at most {options.Value.MaxBytes} bytes but it is longer.", statusCode: StatusCodes.Status413PayloadTooLarge);
        }

        if (await store.FindAsync(study, version: null, cancellationToken) is not { } model)
        {
            return TypedResults.Problem("No version of this study's model is released.", statusCode: StatusCodes.Status503ServiceUnavailable);
        }

        (PictureOpinion? opinion, InferenceOutcome? refusal) = await desk.AskAsync(model, file, isCounted: true, cancellationToken);
        return opinion is null ? ProblemOf(http, refusal!) : TypedResults.Ok(InferenceAnswer.Of(model, opinion, attention == true));
    }

    private static ProblemHttpResult ProblemOf(HttpContext http, InferenceOutcome refusal) => refusal.Problem switch
    {
        InferenceProblem.Unreadable => TypedResults.Problem(refusal.Reason, statusCode: StatusCodes.Status422UnprocessableEntity),
        InferenceProblem.TooLarge => TypedResults.Problem(refusal.Reason, statusCode: StatusCodes.Status413PayloadTooLarge),
        _ => Later(http, refusal.Reason, StatusCodes.Status503ServiceUnavailable, TimeSpan.FromSeconds(5)),
    };

    private static ProblemHttpResult Later(HttpContext http, string reason, int status, TimeSpan wait)
    {
        http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(reason, statusCode: status);
    }

    /// <returns>Null when it is longer than allowed.</returns>
    private static async Task<ReadOnlyMemory<byte>?> BodyAsync(HttpContext http, int most)
    {
        if (http.Request.ContentLength > most)
        {
            return null;
        }

        RequestLimits.LiftBodyLimit(http);
        var file = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        for (int read; (read = await http.Request.Body.ReadAsync(buffer, http.RequestAborted)) > 0;)
        {
            if (file.Length + read > most)
            {
                return null;
            }

            await file.WriteAsync(buffer.AsMemory(0, read), http.RequestAborted);
        }

        return file.GetBuffer().AsMemory(0, (int)file.Length);
    }
}
