using FedPortal.Data;
using FedPortal.Rounds;
using FedPortal.Studies;

namespace FedPortal.Jobs;

/// <summary>Opens a round and waits until every update is in or the deadline has passed.</summary>
internal static class CollectionStep
{
    public static void Open(StudyWorkspace workspace, DateTimeOffset now)
    {
        Round round = workspace.Round!;
        foreach (RosterEntry entry in workspace.Study.Roster)
        {
            Invite(workspace, entry, now);
        }

        round.Open(now.AddMinutes(workspace.Study.Design.DeadlineMinutes), now);
        workspace.Tell(now, "portal", $"Round {round.Number} attempt {round.Attempt} is open to {workspace.Study.Roster.Count} institutions.");
    }

    /// <summary>Asks one institution to train.</summary>
    public static void Invite(StudyWorkspace workspace, RosterEntry entry, DateTimeOffset now)
    {
        Round round = workspace.Round!;
        workspace.Add(new Participation(round.Id, entry.InstitutionId, now));
        workspace.Add(new Assignment(
            workspace.Study.Id, round.Id, entry.InstitutionId, entry.DatasetId, AssignmentKind.Train, round.BaseVersion, entry.Seat, now));
    }

    public static async Task<bool> TryAsync(StudyWorkspace workspace, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Round round = workspace.Round!;
        bool changed = DropFailed(workspace, now);
        if (round.State == RoundState.Opened)
        {
            if (!workspace.Participations.Any(p => p.State is not (ParticipationState.Invited or ParticipationState.Keyed)))
            {
                if (now < round.Deadline)
                {
                    return changed;
                }

                Failure.Of(workspace, "No institution began to train before the deadline.", "portal", now);
                return true;
            }

            round.BeginTraining(now);
            workspace.Tell(now, "portal", $"Round {round.Number}: training has begun.");
            return true;
        }

        bool everyoneAnswered = workspace.Participations.All(p => p.State is ParticipationState.Submitted or ParticipationState.Dropped);
        if (!everyoneAnswered && now < round.Deadline)
        {
            return changed;
        }

        DropMissing(workspace, now);
        await CloseAsync(workspace, now, cancellationToken);
        return true;
    }

    // An assignment that is given up takes its institution out of the round, with the reason.
    private static bool DropFailed(StudyWorkspace workspace, DateTimeOffset now)
    {
        bool changed = false;
        foreach (Participation participation in workspace.Participations.Where(p => Participation.CanMove(p.State, ParticipationState.Dropped)))
        {
            Assignment assignment = TrainingOf(workspace, participation);
            if (assignment.State == AssignmentState.Failed)
            {
                participation.Drop(assignment.FailureReason ?? "No reason is known.", now);
                workspace.Tell(now, "portal", $"Institution {participation.InstitutionId} is dropped: {participation.Reason}");
                changed = true;
            }
        }

        return changed;
    }

    private static void DropMissing(StudyWorkspace workspace, DateTimeOffset now)
    {
        foreach (Participation participation in workspace.Participations.Where(p => Participation.CanMove(p.State, ParticipationState.Dropped)))
        {
            const string Late = "No update arrived before the deadline.";
            participation.Drop(Late, now);
            workspace.Tell(now, "portal", $"Institution {participation.InstitutionId} is dropped: {Late}");
            Assignment assignment = TrainingOf(workspace, participation);
            if (!assignment.IsFinal)
            {
                assignment.Cancel(Late, now);
            }
        }
    }

    private static Assignment TrainingOf(StudyWorkspace workspace, Participation participation) =>
        workspace.Assignments.Single(a => a.Kind == AssignmentKind.Train && a.InstitutionId == participation.InstitutionId);

    private static async Task CloseAsync(StudyWorkspace workspace, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Round round = workspace.Round!;
        int submitted = workspace.Participations.Count(p => p.State == ParticipationState.Submitted);
        if (submitted < Quorum.Needed(workspace.Study.Design, workspace.Participations.Count))
        {
            Failure.Of(workspace, await Quorum.ShortfallAsync(workspace, submitted, cancellationToken), "portal", now);
            return;
        }

        round.CloseSubmissions(now);
        workspace.Tell(now, "portal", $"Round {round.Number}: {submitted} of {workspace.Participations.Count} updates are in.");
    }
}
