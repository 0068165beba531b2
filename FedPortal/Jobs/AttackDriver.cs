using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Attacks;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Jobs;

/// <summary>Moves one attack test as far as it can go at this moment. A test that a stopped portal left goes on where it was.</summary>
internal sealed class AttackDriver(
    IDbContextFactory<FedPortalDbContext> contexts, AttackStore attacks, AttackProcess process, InstitutionTestWork institutions, BlobStore blobs, ModelEvidence evidence)
{
    private const int Seed = 1;

    /// <returns>False when the test is over.</returns>
    public async Task<bool> AdvanceAsync(Guid id, CancellationToken cancellationToken)
    {
        await attacks.TryBeginAsync(id, cancellationToken);
        if (await attacks.FindAsync(id, cancellationToken) is not { IsFinal: false } run)
        {
            return false;
        }

        if (run.Kind == AttackKind.Membership)
        {
            await MembershipAsync(run, cancellationToken);
        }
        else
        {
            (Study study, PrivacyClaim claim) = await StudyOfAsync(run, cancellationToken);
            AttackOutcome outcome = await process.RunAsync(run, study, claim, (stage, fraction) => attacks.TryShowAsync(id, stage, fraction, cancellationToken), cancellationToken);
            await attacks.TryFinishAsync(id, outcome, cancellationToken);
        }

        return await attacks.FindAsync(id, cancellationToken) is { IsFinal: false };
    }

    private async Task MembershipAsync(AttackRun run, CancellationToken cancellationToken)
    {
        if (await institutions.CollectAsync(attacks, run, "institutions have scored their patients", cancellationToken) is not { } work)
        {
            return;
        }

        IReadOnlyList<string> missing = await institutions.MissingAsync(work, cancellationToken);
        (Guid Institution, AttackHeader Header, AttackCounts Counts)[] handedIn = [.. work.Where(a => a.State == AssignmentState.Done).Select(Read)];
        var members = ScoreHistogram.Sum(handedIn.Select(part => part.Counts.Members));
        var others = ScoreHistogram.Sum(handedIn.Select(part => part.Counts.NonMembers));
        if (members.Total < MembershipTrials.Least || others.Total < MembershipTrials.Least)
        {
            await attacks.TryFailAsync(
                run.Id, $"At least {MembershipTrials.Least} patients of both kinds are needed, but there are {members.Total} that were trained on and {others.Total} that were not. {string.Join(" ", missing)}".TrimEnd(), cancellationToken);
            return;
        }

        (Study study, PrivacyClaim claim) = await StudyOfAsync(run, cancellationToken);
        await attacks.TryFinishAsync(run.Id, new AttackOutcome(claim, handedIn.Any(part => part.Header.IsSynthetic), $"model version {run.ModelVersion} of '{study.Name}'")
        {
            Membership = ReportOf(members, others, claim),
            Institutions = [.. handedIn.Where(part => part.Counts.Members.Total >= MembershipTrials.Least && part.Counts.NonMembers.Total >= MembershipTrials.Least)
                .Select(part => new InstitutionMembership(part.Institution, ReportOf(part.Counts.Members, part.Counts.NonMembers, claim)))],
            Missing = missing,
        }, cancellationToken);
    }

    private static MembershipReport ReportOf(ScoreHistogram members, ScoreHistogram others, PrivacyClaim claim) =>
        MembershipStatistics.Of(new MembershipTrials(members.Scores(), others.Scores()), claim.Delta, Seed);

    private (Guid Institution, AttackHeader Header, AttackCounts Counts) Read(Assignment assignment)
    {
        (AttackHeader header, AttackCounts counts) = AttackCounts.Read(blobs.PathOf(assignment.ResultHash!));
        return (assignment.InstitutionId!.Value, header, counts);
    }

    private async Task<(Study Study, PrivacyClaim Claim)> StudyOfAsync(AttackRun run, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        Study study = await db.Studies.AsNoTracking().SingleAsync(s => s.Id == run.StudyId, cancellationToken);
        GlobalModelVersion model = await db.ModelVersions.AsNoTracking().SingleAsync(m => m.StudyId == run.StudyId && m.Version == run.ModelVersion, cancellationToken);
        return (study, await evidence.ClaimAsync(db, study, model, cancellationToken));
    }
}
