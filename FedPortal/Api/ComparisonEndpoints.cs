using System.Security.Claims;
using System.Text;
using System.Text.Json.Serialization;
using FedPortal.Comparisons;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs;
using FedPortal.Training.Comparison;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>What to compare, on what, with which budget; what is left out is as with the page's one click.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record StartComparison : IApiRequest
{
    /// <summary>Synthetic images to train on; null compares on data sets.</summary>
    public int? Phantoms { get; init; }

    /// <summary>Ready data sets that lie at this portal, one of each institution. With none and no phantoms the usual comparison is run.</summary>
    public IReadOnlyList<Guid> Datasets { get; init; } = [];

    /// <summary>Must be true where images of patients are among them: their institutions have agreed to this comparison.</summary>
    public bool InstitutionsAgreed { get; init; }

    /// <summary>Names of methods; null for all that may be run on these images.</summary>
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>Width and height that networks see.</summary>
    public int ImageSize { get; init; } = ComparisonOrder.Usual.ImageSize;

    public int Rounds { get; init; } = ComparisonOrder.Usual.Rounds;

    /// <summary>Local epochs of a round.</summary>
    public int Epochs { get; init; } = ComparisonOrder.Usual.Epochs;

    /// <summary>Whole trainings with other seeds.</summary>
    public int Repeats { get; init; } = ComparisonOrder.Usual.Repeats;
}

/// <summary>Comparisons for programs, and their tables as files. Everybody who is signed in may read; a coordinator sees of data sets what <see cref="Viewer"/> lets through.</summary>
internal static class ComparisonEndpoints
{
    private const string One = "/comparisons/{comparison:guid}";
    private const int MostRows = 100;

    public static void MapComparisonApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapApi("Comparisons");
        api.MapGet("/comparisons", async (ClaimsPrincipal user, ComparisonStore store, CancellationToken ct) =>
            TypedResults.Ok(await store.ListAsync(PortalClaims.ViewerOf(user), MostRows, ct))).Named("listComparisons", "List comparisons of methods, newest first.");
        api.MapGet(One, async (Guid comparison, HttpContext http, ClaimsPrincipal user, ComparisonStore store, CancellationToken ct) =>
            TypedResults.Ok(http.Tagged(await FindAsync(comparison, user, store, ct)))).Named("getComparison", "Read one comparison: what was asked for, how far it is, and what is measured.");

        RouteGroupBuilder run = endpoints.MapApi("Comparisons", Policies.RunStudies);
        run.MapGet("/comparisons/choices", async (ClaimsPrincipal user, ComparisonStore store, CancellationToken ct) => TypedResults.Ok(await store.ChoicesAsync(user.Viewer(), ct)))
            .Named("listComparisonChoices", "List the data sets that methods can be compared on.");
        run.MapPost("/comparisons", StartAsync).Makes().Named("startComparison", "Compare methods on synthetic images or on data sets; one comparison at a time.");
        run.MapPost(One + "/cancel", CancelAsync).Moves().Named("cancelComparison", "Stop a comparison; finished methods are kept.");
        Map(api, "json", "application/json", ComparisonExport.Json);
        Map(api, "csv", "text/csv; charset=utf-8", ComparisonExport.Csv);
        Map(api, "md", "text/markdown; charset=utf-8", ComparisonExport.Markdown);
    }

    private static async Task<Accepted<ApiMade>> StartAsync(StartComparison body, ClaimsPrincipal user, ComparisonStore store, ComparisonSchedule schedule, CancellationToken ct)
    {
        ComparisonOrder order = OrderOf(body, await store.ChoicesAsync(user.Viewer(), ct));
        if (order.Problems() is { Count: > 0 } problems)
        {
            throw ApiRefusal.Unfit(string.Join(' ', problems));
        }

        if (!body.InstitutionsAgreed && order.Sites.Any(site => !site.IsSynthetic))
        {
            throw ApiRefusal.Unfit("Images of patients are compared only where their institutions have agreed. Say so: expected institutionsAgreed = true but got false.");
        }

        Guid id = await schedule.StartAsync(order, user.Actor(), ct) ?? throw ApiRefusal.Conflict("Another comparison is under way. One at a time fills the machine.");
        return TypedResults.Accepted($"{UserEndpoints.Root}/comparisons/{id}", new ApiMade(id));
    }

    private static ComparisonOrder OrderOf(StartComparison body, IReadOnlyList<ComparisonChoice> choices)
    {
        ComparisonSite[] sites =
        [
            .. body.Datasets.Select(id => choices.FirstOrDefault(choice => choice.Site.DatasetId == id)?.Site
                ?? throw ApiRefusal.Unfit($"The data set {id} cannot be compared on: expected one of listComparisonChoices.")),
        ];
        int? phantoms = body.Phantoms ?? (sites.Length == 0 ? ComparisonOrder.Usual.Phantoms : null);
        IReadOnlyList<string> methods = body.Methods ?? (sites.All(site => site.IsSynthetic) ? ComparedMethods.Names : ComparisonOrder.MethodsForPatients);
        return new ComparisonOrder(phantoms, sites, methods, body.ImageSize, body.Rounds, body.Epochs, body.Repeats);
    }

    private static async Task<Ok<ComparisonDetail>> CancelAsync(
        Guid comparison, HttpContext http, ClaimsPrincipal user, ComparisonStore store, ComparisonSchedule schedule, CancellationToken ct)
    {
        http.RequireMatch(await FindAsync(comparison, user, store, ct));
        ApiRefusal.ThrowFor(await schedule.CancelAsync(comparison, user.Actor(), ct) ? null : "The comparison was over already.");
        return TypedResults.Ok(http.Tagged(await FindAsync(comparison, user, store, ct)));
    }

    private static async Task<ComparisonDetail> FindAsync(Guid id, ClaimsPrincipal user, ComparisonStore store, CancellationToken ct) => (await store.FindAsync(user.Viewer(), id, ct)).OrMissing();

    private static void Map(RouteGroupBuilder api, string form, string type, Func<ComparisonReport, string> write) =>
        api.MapGet($"{One}/report.{form}", async Task<Results<FileContentHttpResult, NotFound>> (Guid comparison, ClaimsPrincipal user, ComparisonStore store, CancellationToken ct) =>
            await store.FindAsync(PortalClaims.ViewerOf(user), comparison, ct) is { Report: { } report }
                ? TypedResults.File(Encoding.UTF8.GetBytes(write(report)), type, $"comparison.{form}")
                : TypedResults.NotFound())
            .Produces(StatusCodes.Status200OK, contentType: type.Split(';')[0]).Named($"downloadComparison{char.ToUpperInvariant(form[0])}{form[1..]}", $"Download the table of a comparison as {form}.");
}
