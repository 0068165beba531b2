using FedPortal.Audit;
using FedPortal.Institutions;
using FedPortal.Studies;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>One institution's signature on a study's flight plan, or its absence.</summary>
/// <param name="SignedBy">Null while it has not signed.</param>
public sealed record SignatureRow(Guid InstitutionId, string Name, string ShortCode, bool IsHosted, string? SignedBy, bool IsOnBehalf, DateTimeOffset? SignedAt);

/// <summary>A study's frozen flight plan with its signatures.</summary>
/// <param name="Plan">Narrowed to what the viewer may see; the hash is of the whole.</param>
public sealed record ApprovalView(Guid StudyId, StudyState State, FlightPlan Plan, string PlanHash, IReadOnlyList<SignatureRow> Signatures)
{
    public bool IsComplete => Signatures.All(row => row.SignedBy is not null);
}

/// <summary>Flight plans that were proposed, and who signed them.</summary>
public sealed class ApprovalStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    /// <returns>Null when the study has no plan.</returns>
    public async Task<ApprovalView?> FindAsync(Viewer viewer, Guid studyId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Studies.AsNoTracking().SingleOrDefaultAsync(s => s.Id == studyId, cancellationToken) is { PlanText: { } text, PlanHash: { } hash } study
            ? new ApprovalView(studyId, study.State, viewer.Narrow(FlightPlan.FromText(text)), hash, await SignaturesAsync(db, study, cancellationToken))
            : null;
    }

    /// <summary>Freezes a draft study's flight plan.</summary>
    /// <returns>Null, or why not.</returns>
    public async Task<string?> ProposeAsync(Guid studyId, FlightPlan plan, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Study study = await db.Studies.SingleAsync(s => s.Id == studyId, cancellationToken);
        if (!Study.CanMove(study.State, StudyState.Proposed))
        {
            return $"The study is {study.State}; only a draft can be proposed.";
        }

        DateTimeOffset now = clock.GetUtcNow();
        study.Propose(plan.ToText(), now);
        db.AuditEntries.Add(new AuditEntry(now, actor, "study", studyId, $"Flight plan proposed to {study.Roster.Count} institutions; its hash is {study.PlanHash}."));
        return await SaveAsync(db, studyId, cancellationToken);
    }

    /// <summary>Signs for one institution. The caller has asked for the person's password just now.</summary>
    /// <param name="shownHash">The hash on the screen of whoever signs.</param>
    /// <param name="isOnBehalf">An admin signs for an institution whose site program the portal runs; refused for all others.</param>
    /// <returns>Null, or why not.</returns>
    public async Task<string?> SignAsync(Guid studyId, Guid institutionId, string shownHash, string signedBy, bool isOnBehalf, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Study study = await db.Studies.SingleAsync(s => s.Id == studyId, cancellationToken);
        Institution? institution = await db.Institutions.SingleOrDefaultAsync(i => i.Id == institutionId, cancellationToken);
        bool isSigned = await db.Set<StudySignature>().AnyAsync(s => s.StudyId == studyId && s.InstitutionId == institutionId, cancellationToken);
        if (Refusal(study, institution, shownHash, isSigned, isOnBehalf) is { } refusal)
        {
            return refusal;
        }

        DateTimeOffset now = clock.GetUtcNow();
        db.Add(new StudySignature(studyId, institutionId, shownHash, signedBy, isOnBehalf, now));
        db.AuditEntries.Add(new AuditEntry(
            now, signedBy, "study", studyId, $"{(isOnBehalf ? "Signed on behalf of" : "Signed for")} {institution!.Name}: flight plan {shownHash}."));
        return await SaveAsync(db, studyId, cancellationToken);
    }

    /// <returns>Null when the study may start, or why not: no plan, or who has not signed.</returns>
    public async Task<string?> WhyNotStartAsync(Guid studyId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Study study = await db.Studies.AsNoTracking().SingleAsync(s => s.Id == studyId, cancellationToken);
        if (study.PlanHash is not { } hash)
        {
            return "No flight plan was proposed to the institutions.";
        }

        Guid[] signed = await db.Set<StudySignature>().Where(s => s.StudyId == studyId && s.PlanHash == hash).Select(s => s.InstitutionId).ToArrayAsync(cancellationToken);
        Guid[] missing = [.. study.Roster.Select(seat => seat.InstitutionId).Except(signed)];
        string[] names = await db.Institutions.Where(i => missing.Contains(i.Id)).OrderBy(i => i.Name).Select(i => i.Name).ToArrayAsync(cancellationToken);
        return names.Length == 0 ? null : $"Not signed yet by {string.Join(", ", names)}.";
    }

    private static string? Refusal(Study study, Institution? institution, string shownHash, bool isSigned, bool isOnBehalf) => study switch
    {
        _ when institution is null || study.Roster.All(seat => seat.InstitutionId != institution.Id) => "The institution is not on the study's roster.",
        { State: not StudyState.Proposed } => $"The study is {study.State}; only a proposed one is signed.",
        _ when study.PlanHash != shownHash => $"The flight plan on the screen is {shownHash} but the study's is {study.PlanHash}. Load the page again.",
        _ when isSigned => $"{institution!.Name} has signed already.",
        _ when isOnBehalf && !institution!.IsHosted => $"{institution.Name} runs its own site program: only its coordinator signs.",
        _ => null,
    };

    private async Task<string?> SaveAsync(FedPortalDbContext db, Guid studyId, CancellationToken cancellationToken)
    {
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return "The study changed meanwhile; nothing was done.";
        }

        live.Publish(new LiveUpdate(LiveSubject.Study, studyId, studyId));
        return null;
    }

    private static async Task<IReadOnlyList<SignatureRow>> SignaturesAsync(FedPortalDbContext db, Study study, CancellationToken cancellationToken)
    {
        Dictionary<Guid, Institution> institutions = await db.Institutions.AsNoTracking().ToDictionaryAsync(i => i.Id, cancellationToken);
        Dictionary<Guid, StudySignature> signed = await db.Set<StudySignature>().AsNoTracking().Where(s => s.StudyId == study.Id && s.PlanHash == study.PlanHash)
            .ToDictionaryAsync(s => s.InstitutionId, cancellationToken);
        return [.. study.Roster.OrderBy(seat => seat.Seat).Select(seat =>
        {
            Institution institution = institutions[seat.InstitutionId];
            StudySignature? signature = signed.GetValueOrDefault(seat.InstitutionId);
            return new SignatureRow(
                institution.Id, institution.Name, institution.ShortCode, institution.IsHosted, signature?.SignedBy, signature?.IsOnBehalf ?? false, signature?.SignedAt);
        })];
    }
}
