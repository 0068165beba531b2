using System.Net.Mime;
using System.Security.Claims;
using System.Text;
using FedPortal.Audit;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Jobs.Protected;
using FedPortal.Training.AuditLog;
using FedPortal.Training.Decryption;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FedPortal.Api;

/// <summary>The audit log as a file, and the key that its checkpoints are signed with.</summary>
internal static class AuditEndpoints
{
    public static void MapAuditExports(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder audit = endpoints.MapGroup($"{UserEndpoints.Root}/audit").RequireAuthorization(Policies.Audit);
        audit.MapGet("/export", ExportAsync);
        audit.MapGet("/rounds/{id:guid}/papers", PapersAsync);
        audit.MapGet("/key", (AuditLogStore log) => TypedResults.Text(log.PublicKey + "\n", MediaTypeNames.Text.Plain));
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
