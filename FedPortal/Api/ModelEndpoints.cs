using System.Security.Claims;
using System.Text;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Models;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>Model versions for programs, their cards, and the files of released ones.</summary>
internal static class ModelEndpoints
{
    private const string Version = "/models/{study:guid}/{version:int}";

    public static void MapModelApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapGroup(UserEndpoints.Root).RequireAuthorization();
        api.MapGet("/models", async (Guid? study, ModelStore store, CancellationToken ct) => TypedResults.Ok(await store.ListAsync(study, ct)));
        api.MapGet(Version, async Task<IResult> (Guid study, int version, ClaimsPrincipal user, ModelStore store, CancellationToken ct) =>
            await store.FindAsync(PortalClaims.ViewerOf(user), study, version, ct) is { } model ? TypedResults.Json(ModelCardDocument.Json(model)) : TypedResults.NotFound());
        api.MapGet(Version + "/card.json", CardJsonAsync);
        api.MapGet(Version + "/card.md", CardMarkdownAsync);
        api.MapGet(Version + "/file", FileAsync);
        api.MapGet(Version + "/file.onnx", OnnxAsync);
    }

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
            TypedResults.PhysicalFile(blobs.PathOf(model.BlobHash), "application/octet-stream", $"model-{version}.safetensors")), ct);

    private static Task<IResult> OnnxAsync(Guid study, int version, ClaimsPrincipal user, ModelStore store, AuditStore audit, CancellationToken ct) =>
        DownloadAsync(study, version, "ONNX", user, store, audit, async _ => TypedResults.File(
            await store.OnnxAsync(study, version, ct), "application/octet-stream", $"model-{version}.onnx"), ct);

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
