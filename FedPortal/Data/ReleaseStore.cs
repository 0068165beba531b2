using FedPortal.Audit;
using FedPortal.Models;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>What came of a wish to sign.</summary>
/// <param name="IsReleased">True when this signature was the last one missing.</param>
/// <param name="Refusal">Why it was not taken, in words for a person; null when it was.</param>
public sealed record SigningResult(bool IsReleased, string? Refusal);

/// <summary>Gives models out and takes them back. The evidence is read in the same moment as it is signed.</summary>
public sealed class ReleaseStore
{
    private const string Meanwhile = "Somebody else changed the release meanwhile; nothing was done.";
    private readonly IDbContextFactory<FedPortalDbContext> _contexts;
    private readonly ModelEvidence _evidence;
    private readonly LiveUpdates _live;
    private readonly TimeProvider _clock;

    internal ReleaseStore(IDbContextFactory<FedPortalDbContext> contexts, ModelEvidence evidence, LiveUpdates live, TimeProvider clock)
    {
        _contexts = contexts;
        _evidence = evidence;
        _live = live;
        _clock = clock;
    }

    /// <param name="seen">Digest of the evidence that was on the signer's screen: with other evidence nothing is signed.</param>
    /// <param name="reason">Needed where an attack exceeds the claim.</param>
    public async Task<SigningResult> SignAsync(Guid studyId, int version, string seen, Signer signer, string? reason, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await _contexts.CreateDbContextAsync(cancellationToken);
        if (await _evidence.ReadAsync(db, studyId, version, cancellationToken) is not { } evidence)
        {
            return new SigningResult(false, "There is no such model version.");
        }

        if (evidence.Digest != seen)
        {
            return new SigningResult(false, "The evidence changed after the page was shown. Look at it again, then sign.");
        }

        ModelRelease? release = await db.ModelReleases.SingleOrDefaultAsync(r => r.StudyId == studyId && r.Version == version, cancellationToken);
        if (ReleaseGate.Refusal(evidence, release, signer, reason) is { } refusal)
        {
            return new SigningResult(false, refusal);
        }

        DateTimeOffset now = _clock.GetUtcNow();
        if (release is null)
        {
            release = new ModelRelease(studyId, version, now);
            db.ModelReleases.Add(release);
        }

        bool isReleased = release.Sign(evidence, signer, reason, now);
        string why = evidence.Exceeding.Count > 0 ? $" although an attack exceeds the claim: {reason}" : "";
        Tell(db, now, signer.Name, studyId, version, $"signed for release as {signer.Role}{why} (evidence {evidence.Digest}).");
        if (isReleased)
        {
            Tell(db, now, "portal", studyId, version, $"is released (model {evidence.ModelHash}).");
        }

        return await TrySaveAsync(db, studyId, cancellationToken) ? new SigningResult(isReleased, null) : new SigningResult(false, Meanwhile);
    }

    /// <summary>Takes a released version back; the newest released version before it is the current one again.</summary>
    /// <returns>Null when done, else why not.</returns>
    public Task<string?> WithdrawAsync(Guid studyId, int version, string actor, string reason, CancellationToken cancellationToken) =>
        WithdrawAsync(studyId, r => r.Version == version, actor, reason, "This version is not released.", cancellationToken);

    /// <summary>Goes back to a released version: every newer released one is taken back.</summary>
    /// <returns>Null when done, else why not.</returns>
    public async Task<string?> RollBackAsync(Guid studyId, int toVersion, string actor, string reason, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await _contexts.CreateDbContextAsync(cancellationToken);
        return await db.ModelReleases.AnyAsync(r => r.StudyId == studyId && r.Version == toVersion && r.State == ReleaseState.Released, cancellationToken)
            ? await WithdrawAsync(studyId, r => r.Version > toVersion, actor, $"Back to version {toVersion}: {reason}", "No newer version is released.", cancellationToken)
            : "Only a released version can be gone back to.";
    }

    private async Task<string?> WithdrawAsync(Guid studyId, Func<ModelRelease, bool> which, string actor, string reason, string nothing, CancellationToken cancellationToken)
    {
        if (reason.Trim().Length < ReleaseGate.LeastReason)
        {
            return $"A reason of at least {ReleaseGate.LeastReason} characters is needed.";
        }

        await using FedPortalDbContext db = await _contexts.CreateDbContextAsync(cancellationToken);
        ModelRelease[] released = [.. (await db.ModelReleases.Where(r => r.StudyId == studyId && r.State == ReleaseState.Released).ToListAsync(cancellationToken)).Where(which)];
        if (released.Length == 0)
        {
            return nothing;
        }

        DateTimeOffset now = _clock.GetUtcNow();
        foreach (ModelRelease release in released)
        {
            release.Withdraw(reason, now);
            Tell(db, now, actor, studyId, release.Version, $"is withdrawn: {reason.Trim()}");
        }

        return await TrySaveAsync(db, studyId, cancellationToken) ? null : Meanwhile;
    }

    private static void Tell(FedPortalDbContext db, DateTimeOffset now, string actor, Guid studyId, int version, string what) =>
        db.AuditEntries.Add(new AuditEntry(now, actor, "study", studyId, $"Model version {version} {what}"));

    private async Task<bool> TrySaveAsync(FedPortalDbContext db, Guid studyId, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateException)
        {
            // Another signer was faster: a changed revision, or the same version begun twice.
            return false;
        }

        _live.Publish(new LiveUpdate(LiveSubject.Study, studyId, studyId));
        return true;
    }
}
