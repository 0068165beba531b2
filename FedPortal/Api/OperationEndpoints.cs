using System.Security.Claims;
using System.Text.Json.Serialization;
using FedPortal.Backup;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Operation.Health;
using FedPortal.Operation.Retaining;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace FedPortal.Api;

/// <summary>One part of the portal, asked now.</summary>
/// <param name="Advice">What to do; null where it works.</param>
internal sealed record HealthPart(string Part, string Name, HealthStatus Status, string? Description, string? Advice);

/// <param name="Status">The worst of the parts.</param>
internal sealed record HealthView(HealthStatus Status, IReadOnlyList<HealthPart> Parts);

/// <summary>The word that what is past its time shall go.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RemoveExpired : IApiRequest
{
    /// <summary>Must be true: so that nobody removes who meant to look.</summary>
    public required bool ForGood { get; init; }
}

/// <param name="Told">What was removed, as the audit log tells it; null when nothing was past its time.</param>
internal sealed record RemovedView(string? Told);

/// <summary>A backup that is kept.</summary>
internal sealed record KeptBackup(string Name, long Bytes, DateTimeOffset MadeAt);

/// <summary>Regular backups. What is in them, and their passphrase, the API does not hand out.</summary>
/// <param name="IsOn">Whether there are any: a folder is set.</param>
/// <param name="IsEncrypted">Whether a passphrase is set.</param>
/// <param name="Keep">So many of the newest stay.</param>
/// <param name="Run">The one that this portal makes, or made last since it started.</param>
/// <param name="Kept">Newest first.</param>
internal sealed record BackupsView(bool IsOn, bool IsEncrypted, double Hours, int Keep, BackupRun? Run, IReadOnlyList<KeptBackup> Kept);

/// <summary>How the portal itself is: health, how long things are kept, and backups.</summary>
internal static class OperationEndpoints
{
    private const string Hold = "/studies/{id:guid}/hold";

    public static void MapOperationApi(this IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder see = endpoints.MapApi("Operation", Policies.Operate);
        see.MapGet("/health", HealthAsync).Named("getHealth", "Ask each part of the portal how it is, and what to do where it does not work.");
        see.MapGet("/retention", async (RetentionDesk desk, CancellationToken ct) => TypedResults.Ok(await desk.PreviewAsync(ct)))
            .Named("getRetention", "Read how long things are kept, and what is past its time now.");
        see.MapGet("/retention/holds", async (RetentionDesk desk, CancellationToken ct) => TypedResults.Ok(await desk.HoldsAsync(ct)))
            .Named("listLegalHolds", "List the studies of which nothing is removed.");
        see.MapGet("/backups", Backups).Named("getBackups", "Read which backups are kept, and how the one under way or last tried is.");

        RouteGroupBuilder change = endpoints.MapApi("Operation", Policies.ManageOperation);
        change.MapPost("/retention/remove", RemoveAsync).Named("removeExpired", "Remove what is past its time now; it is gone for good.");
        change.MapPut(Hold, HoldAsync).Named("holdStudy", "Put a study on legal hold: nothing of it is removed.");
        change.MapDelete(Hold, LiftAsync).Named("liftHold", "Lift the legal hold of a study.");
        change.MapPost("/backups", StartAsync).Makes().Named("startBackup", "Make a backup now, beside the regular ones.");
    }

    private static async Task<Ok<HealthView>> HealthAsync(HealthCheckService health, CancellationToken ct)
    {
        HealthReport report = await health.CheckHealthAsync(ct);
        return TypedResults.Ok(new HealthView(report.Status,
        [
            .. report.Entries.OrderBy(entry => entry.Value.Status).ThenBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new HealthPart(
                entry.Key, PortalHealth.NameOf(entry.Key), entry.Value.Status, entry.Value.Description,
                entry.Value.Status == HealthStatus.Healthy ? null : PortalHealth.AdviceOf(entry.Key))),
        ]));
    }

    private static async Task<Ok<RemovedView>> RemoveAsync(RemoveExpired body, ClaimsPrincipal user, RetentionDesk desk, CancellationToken ct) => body.ForGood
        ? TypedResults.Ok(new RemovedView(await desk.RemoveAsync(user.Actor(), ct)))
        : throw ApiRefusal.Unfit("What is past its time is gone for good. Say so: expected forGood = true but got false.");

    private static async Task<NoContent> HoldAsync(Guid id, ReasonRequest body, ClaimsPrincipal user, StudyStore studies, RetentionDesk desk, CancellationToken ct)
    {
        (await studies.FindRowAsync(id, ct)).OrMissing();
        ApiRefusal.ThrowFor(await desk.HoldAsync(id, body.Reason, user.Actor(), ct));
        return TypedResults.NoContent();
    }

    private static async Task<NoContent> LiftAsync(Guid id, ClaimsPrincipal user, RetentionDesk desk, CancellationToken ct)
    {
        if (!(await desk.HoldsAsync(ct)).Any(hold => hold.StudyId == id))
        {
            throw ApiRefusal.Missing("The study is not on hold.");
        }

        await desk.LiftAsync(id, user.Actor(), ct);
        return TypedResults.NoContent();
    }

    private static Ok<BackupsView> Backups(BackupDesk desk, IOptions<BackupOptions> options) => TypedResults.Ok(new BackupsView(
        options.Value.Folder.Length > 0, options.Value.PassphraseFile.Length > 0, options.Value.Hours, options.Value.Keep, desk.Run,
        [.. desk.Kept().Select(file => new KeptBackup(file.Name, file.Length, file.LastWriteTimeUtc))]));

    private static async Task<Accepted> StartAsync(ClaimsPrincipal user, BackupJobs backups, CancellationToken ct)
    {
        ApiRefusal.ThrowFor(await backups.StartAsync(user.Actor(), ct));
        return TypedResults.Accepted($"{UserEndpoints.Root}/backups");
    }
}
