using System.Security.Claims;
using System.Text.Json.Serialization;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Identity;
using FedPortal.Jobs;
using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>What shall become of one image in the next version of its data set; an empty one takes an earlier decision back.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ChangeImage : IApiRequest
{
    /// <summary>The class it should have; null leaves it.</summary>
    public string? Label { get; init; }

    /// <summary>True takes the image out.</summary>
    public bool IsRemoved { get; init; }

    /// <summary>Parts to blacken, in pixels.</summary>
    public IReadOnlyList<ImageRegion> Masks { get; init; } = [];
}

/// <summary>What a person found who looked at the writing in an image.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record JudgeImage : IApiRequest
{
    /// <summary>True when it names nobody.</summary>
    public required bool IsHarmless { get; init; }
}

/// <summary>A folder on the portal's machine.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ImportFolder : IApiRequest
{
    public required Guid InstitutionId { get; init; }

    public required string Name { get; init; }

    /// <summary>Folder per class, or with a manifest.csv.</summary>
    public required string Folder { get; init; }
}

/// <summary>Until when a data set may be used.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record AcceptTerms : IApiRequest
{
    /// <summary>The version of the text that was read: it must be the present one.</summary>
    public required string Version { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>Data sets: what is known of them, their versions, and their terms of use. Uploads are beside them.</summary>
internal static class DatasetEndpoints
{
    public static void MapDatasetApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapApi("Data sets");
        api.MapGet("/datasets", ListAsync).Named("listDatasets", "List the data sets that you may see.");
        api.MapGet("/datasets/{id:guid}", GetAsync).Named("getDataset", "Read one data set with its quality report.");
        api.MapGet("/datasets/{id:guid}/versions", async (Guid id, ClaimsPrincipal user, DatasetStore store, CancellationToken ct) =>
        {
            await FindAsync(id, user, store, ct);
            return TypedResults.Ok(await store.VersionsAsync(user.Viewer(), id, ct));
        }).Named("listDatasetVersions", "List all versions of a data set, oldest first.");
        api.MapGet("/datasets/{id:guid}/shared-images", async (Guid id, ClaimsPrincipal user, DatasetStore store, CancellationToken ct) =>
        {
            await FindAsync(id, user, store, ct);
            return TypedResults.Ok(await store.SharedAsync(user.Viewer(), id, ct));
        }).Named("countSharedImages", "Count images that a data set shares with those of other institutions.");

        RouteGroupBuilder bring = endpoints.MapApi("Data sets", Policies.BringData);
        endpoints.MapApi("Data sets", Policies.RunStudies).MapPost("/datasets/import", ImportAsync).Makes()
            .Named("importFolder", "Make a data set of a hosted institution from a folder that the portal's machine can read; its import is a job.");
        bring.MapPut("/datasets/{id:guid}/images/{index:int}/change", ChangeAsync).Moves().Named("changeImage", "Draft a change of one image: another label, taken out, or parts blackened.");
        bring.MapPut("/datasets/{id:guid}/images/{index:int}/judgement", JudgeAsync).Moves().Named("judgeImage", "Say that the writing in an image names nobody, or take that back.");
        bring.MapDelete("/datasets/{id:guid}/draft", DiscardAsync).Moves().Named("discardDatasetDraft", "Throw the drafted changes of a data set away.");
        bring.MapPost("/datasets/{id:guid}/revise", ReviseAsync).MovesAndMakes().Named("reviseDataset", "Make the next version of a data set from its drafted changes.");
        bring.MapPut("/datasets/{id:guid}/terms", AcceptAsync).Moves().Named("acceptTerms", "Accept the terms of use of a data set.");
        bring.MapDelete("/datasets/{id:guid}/terms", EndAsync).Moves().Named("endTerms", "End the use of a data set: no new study names it.");
    }

    private static async Task<Ok<DatasetRow[]>> ListAsync(
        Guid? institution, DatasetState? state, [AsParameters] ApiPaging page, HttpContext http, ClaimsPrincipal user, DatasetStore store, CancellationToken ct) =>
        TypedResults.Ok(page.Of(http, [.. (await store.ListAsync(user.Viewer(), institution, ct)).Where(row => state is null || row.State == state)], row => row.Id.ToString()));

    private static async Task<Created<ApiMade>> ImportAsync(ImportFolder body, ClaimsPrincipal user, InstitutionStore institutions, DatasetIntake intake, CancellationToken ct)
    {
        InstitutionRow institution = (await institutions.FindAsync(user.Viewer(), body.InstitutionId, ct)).OrMissing();
        if (!institution.IsHosted)
        {
            throw ApiRefusal.Conflict($"{institution.Name} has a machine of its own: its images are imported there and never come here.");
        }

        if (string.IsNullOrWhiteSpace(body.Name) || !Directory.Exists(body.Folder))
        {
            throw ApiRefusal.Unfit(string.IsNullOrWhiteSpace(body.Name) ? "A data set needs a name." : "The portal's machine has no such folder.");
        }

        Guid made = await intake.FromFolderAsync(body.Name, institution.Id, body.Folder, hospital: null, seed: 1, user.Actor(), ct);
        return TypedResults.Created($"{UserEndpoints.Root}/datasets/{made}", new ApiMade(made));
    }

    private static async Task<Ok<DatasetDetail>> GetAsync(Guid id, HttpContext http, ClaimsPrincipal user, DatasetStore store, CancellationToken ct) =>
        TypedResults.Ok(http.Tagged(WithoutImages(await FindAsync(id, user, store, ct))));

    private static Task<Ok<DatasetDetail>> ChangeAsync(
        Guid id, int index, ChangeImage body, HttpContext http, ClaimsPrincipal user, DatasetStore store, DatasetImages images, CancellationToken ct) =>
        EditAsync(id, http, user, store, dataset =>
        {
            RequireImage(dataset, index);
            return images.DecideAsync(id, new DatasetChange(index) { Label = body.Label, IsRemoved = body.IsRemoved, Masks = body.Masks }, user.Actor(), ct);
        }, ct);

    private static Task<Ok<DatasetDetail>> JudgeAsync(
        Guid id, int index, JudgeImage body, HttpContext http, ClaimsPrincipal user, DatasetStore store, DatasetImages images, CancellationToken ct) =>
        EditAsync(id, http, user, store, dataset =>
        {
            RequireImage(dataset, index);
            return images.JudgeAsync(id, index, body.IsHarmless, user.Actor(), ct);
        }, ct);

    private static Task<Ok<DatasetDetail>> DiscardAsync(Guid id, HttpContext http, ClaimsPrincipal user, DatasetStore store, DatasetImages images, CancellationToken ct) =>
        EditAsync(id, http, user, store, _ => images.DiscardAsync(id, user.Actor(), ct), ct);

    private static async Task<Created<ApiMade>> ReviseAsync(Guid id, HttpContext http, ClaimsPrincipal user, DatasetStore store, DatasetIntake intake, CancellationToken ct)
    {
        RequireNewest(await OwnAsync(id, http, user, store, ct));
        Guid next = await intake.ReviseAsync(id, user.Actor(), ct);
        return TypedResults.Created($"{UserEndpoints.Root}/datasets/{next}", new ApiMade(next));
    }

    private static async Task<Ok<DatasetDetail>> AcceptAsync(Guid id, AcceptTerms body, HttpContext http, ClaimsPrincipal user, DatasetStore store, DatasetImages images, CancellationToken ct)
    {
        if (body.Version != DataUseTerms.CurrentVersion)
        {
            throw ApiRefusal.Unfit($"The terms of use are version {DataUseTerms.CurrentVersion}, but you accept version {body.Version}.");
        }

        await OwnAsync(id, http, user, store, ct);
        await images.AcceptTermsAsync(id, body.ExpiresAt, user.Actor(), ct);
        return await GetAsync(id, http, user, store, ct);
    }

    private static async Task<Ok<DatasetDetail>> EndAsync(Guid id, HttpContext http, ClaimsPrincipal user, DatasetStore store, DatasetImages images, CancellationToken ct)
    {
        await OwnAsync(id, http, user, store, ct);
        await images.WithdrawTermsAsync(id, user.Actor(), ct);
        return await GetAsync(id, http, user, store, ct);
    }

    private static async Task<Ok<DatasetDetail>> EditAsync(Guid id, HttpContext http, ClaimsPrincipal user, DatasetStore store, Func<DatasetDetail, Task> edit, CancellationToken ct)
    {
        DatasetDetail dataset = await OwnAsync(id, http, user, store, ct);
        RequireNewest(dataset);
        await edit(dataset);
        return await GetAsync(id, http, user, store, ct);
    }

    private static async Task<DatasetDetail> OwnAsync(Guid id, HttpContext http, ClaimsPrincipal user, DatasetStore store, CancellationToken ct)
    {
        DatasetDetail dataset = await FindAsync(id, user, store, ct);
        if (!PortalClaims.MayBringDataFor(user, dataset.Row.InstitutionId))
        {
            throw ApiRefusal.Forbidden("Only an admin and the institution's own coordinators decide about its data sets.");
        }

        http.RequireMatch(WithoutImages(dataset));
        return dataset;
    }

    private static void RequireNewest(DatasetDetail dataset)
    {
        if (!dataset.Row.IsNewest)
        {
            throw ApiRefusal.Conflict($"A later version than {dataset.Row.Version} of '{dataset.Row.Name}' exists; change that one.");
        }
    }

    private static void RequireImage(DatasetDetail dataset, int index)
    {
        int count = dataset.Classes.Sum(c => c.Total);
        if (index < 0 || index >= count)
        {
            throw ApiRefusal.Missing($"Expected an image from 0 to {count - 1} but got {index}.");
        }
    }

    private static async Task<DatasetDetail> FindAsync(Guid id, ClaimsPrincipal user, DatasetStore store, CancellationToken ct) => (await store.FindAsync(user.Viewer(), id, ct)).OrMissing();

    // The report carries small pictures; those have an endpoint of their own that asks who may see them.
    private static DatasetDetail WithoutImages(DatasetDetail dataset) => dataset is not { QualityReportJson: { } json } ? dataset : dataset with
    {
        QualityReportJson = (QualityReport.FromJson(json).WithoutNames() with { Thumbnails = [] }).ToJson(),
    };
}
