using System.Security.Claims;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Training.Datasets;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>Read access for programs of signed-in users: the same view models, and so the same numbers, as on the pages.</summary>
internal static class UserEndpoints
{
    public const string Root = "/api/v1";
    private const int PageSize = 100;

    public static void MapUserApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapGroup(Root).RequireAuthorization();
        api.MapGet("/institutions", async (ClaimsPrincipal user, InstitutionStore store, CancellationToken ct) =>
            TypedResults.Ok(await store.ListAsync(PortalClaims.ViewerOf(user), ct)));
        api.MapGet("/institutions/{id:guid}", async (Guid id, ClaimsPrincipal user, InstitutionStore store, CancellationToken ct) =>
            Found(await store.FindAsync(PortalClaims.ViewerOf(user), id, ct)));
        api.MapGet("/institutions/{id:guid}/withdrawal", WithdrawalAsync);
        api.MapGet("/datasets", async (Guid? institution, ClaimsPrincipal user, DatasetStore store, CancellationToken ct) =>
            TypedResults.Ok(await store.ListAsync(PortalClaims.ViewerOf(user), institution, ct)));
        api.MapGet("/datasets/{id:guid}", async (Guid id, ClaimsPrincipal user, DatasetStore store, CancellationToken ct) =>
            Found(WithoutImages(await store.FindAsync(PortalClaims.ViewerOf(user), id, ct))));
        api.MapGet("/studies", async (StudyStore store, CancellationToken ct) => TypedResults.Ok(await store.ListAsync(ct)));
        api.MapGet("/studies/{id:guid}", async (Guid id, ClaimsPrincipal user, StudyStore store, CancellationToken ct) =>
            Found(await store.FindAsync(PortalClaims.ViewerOf(user), id, ct)));
        api.MapGet("/studies/{id:guid}/evaluations", async (Guid id, ClaimsPrincipal user, RoundStore store, CancellationToken ct) =>
            TypedResults.Ok(await store.EvaluationsAsync(PortalClaims.ViewerOf(user), id, ct)));
        api.MapGet("/studies/{id:guid}/models", async (Guid id, RoundStore store, CancellationToken ct) => TypedResults.Ok(await store.ModelsAsync(id, ct)));
        api.MapGet("/studies/{id:guid}/models/{version:int}", ModelAsync).RequireAuthorization(Policies.RunStudies);
        api.MapGet("/studies/{id:guid}/rounds/{number:int}", async (Guid id, int number, ClaimsPrincipal user, RoundStore store, CancellationToken ct) =>
            Found(await store.FindAsync(PortalClaims.ViewerOf(user), id, number, ct)));
        api.MapGet("/rounds", RoundsAsync);
        api.MapGet("/rounds/{id:guid}", async (Guid id, ClaimsPrincipal user, RoundStore store, CancellationToken ct) =>
            Found(await store.FindAsync(PortalClaims.ViewerOf(user), id, ct)));
        api.MapGet("/rounds/{id:guid}/timings", async (Guid id, ClaimsPrincipal user, RoundStore store, CancellationToken ct) =>
            Found(await store.TimingsAsync(PortalClaims.ViewerOf(user), id, ct)));
        api.MapGet("/keys", async (InstitutionKeyStore store, CancellationToken ct) => TypedResults.Ok(await store.ListAsync(ct)));
        api.MapGet("/ledgers", async (Guid? study, ClaimsPrincipal user, LedgerStore store, CancellationToken ct) =>
            TypedResults.Ok(await store.ListAsync(PortalClaims.ViewerOf(user), study, ct)));
        api.MapGet("/studies/{id:guid}/ledgers/{institution:guid}", async Task<Results<ContentHttpResult, NotFound>> (Guid id, Guid institution, ClaimsPrincipal user, LedgerStore store, CancellationToken ct) =>
            await store.LinesAsync(PortalClaims.ViewerOf(user), id, institution, ct) is { } lines
                ? TypedResults.Text(string.Concat(lines.Select(line => line + "\n")), "application/x-ndjson")
                : TypedResults.NotFound());
        api.MapGet("/audit", async (Guid? subject, int? skip, ClaimsPrincipal user, AuditStore store, CancellationToken ct) =>
            TypedResults.Ok(await store.ListAsync(PortalClaims.ViewerOf(user), subject, Math.Max(0, skip ?? 0), PageSize, ct)));
    }

    private static async Task<Results<FileContentHttpResult, NotFound>> WithdrawalAsync(Guid id, ClaimsPrincipal user, WithdrawalStore store, CancellationToken ct) =>
        await store.RecordAsync(PortalClaims.ViewerOf(user), id, ct) is { } record
            ? TypedResults.File(System.Text.Encoding.UTF8.GetBytes(record), "application/json", $"withdrawal-{id}.json")
            : TypedResults.NotFound();

    private static async Task<Ok<IReadOnlyList<RoundRow>>> RoundsAsync(Guid? study, int? skip, RoundStore store, CancellationToken ct) =>
        TypedResults.Ok(await store.ListAsync(study, Math.Max(0, skip ?? 0), PageSize, ct));

    private static async Task<Results<PhysicalFileHttpResult, NotFound>> ModelAsync(
        Guid id, int version, RoundStore store, BlobStore blobs, CancellationToken ct)
    {
        ModelRow? model = (await store.ModelsAsync(id, ct)).FirstOrDefault(m => m.Version == version);
        return model is null
            ? TypedResults.NotFound()
            : TypedResults.PhysicalFile(blobs.PathOf(model.BlobHash), "application/octet-stream", $"model-{version}.safetensors");
    }

    // The report carries small pictures; those have an endpoint of their own that asks who may see them.
    private static DatasetDetail? WithoutImages(DatasetDetail? dataset) => dataset is not { QualityReportJson: { } json } ? dataset : dataset with
    {
        QualityReportJson = (QualityReport.FromJson(json).WithoutNames() with { Thumbnails = [] }).ToJson(),
    };

    private static Results<Ok<T>, NotFound> Found<T>(T? view)
        where T : class => view is null ? TypedResults.NotFound() : TypedResults.Ok(view);
}
