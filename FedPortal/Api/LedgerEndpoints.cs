using System.Security.Claims;
using FedPortal.Data;
using FedPortal.Reports;
using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace FedPortal.Api;

/// <summary>What recomputing a ledger from its own rows found.</summary>
/// <param name="Problem">The first row that does not verify; null when all do.</param>
/// <param name="Alarm">Why the portal's copy and the site's are known to differ, or null.</param>
/// <param name="Head">Hash of the last good row.</param>
/// <param name="Views">ε by adversary; null where there is no bound or nothing was released, and the words say which.</param>
internal sealed record LedgerCheck(bool IsValid, string? Problem, string? Alarm, string Head, int Rows, IReadOnlyList<LedgerLoss> Views);

internal sealed record LedgerLoss(string View, double? Epsilon, string Words);

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
        api.MapGet("/studies/{id:guid}/ledgers/{institution:guid}/verification", VerifyAsync).Named("verifyLedger", "Verify an institution's ledger in a study: recompute every row and every ε.");
        api.MapPost("/studies/{id:guid}/ledgers/{institution:guid}/compare", CompareAsync).TakesBytes().WithMetadata(new RequestSizeLimitAttribute(LedgerComparisons.MostBytes))
            .Named("compareLedger", "Hold a copy of a ledger, in any form of its export, against the portal's; the outcome goes into the audit log.");
    }

    private static async Task<Ok<LedgerCheck>> VerifyAsync(Guid id, Guid institution, ClaimsPrincipal user, PrivacyReportStore store, CancellationToken ct)
    {
        LedgerReport ledger = (await store.RecomputeAsync(user.Viewer(), id, institution, ct)).OrMissing();
        LedgerVerification found = ledger.Verification;
        return TypedResults.Ok(new LedgerCheck(
            found.Problem is null, found.Problem?.ToString(), ledger.Text.Alarm, found.Head, found.Rows.Count,
            [.. found.Statements.OrderBy(pair => pair.Key).Select(pair => new LedgerLoss(PrivacyQuestion.NameOf(pair.Key), (pair.Value as EpsilonStatement)?.Epsilon, PrivacyWording.Of(pair.Value)))]));
    }

    private static async Task<Ok<LedgerFinding>> CompareAsync(Guid id, Guid institution, HttpContext http, ClaimsPrincipal user, LedgerComparisons comparisons, CancellationToken ct)
    {
        using var reader = new StreamReader(http.Request.Body);
        return TypedResults.Ok((await comparisons.CompareAsync(user.Viewer(), id, institution, await reader.ReadToEndAsync(ct), user.Actor(), ct)).OrMissing());
    }

    private static async Task<Ok<LedgerCopyRow[]>> ListAsync(Guid? study, [AsParameters] ApiPaging page, HttpContext http, ClaimsPrincipal user, LedgerStore store, CancellationToken ct) =>
        TypedResults.Ok(page.Of(http, await store.ListAsync(user.Viewer(), study, ct), row => row.LedgerId));

    private static async Task<ContentHttpResult> LinesAsync(Guid id, Guid institution, ClaimsPrincipal user, LedgerStore store, CancellationToken ct)
    {
        IReadOnlyList<string> lines = (await store.LinesAsync(user.Viewer(), id, institution, ct)).OrMissing();
        return TypedResults.Text(string.Concat(lines.Select(line => line + "\n")), Lines);
    }
}
