using System.Security.Claims;
using System.Text;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Training.Comparison;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

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
        Map(api, "json", "application/json", ComparisonExport.Json);
        Map(api, "csv", "text/csv; charset=utf-8", ComparisonExport.Csv);
        Map(api, "md", "text/markdown; charset=utf-8", ComparisonExport.Markdown);
    }

    private static void Map(RouteGroupBuilder api, string form, string type, Func<ComparisonReport, string> write) =>
        api.MapGet($"{One}/report.{form}", async Task<Results<FileContentHttpResult, NotFound>> (Guid comparison, ClaimsPrincipal user, ComparisonStore store, CancellationToken ct) =>
            await store.FindAsync(PortalClaims.ViewerOf(user), comparison, ct) is { Report: { } report }
                ? TypedResults.File(Encoding.UTF8.GetBytes(write(report)), type, $"comparison.{form}")
                : TypedResults.NotFound())
            .Produces(StatusCodes.Status200OK, contentType: type.Split(';')[0]).Named($"downloadComparison{char.ToUpperInvariant(form[0])}{form[1..]}", $"Download the table of a comparison as {form}.");
}
