using System.Globalization;
using System.Net.Mime;
using System.Security.Claims;
using System.Text;
using FedPortal.Audit;
using FedPortal.Audit.Evidence;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs.Protected;
using FedPortal.Training.AuditLog;
using FedPortal.Training.Decryption;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>What verification found.</summary>
/// <param name="Problem">The first problem; null when everything verifies.</param>
/// <param name="LastSequence">The last good entry.</param>
/// <param name="Head">Its hash.</param>
/// <param name="SignedUpTo">The last entry under a good checkpoint; 0 when there is none.</param>
/// <param name="Keys">Public keys that signed checkpoints.</param>
internal sealed record AuditVerificationView(bool IsValid, string? Problem, long LastSequence, string Head, int Checkpoints, long SignedUpTo, IReadOnlyList<string> Keys);

/// <summary>The audit log as a list and as a file, and the key that its checkpoints are signed with.</summary>
internal static class AuditEndpoints
{
    public static void MapAuditExports(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapApi("Audit").MapGet("/audit", ListAsync).Named("listAuditEntries", "List entries of the audit log that you may see, newest first.");

        RouteGroupBuilder audit = endpoints.MapApi("Audit", Policies.Audit);
        audit.MapGet("/audit/export", ExportAsync).Produces(StatusCodes.Status200OK, contentType: "application/x-ndjson").Named("exportAuditLog", "Download the audit log, or a selection of it, to verify it offline.");
        audit.MapGet("/audit/rounds/{id:guid}/papers", PapersAsync).Produces(StatusCodes.Status200OK, contentType: MediaTypeNames.Application.Zip)
            .Named("downloadRoundPapers", "Download everything that is needed to recompute a round's sum offline.");
        audit.MapGet("/audit/key", (AuditLogStore log) => TypedResults.Text(log.PublicKey + "\n", MediaTypeNames.Text.Plain)).Produces<string>(StatusCodes.Status200OK, MediaTypeNames.Text.Plain)
            .Named("getAuditKey", "Read the public key that the log's checkpoints are signed with.");
        audit.MapGet("/audit/state", async (AuditLogStore log, CancellationToken ct) => TypedResults.Ok(await log.StateAsync(ct))).Named("getAuditState", "Read how long the log is and how far it is signed.");
        audit.MapPost("/audit/checkpoints", SignAsync).Named("signAuditLog", "Have the portal sign the log up to its last entry now.");
        audit.MapGet("/audit/evidence/{law}", EvidenceAsync).Named("getEvidence", "Read what the portal's records show for the clauses of a law: hipaa or gdpr.");
        audit.MapPost("/audit/rounds/{id:guid}/replay", ReplayAsync).Computes().Named("replayRound", "Add a round's sum up again from what was sealed, and say whether it is the recorded one.");
        audit.MapGet("/audit/verification", VerifyAsync).Named("verifyAuditLog", "Verify the stored log now, entry by entry, and its signed checkpoints.");
    }

    private static async Task<Ok<AuditRow[]>> ListAsync(
        string? actor, string? kind, DateOnly? from, DateOnly? to, string? text, Guid? subject, [AsParameters] ApiPaging page, HttpContext http, ClaimsPrincipal user, AuditStore store, CancellationToken ct)
    {
        long before = 0;
        if (page.After is { } after && !long.TryParse(after, CultureInfo.InvariantCulture, out before))
        {
            throw ApiRefusal.Unfit($"The audit log goes on after an entry's number, not after '{after}'.");
        }

        IReadOnlyList<AuditRow> rows = await store.BeforeAsync(user.Viewer(), new AuditFilter(actor, kind, from, to, text, subject), page.After is null ? null : before, page.Size + 1, ct);
        return TypedResults.Ok(page.Next(http, rows, row => row.Sequence.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task<Ok<AuditVerificationView>> VerifyAsync(ClaimsPrincipal user, AuditLogStore log, CancellationToken ct)
    {
        AuditLogVerification found = await log.VerifyAsync(user.Viewer(), progress: null, ct);
        return TypedResults.Ok(new AuditVerificationView(found.Problem is null, found.Problem?.ToString(), found.LastSequence, found.Head, found.Checkpoints, found.SignedUpTo, found.Keys));
    }

    private static async Task<Ok<AuditLogState>> SignAsync(AuditLogStore log, CancellationToken ct)
    {
        await log.SignAsync(ct);
        return TypedResults.Ok(await log.StateAsync(ct));
    }

    private static async Task<Ok<IReadOnlyList<EvidenceClause>>> EvidenceAsync(string law, ClaimsPrincipal user, EvidenceStore store, CancellationToken ct)
    {
        EvidenceFigures figures = await store.CountAsync(user.Viewer(), ct);
        return TypedResults.Ok(law switch
        {
            "hipaa" => HipaaClauses.Of(figures),
            "gdpr" => GdprClauses.Of(figures),
            _ => throw ApiRefusal.Missing($"Expected hipaa or gdpr but got '{law}'."),
        });
    }

    private static async Task<Ok<ReplayOutcome>> ReplayAsync(Guid id, ClaimsPrincipal user, RoundReplays replays, AuditLogStore log, CancellationToken ct)
    {
        (await replays.FindAsync(user.Viewer(), id, ct)).OrMissing();
        return TypedResults.Ok(await replays.RunAsync(user.Viewer(), id, log.PublicKey, progress: null, ct));
    }

    private static async Task<Results<PushStreamHttpResult, NotFound>> PapersAsync(Guid id, ClaimsPrincipal user, RoundReplays replays, CancellationToken ct) =>
        await replays.EvidenceAsync(PortalClaims.ViewerOf(user), id, ct) is { } evidence
            ? TypedResults.Stream(body => RoundEvidenceFile.WriteAsync(body, evidence, ct), MediaTypeNames.Application.Zip, $"round-papers-{id:N}.zip")
            : TypedResults.NotFound();

    private static PushStreamHttpResult ExportAsync(
        string? actor, string? subject, DateOnly? from, DateOnly? to, string? text, Guid? about, ClaimsPrincipal user, AuditLogStore log, TimeProvider clock, CancellationToken ct)
    {
        var filter = new AuditFilter(actor, subject, from, to, text, about);
        string kind = filter.IsEmpty ? "" : "-selection";
        return TypedResults.Stream(
            async body =>
            {
                await foreach (AuditLine line in log.LinesAsync(PortalClaims.ViewerOf(user), filter, ct))
                {
                    await body.WriteAsync(Encoding.UTF8.GetBytes(line.ToText() + "\n"), ct);
                }
            },
            "application/x-ndjson",
            $"audit-log{kind}-{clock.GetUtcNow():yyyyMMdd-HHmm}.jsonl");
    }
}
