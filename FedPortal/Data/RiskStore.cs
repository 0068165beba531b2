using System.Text.Json;
using FedPortal.Audit;
using FedPortal.Models;
using FedPortal.Privacy;
using FedPortal.Rounds;
using FedPortal.Runs;
using FedPortal.Studies;
using FedPortal.Training.Accounting;
using FedPortal.Training.Learning;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>One decision on a page.</summary>
public sealed record RiskDecisionRow(DateTimeOffset At, string Actor, string Note, RiskInputs Inputs, IReadOnlyList<RiskReason> Reasons, RiskRestriction Restriction);

/// <summary>Where a study stands.</summary>
/// <param name="Institutions">Of the roster.</param>
/// <param name="Attacks">Finished attack tests of its models.</param>
/// <param name="InForce">What all decisions together demand of coming rounds.</param>
public sealed record RiskView(
    Guid StudyId, string StudyName, bool IsProtected, PrivacyProfile Agreed, int Institutions, IReadOnlyList<AttackFigure> Attacks,
    IReadOnlyList<RiskDecisionRow> Decisions, RiskRestriction InForce);

/// <summary>Assessments of risk: what they say, and which are in force.</summary>
public sealed class RiskStore(IDbContextFactory<FedPortalDbContext> contexts, LiveUpdates live, TimeProvider clock)
{
    /// <summary>Decisions are about the study as a whole; everybody in the consortium sees them.</summary>
    /// <returns>Null when there is no such study.</returns>
    public async Task<RiskView?> FindAsync(Guid studyId, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Study? study = await db.Studies.AsNoTracking().SingleOrDefaultAsync(s => s.Id == studyId, cancellationToken);
        if (study is null)
        {
            return null;
        }

        List<RiskDecision> decisions = await db.RiskDecisions.AsNoTracking().Where(d => d.StudyId == studyId).OrderByDescending(d => d.At).ToListAsync(cancellationToken);
        return new RiskView(
            study.Id, study.Name, study.Design.Strategy.IsProtected(), study.Design.Privacy, study.Roster.Count, await AttacksAsync(db, studyId, cancellationToken),
            [.. decisions.Select(d => new RiskDecisionRow(d.At, d.Actor, d.Note, d.Inputs, d.Reasons, d.Restriction))], RiskDecision.Together(decisions));
    }

    /// <summary>Puts an assessment into force for the rounds that are opened from now on. The rules are applied here, to what is stored.</summary>
    /// <returns>What it demands; null when there is no such study.</returns>
    public async Task<RiskRestriction?> AdoptAsync(Guid studyId, int? newestImageMonths, int colluders, string actor, string note, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Study? study = await db.Studies.AsNoTracking().SingleOrDefaultAsync(s => s.Id == studyId, cancellationToken);
        if (study is null)
        {
            return null;
        }

        DateTimeOffset now = clock.GetUtcNow();
        var inputs = new RiskInputs(await AttacksAsync(db, studyId, cancellationToken), newestImageMonths, colluders);
        RiskOutcome outcome = RiskRules.Assess(inputs, study.Design.Privacy, study.Roster.Count);
        var decision = new RiskDecision(studyId, inputs, outcome, actor, note.Trim(), now);
        db.RiskDecisions.Add(decision);
        db.AuditEntries.Add(new AuditEntry(now, actor, "study", studyId, Told(decision)));
        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Study, studyId, studyId));
        return decision.Restriction;
    }

    /// <summary>What holds for a round. Decisions after it was planned do not touch it, so all its parties always work out the same.</summary>
    internal async Task<RiskRestriction> ForAsync(Round round, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        return RiskDecision.Together(await db.RiskDecisions.AsNoTracking().Where(d => d.StudyId == round.StudyId && d.At <= round.CreatedAt).ToListAsync(cancellationToken));
    }

    /// <summary>Finished attack tests that bound ε, each beside what was claimed when it ended.</summary>
    private static async Task<IReadOnlyList<AttackFigure>> AttacksAsync(FedPortalDbContext db, Guid studyId, CancellationToken cancellationToken)
    {
        List<AttackRun> done = await db.AttackRuns.AsNoTracking()
            .Where(run => run.StudyId == studyId && run.State == RunState.Done && run.EpsilonFound != null && run.OutcomeJson != null).OrderBy(run => run.ChangedAt).ToListAsync(cancellationToken);
        return [.. done.Select(run => new AttackFigure(
            $"{AttackNames.Of(run.Kind)}, model version {run.ModelVersion}", run.EpsilonFound!.Value,
            JsonSerializer.Deserialize<AttackOutcome>(run.OutcomeJson!, ProtocolJson.Options)!.Claim.Epsilon))];
    }

    private static string Told(RiskDecision decision)
    {
        RiskRestriction restriction = decision.Restriction;
        string demand = restriction.Stops ? "no further round"
            : restriction.IsNone ? "nothing changes"
            : FormattableString.Invariant($"{restriction.NoiseFactor:0.##} times the noise");
        string reasons = string.Join(" ", decision.Reasons.Select(reason => $"{reason.Rule}: {reason.Finding}"));
        return $"Assessment of risk in force for coming rounds: {demand}. {reasons}{(decision.Note.Length > 0 ? $" Note: {decision.Note}" : "")}";
    }
}
