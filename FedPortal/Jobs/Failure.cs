using FedPortal.Data;
using FedPortal.Rounds;

namespace FedPortal.Jobs;

/// <summary>How a study fails: loudly, with its round, its open work called off, and the reason on record.</summary>
internal static class Failure
{
    public static void Of(StudyWorkspace workspace, string reason, string actor, DateTimeOffset now)
    {
        StopRound(workspace, reason, now);
        workspace.Study.Fail(workspace.Round is { } round ? $"Round {round.Number}: {reason}" : reason, now);
        workspace.Tell(now, actor, $"Failed: {reason}");
    }

    /// <summary>Ends the open round and everything that waits or runs for it.</summary>
    public static void StopRound(StudyWorkspace workspace, string reason, DateTimeOffset now)
    {
        if (workspace.Round is { IsFinal: false } round)
        {
            round.Fail(reason, now);
            workspace.DiscardModelOf(round);
        }

        foreach (Assignment assignment in workspace.Assignments.Where(a => !a.IsFinal))
        {
            assignment.Cancel(reason, now);
        }

        foreach (Participation participation in workspace.Participations)
        {
            if (Participation.CanMove(participation.State, ParticipationState.Dropped))
            {
                participation.Drop(reason, now);
            }
        }
    }
}
