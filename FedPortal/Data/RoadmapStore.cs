using FedPortal.Datasets;
using FedPortal.Identity;
using FedPortal.Institutions;
using FedPortal.Models;
using FedPortal.Planning;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Learning;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Reads how far the consortium is. It counts and dates only what is on record, and shows no institution's figures.</summary>
internal sealed class RoadmapStore(IDbContextFactory<FedPortalDbContext> contexts)
{
    private const int Few = Roadmap.FewestInstitutions;

    public async Task<IReadOnlyList<PhaseView>> ReadAsync(CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Dictionary<RoadmapGate, (GateEvidence?, string?)> found = new()
        {
            [RoadmapGate.InstitutionsAdmitted] = await AdmittedAsync(db, cancellationToken),
            [RoadmapGate.CoordinatorForEach] = await CoordinatorsAsync(db, cancellationToken),
            [RoadmapGate.AuditorNamed] = await AuditorAsync(db, cancellationToken),
            [RoadmapGate.DataReady] = await DataAsync(db, cancellationToken),
            [RoadmapGate.ModelMeasured] = await MeasuredAsync(db, cancellationToken),
            [RoadmapGate.ProtectedRound] = await ProtectedRoundAsync(db, cancellationToken),
            [RoadmapGate.ModelReleased] = await ReleasedAsync(db, cancellationToken),
        };
        await AddStudiesAsync(db, found, cancellationToken);
        found[RoadmapGate.PrivacyReportVerified] = (await VerifiedReportAsync(db, cancellationToken), null);
        return Roadmap.Of(gate => found.GetValueOrDefault(gate));
    }

    private static async Task<(GateEvidence?, string?)> ReleasedAsync(FedPortalDbContext db, CancellationToken cancellationToken)
    {
        List<DateTimeOffset> released = await db.ModelReleases.Where(r => r.State == ReleaseState.Released).OrderBy(r => r.ChangedAt).Select(r => r.ChangedAt).ToListAsync(cancellationToken);
        return released.Count > 0
            ? (new GateEvidence($"{released.Count} {(released.Count == 1 ? "model version is" : "model versions are")} released, each signed by an admin and an auditor.", released[0]), null)
            : (null, null);
    }

    private static async Task<(GateEvidence?, string?)> AdmittedAsync(FedPortalDbContext db, CancellationToken cancellationToken)
    {
        List<DateTimeOffset> admitted = await db.Institutions.Where(i => i.Status == InstitutionStatus.Active).OrderBy(i => i.AdmittedAt).Select(i => i.AdmittedAt).ToListAsync(cancellationToken);
        return admitted.Count >= Few
            ? (new GateEvidence($"{admitted.Count} active institutions; the third was admitted then.", admitted[Few - 1]), null)
            : (null, $"{admitted.Count} of {Few}");
    }

    private static async Task<(GateEvidence?, string?)> CoordinatorsAsync(FedPortalDbContext db, CancellationToken cancellationToken)
    {
        List<Guid> institutions = await db.Institutions.Where(i => i.Status == InstitutionStatus.Active).Select(i => i.Id).ToListAsync(cancellationToken);
        List<PortalUser> coordinators = await InRoleAsync(db, Roles.Coordinator, cancellationToken);
        int spoken = institutions.Count(id => coordinators.Any(user => user.InstitutionIds.Contains(id)));
        return institutions.Count > 0 && spoken == institutions.Count
            ? (new GateEvidence($"{institutions.Count} institutions, {coordinators.Count} coordinators.", LatestOf(coordinators)), null)
            : (null, $"{spoken} of {institutions.Count}");
    }

    private static async Task<(GateEvidence?, string?)> AuditorAsync(FedPortalDbContext db, CancellationToken cancellationToken)
    {
        List<PortalUser> auditors = await InRoleAsync(db, Roles.Auditor, cancellationToken);
        return auditors.Count > 0 ? (new GateEvidence($"{auditors.Count} {(auditors.Count == 1 ? "auditor has" : "auditors have")} an account.", LatestOf(auditors)), null) : (null, null);
    }

    private static async Task<(GateEvidence?, string?)> DataAsync(FedPortalDbContext db, CancellationToken cancellationToken)
    {
        var ready = await db.Datasets.Where(d => d.State == DatasetState.Ready && !d.IsSynthetic && d.InstitutionId != null)
            .Select(d => new { d.InstitutionId, d.ChangedAt }).ToListAsync(cancellationToken);
        DateTimeOffset[] first = [.. ready.GroupBy(d => d.InstitutionId).Select(group => group.Min(d => d.ChangedAt)).Order()];
        return first.Length >= Few
            ? (new GateEvidence($"{first.Length} institutions have a checked data set of real images.", first[Few - 1]), null)
            : (null, $"{first.Length} of {Few}");
    }

    private static async Task<(GateEvidence?, string?)> MeasuredAsync(FedPortalDbContext db, CancellationToken cancellationToken)
    {
        var first = await db.Evaluations.Where(e => e.ModelVersion > 0 && e.Scope != EvaluationScope.Institution).OrderBy(e => e.CreatedAt)
            .Select(e => new { e.ModelVersion, e.CreatedAt }).FirstOrDefaultAsync(cancellationToken);
        return first is null ? (null, null) : (new GateEvidence($"Model version {first.ModelVersion} was evaluated on all hold-outs.", first.CreatedAt), null);
    }

    private static async Task<(GateEvidence?, string?)> ProtectedRoundAsync(FedPortalDbContext db, CancellationToken cancellationToken)
    {
        FederatedStrategy[] strategies = [.. Enum.GetValues<FederatedStrategy>().Where(strategy => strategy.IsProtected())];
        Round? first = await db.Rounds.AsNoTracking().Where(r => r.State == RoundState.Completed && strategies.Contains(r.Strategy)).OrderBy(r => r.ChangedAt).FirstOrDefaultAsync(cancellationToken);
        return first is null ? (null, null) : (new GateEvidence($"Round {first.Number}, attempt {first.Attempt}, opened only the sum.", first.ChangedAt), null);
    }

    // Nobody's word for it: every row was verified and every ε recomputed before the portal countersigned it. The report itself does so again whenever somebody looks.
    private static async Task<GateEvidence?> VerifiedReportAsync(FedPortalDbContext db, CancellationToken cancellationToken)
    {
        var copies = await (from copy in db.LedgerCopies
                            join study in db.Studies.IgnoreAutoIncludes() on copy.StudyId equals study.Id
                            select new { copy.StudyId, study.Name, copy.ChangedAt, copy.Alarm, HasRelease = db.LedgerCopyLines.Any(line => line.CopyId == copy.Id && line.Allowed) }).ToListAsync(cancellationToken);
        var verified = copies.GroupBy(copy => copy.StudyId).FirstOrDefault(study => study.All(copy => copy.Alarm is null && copy.HasRelease))?.ToArray();
        return verified is null ? null : new GateEvidence($"{verified.Length} ledgers of “{verified[0].Name}” verify, and every ε in them was recomputed when it arrived.", verified.Max(copy => copy.ChangedAt));
    }

    private static async Task AddStudiesAsync(FedPortalDbContext db, Dictionary<RoadmapGate, (GateEvidence?, string?)> found, CancellationToken cancellationToken)
    {
        List<Study> studies = await db.Studies.AsNoTracking().Where(s => s.StartedAt != null).OrderBy(s => s.StartedAt).ToListAsync(cancellationToken);
        Study? completed = studies.Where(s => s.State == StudyState.Completed).MinBy(s => s.ChangedAt);
        Study? next = completed is null ? null : studies.FirstOrDefault(s => s.StartedAt > completed.ChangedAt);
        found[RoadmapGate.StudyAgreed] = (EvidenceOf(studies.Count > 0 ? studies[0] : null, "was started", s => s.StartedAt!.Value), null);
        found[RoadmapGate.StudyCompleted] = (EvidenceOf(completed, "is completed", s => s.ChangedAt), null);
        found[RoadmapGate.SecondStudy] = (EvidenceOf(next, "was started", s => s.StartedAt!.Value), null);
    }

    private static GateEvidence? EvidenceOf(Study? study, string what, Func<Study, DateTimeOffset> at) =>
        study is null ? null : new GateEvidence($"“{study.Name}” {what}{(study.IsSynthetic ? " (on synthetic images)" : "")}.", at(study));

    private static Task<List<PortalUser>> InRoleAsync(FedPortalDbContext db, string role, CancellationToken cancellationToken) =>
        db.Users.AsNoTracking().Where(u => !u.IsDisabled && db.UserRoles.Any(ur => ur.UserId == u.Id && db.Roles.Any(r => r.Id == ur.RoleId && r.Name == role))).ToListAsync(cancellationToken);

    // An account's id is of version 7 and holds the time it was made.
    private static DateTimeOffset LatestOf(List<PortalUser> users) => users.Max(user => TimeOf(user.Id));

    private static DateTimeOffset TimeOf(Guid version7) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(version7.ToByteArray(bigEndian: true)) >> 16));
}
