using System.Security.Claims;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Models;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>Where a model version stands on its way out.</summary>
/// <param name="Release">Null where nobody began to sign.</param>
/// <param name="Evidence">Digest of what a release would be decided on now.</param>
/// <param name="Gates">What has to be passed, and what is.</param>
internal sealed record ReleaseView(
    ReleaseState? Release, bool IsCurrent, DateTimeOffset? ReleasedAt, string? WithdrawalReason, string Evidence, IReadOnlyList<Gate> Gates, IReadOnlyList<ReleaseSignatureRow> Signatures);

/// <summary>A signature that gives a model out, from a browser.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record SignRelease : IApiRequest
{
    public required SignerRole Role { get; init; }

    /// <summary>Digest of the evidence that was on the screen.</summary>
    public required string Evidence { get; init; }

    /// <summary>Needed where an attack exceeds the claim.</summary>
    public string? Reason { get; init; }

    /// <summary>The signer's password, once more; for an account without one a code of its app; empty for a signer who has just confirmed by passkey or at the organisation.</summary>
    public required string Proof { get; init; }
}

/// <summary>Model versions for programs, their cards, and the files of released ones.</summary>
internal static class ModelEndpoints
{
    private const string Version = "/models/{study:guid}/{version:int}";
    private const string Binary = "application/octet-stream";

    public static void MapModelApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapApi("Models");
        api.MapGet("/models", ListAsync).Named("listModels", "List the model versions of all studies, or of one.");
        api.MapGet(Version, async (Guid study, int version, ClaimsPrincipal user, ModelStore store, CancellationToken ct) =>
            TypedResults.Ok(ModelCardDocument.Json(await FindAsync(study, version, user, store, ct)))).Named("getModel", "Read everything known of a model version, as on its card.");
        api.MapGet(Version + "/card.json", CardJsonAsync).Produces<JsonObject>().Named("downloadModelCardJson", "Download a model card as JSON.");
        api.MapGet(Version + "/card.md", CardMarkdownAsync).Produces(StatusCodes.Status200OK, contentType: "text/markdown").Named("downloadModelCardMarkdown", "Download a model card as Markdown.");
        api.MapGet(Version + "/file", FileAsync).Produces(StatusCodes.Status200OK, contentType: Binary).ProducesProblem(StatusCodes.Status409Conflict).Named("downloadModel", "Download a model version as safetensors: a released one, or any for admins.");
        api.MapGet(Version + "/file.onnx", OnnxAsync).Produces(StatusCodes.Status200OK, contentType: Binary).ProducesProblem(StatusCodes.Status409Conflict).Named("downloadModelOnnx", "Download a model version as ONNX: a released one, or any for admins.");
        api.MapGet(Version + "/release", async (Guid study, int version, HttpContext http, ClaimsPrincipal user, ModelStore store, CancellationToken ct) =>
            TypedResults.Ok(http.Tagged(ReleaseOf(await FindAsync(study, version, user, store, ct))))).Named("getRelease", "Read whether a model version is released, and what still stands against it.");

        RouteGroupBuilder judge = endpoints.MapApi("Models", Policies.JudgeModels);
        judge.MapPost(Version + "/release/sign", SignAsync).NeedsPerson("a signature that gives a model out is a person's, who has seen the evidence in a browser.")
            .Named("signRelease", "Sign the release of a model version as admin or auditor; from a browser only.");
        judge.MapPost(Version + "/release/withdraw", (Guid study, int version, ReasonRequest body, HttpContext http, ClaimsPrincipal user, ModelStore store, ReleaseStore releases, CancellationToken ct) =>
            MoveAsync(study, version, http, user, store, () => releases.WithdrawAsync(study, version, user.Actor(), body.Reason, ct), ct)).Moves().Named("withdrawRelease", "Take a released model version back.");
        judge.MapPost(Version + "/release/roll-back", (Guid study, int version, ReasonRequest body, HttpContext http, ClaimsPrincipal user, ModelStore store, ReleaseStore releases, CancellationToken ct) =>
            MoveAsync(study, version, http, user, store, () => releases.RollBackAsync(study, version, user.Actor(), body.Reason, ct), ct)).Moves()
            .Named("rollBackToModel", "Go back to a released model version: every newer released one is taken back.");
    }

    private static async Task<Ok<ModelVersionRow[]>> ListAsync(Guid? study, ReleaseState? release, [AsParameters] ApiPaging page, HttpContext http, ModelStore store, CancellationToken ct) =>
        TypedResults.Ok(page.Of(http, [.. (await store.ListAsync(study, ct)).Where(row => release is null || row.Release == release)], row => $"{row.StudyId}/{row.Version}"));

    private static ReleaseView ReleaseOf(ModelDetail model) => new(
        model.Row.Release, model.Row.IsCurrent, model.ReleasedAt, model.WithdrawalReason, model.Evidence.Digest, model.Gates, model.Signatures);

    private static async Task<Ok<ReleaseView>> SignAsync(
        Guid study, int version, SignRelease body, HttpContext http, ClaimsPrincipal user, ModelStore store, SigningDesk desk, CancellationToken ct)
    {
        if (!SigningDesk.MaySignAs(user, body.Role))
        {
            throw ApiRefusal.Forbidden($"You do not sign as {body.Role}.");
        }

        await FindAsync(study, version, user, store, ct);
        ApiRefusal.ThrowFor((await desk.SignReleaseAsync(user, body.Proof, study, version, body.Evidence, body.Role, body.Reason, ct)).Refusal);
        return TypedResults.Ok(http.Tagged(ReleaseOf(await FindAsync(study, version, user, store, ct))));
    }

    private static async Task<Ok<ReleaseView>> MoveAsync(Guid study, int version, HttpContext http, ClaimsPrincipal user, ModelStore store, Func<Task<string?>> move, CancellationToken ct)
    {
        http.RequireMatch(ReleaseOf(await FindAsync(study, version, user, store, ct)));
        ApiRefusal.ThrowFor(await move());
        return TypedResults.Ok(http.Tagged(ReleaseOf(await FindAsync(study, version, user, store, ct))));
    }

    private static async Task<ModelDetail> FindAsync(Guid study, int version, ClaimsPrincipal user, ModelStore store, CancellationToken ct) =>
        (await store.FindAsync(user.Viewer(), study, version, ct)).OrMissing();

    private static async Task<Results<FileContentHttpResult, NotFound>> CardJsonAsync(Guid study, int version, ClaimsPrincipal user, ModelStore store, CancellationToken ct) =>
        await store.FindAsync(PortalClaims.ViewerOf(user), study, version, ct) is { } model
            ? TypedResults.File(Encoding.UTF8.GetBytes(ModelCardDocument.Json(model).ToJsonString()), "application/json", $"model-{version}-card.json")
            : TypedResults.NotFound();

    private static async Task<Results<FileContentHttpResult, NotFound>> CardMarkdownAsync(Guid study, int version, ClaimsPrincipal user, ModelStore store, CancellationToken ct) =>
        await store.FindAsync(PortalClaims.ViewerOf(user), study, version, ct) is { } model
            ? TypedResults.File(Encoding.UTF8.GetBytes(ModelCardDocument.Markdown(model)), "text/markdown; charset=utf-8", $"model-{version}-card.md")
            : TypedResults.NotFound();

    private static Task<IResult> FileAsync(
        Guid study, int version, ClaimsPrincipal user, ModelStore store, AuditStore audit, BlobStore blobs, CancellationToken ct) =>
        DownloadAsync(study, version, "safetensors", user, store, audit, model => Task.FromResult<IResult>(
            TypedResults.PhysicalFile(blobs.PathOf(model.BlobHash), Binary, $"model-{version}.safetensors")), ct);

    private static Task<IResult> OnnxAsync(Guid study, int version, ClaimsPrincipal user, ModelStore store, AuditStore audit, CancellationToken ct) =>
        DownloadAsync(study, version, "ONNX", user, store, audit, async _ => TypedResults.File(
            await store.OnnxAsync(study, version, ct), Binary, $"model-{version}.onnx"), ct);

    /// <summary>Released versions are for everybody who is signed in; others for admins, who need them to decide. Every download is an entry of the log.</summary>
    private static async Task<IResult> DownloadAsync(
        Guid study, int version, string form, ClaimsPrincipal user, ModelStore store, AuditStore audit, Func<ModelVersionRow, Task<IResult>> send, CancellationToken ct)
    {
        ModelVersionRow? model = (await store.ListAsync(study, ct)).FirstOrDefault(row => row.Version == version);
        if (model is null)
        {
            return TypedResults.NotFound();
        }

        if (model.Release != ReleaseState.Released && !user.IsInRole(Roles.Admin))
        {
            return TypedResults.Forbid();
        }

        string state = model.Release == ReleaseState.Released ? "released" : "not released";
        await audit.TellAsync(PortalClaims.NameOf(user), "study", study, $"Model version {version} ({state}, {model.BlobHash}) downloaded as {form}.", ct);
        try
        {
            return await send(model);
        }
        catch (Exception broken) when (broken is FileNotFoundException or InvalidDataException)
        {
            return TypedResults.Problem($"The file of model version {version} is missing or damaged in the portal's store.", statusCode: StatusCodes.Status409Conflict);
        }
    }
}
