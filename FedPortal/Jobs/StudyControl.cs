using FedPortal.Data;
using FedPortal.Rounds;
using FedPortal.Studies;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Jobs;

/// <summary>What a person may do to a study: start it, pause it, call it off, or let a failed one go on with the next attempt.</summary>
public sealed class StudyControl
{
    private readonly IDbContextFactory<FedPortalDbContext> _contexts;
    private readonly StudyStore _studies;
    private readonly ApprovalStore _approvals;
    private readonly FederationNudge _nudge;
    private readonly LiveUpdates _live;
    private readonly TimeProvider _clock;

    internal StudyControl(IDbContextFactory<FedPortalDbContext> contexts, StudyStore studies, ApprovalStore approvals, FederationNudge nudge, LiveUpdates live, TimeProvider clock)
    {
        _contexts = contexts;
        _studies = studies;
        _approvals = approvals;
        _nudge = nudge;
        _live = live;
        _clock = clock;
    }

    /// <summary>Starts a study that every institution of its roster has signed, or resumes a failed one: its failed round gets another attempt.</summary>
    /// <returns>False when the study's state does not allow it or a signature is missing; <see cref="ApprovalStore.WhyNotStartAsync"/> says which.</returns>
    public async Task<bool> StartAsync(Guid studyId, string actor, CancellationToken cancellationToken)
    {
        if (await _approvals.WhyNotStartAsync(studyId, cancellationToken) is not null)
        {
            return false;
        }

        bool started = await _studies.TryMoveAsync(
            studyId, StudyState.Running, (study, now) => study.Start(now), actor, "Started.", cancellationToken);
        if (started)
        {
            await _nudge.BeginAsync(studyId, cancellationToken);
        }

        return started;
    }

    /// <summary>Keeps a running study from beginning new rounds. An open round goes on to its end, and so does one that is opened at this very moment.</summary>
    /// <returns>False when it does not run, is paused already, or another was faster.</returns>
    public Task<bool> PauseAsync(Guid studyId, string actor, CancellationToken cancellationToken) => _studies.TryPauseAsync(studyId, isPaused: true, actor, cancellationToken);

    /// <summary>Lets a paused study go on: its next round begins at once.</summary>
    /// <returns>False when it is not paused, or another was faster.</returns>
    public async Task<bool> ResumeAsync(Guid studyId, string actor, CancellationToken cancellationToken)
    {
        bool resumed = await _studies.TryPauseAsync(studyId, isPaused: false, actor, cancellationToken);
        if (resumed)
        {
            await _nudge.BeginAsync(studyId, cancellationToken);
        }

        return resumed;
    }

    /// <summary>Calls a study off: its open round fails with that reason and running site programs are ended.</summary>
    /// <returns>False when the study's state does not allow it.</returns>
    public async Task<bool> CancelAsync(Guid studyId, string actor, CancellationToken cancellationToken)
    {
        // A round that moves, or a site that takes its work up, may be faster: then the study is looked at again and called off as it is now.
        while (true)
        {
            await using StudyWorkspace workspace = await StudyWorkspace.OpenAsync(_contexts, _live, studyId, cancellationToken);
            if (!Study.CanMove(workspace.Study.State, StudyState.Cancelled))
            {
                return false;
            }

            Guid[] open = [.. workspace.Assignments.Where(a => a.State == AssignmentState.Running).Select(a => a.Id)];
            DateTimeOffset now = _clock.GetUtcNow();
            string reason = $"Called off by {actor}.";
            Failure.StopRound(workspace, reason, now);
            workspace.Study.Cancel(now);
            workspace.Tell(now, actor, reason);
            if (await workspace.TrySaveAsync(cancellationToken))
            {
                foreach (Guid assignment in open)
                {
                    await _nudge.InterruptSiteWorkAsync(assignment, cancellationToken);
                }

                return true;
            }
        }
    }
}
