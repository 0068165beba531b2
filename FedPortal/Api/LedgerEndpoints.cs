using System.Security.Claims;
using FedPortal.Data;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>The portal's copies of the institutions' privacy ledgers.</summary>
internal static class LedgerEndpoints
{
    private const string Lines = "application/x-ndjson";

    public static void MapLedgerApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder api = endpoints.MapApi("Ledgers");
        api.MapGet("/ledgers", ListAsync).Named("listLedgers", "List the ledger copies that you may see.");
        api.MapGet("/studies/{id:guid}/ledgers/{institution:guid}", LinesAsync).Produces(StatusCodes.Status200OK, contentType: Lines)
            .Named("getLedgerLines", "Read an institution's ledger in a study, line by line.");
    }

    private static async Task<Ok<LedgerCopyRow[]>> ListAsync(Guid? study, [AsParameters] ApiPaging page, HttpContext http, ClaimsPrincipal user, LedgerStore store, CancellationToken ct) =>
        TypedResults.Ok(page.Of(http, await store.ListAsync(user.Viewer(), study, ct), row => row.LedgerId));

    private static async Task<ContentHttpResult> LinesAsync(Guid id, Guid institution, ClaimsPrincipal user, LedgerStore store, CancellationToken ct)
    {
        IReadOnlyList<string> lines = (await store.LinesAsync(user.Viewer(), id, institution, ct)).OrMissing();
        return TypedResults.Text(string.Concat(lines.Select(line => line + "\n")), Lines);
    }
}
