using FedPortal.Data;
using FedPortal.Rounds;
using FedPortal.Training.Protocol;

namespace FedPortal.Enrolment;

/// <summary>Gives a hospital's own site program its next assignment.</summary>
internal sealed class WorkDesk(AssignmentStore assignments, LiveUpdates live, TimeProvider clock)
{
    // News wakes a waiting request; this is for news that was missed and for work whose time comes.
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Waits for work of a kind. The program runs one of each kind at a time, so by asking it says that it has none: what it held is taken back, without
    /// counting as a failure, and is given out again.
    /// </summary>
    /// <returns>Null when there was nothing to do.</returns>
    public async Task<WorkMessage?> NextAsync(EnrolledSite site, string kind, TimeSpan wait, CancellationToken cancellationToken)
    {
        AssignmentKind[] kinds = KindsOf(kind);
        await assignments.TakeBackAsync(site.InstitutionId, kinds, "The site program began anew.", cancellationToken);
        long started = clock.GetTimestamp();
        while (true)
        {
            using var news = new SemaphoreSlim(0);
            using IDisposable subscription = live.Subscribe(update => Wake(news, update));
            if (await TryBeginAsync(site.InstitutionId, kinds, cancellationToken) is { } begun)
            {
                return new WorkMessage(
                    begun.Token, begun.Context.Assignment.Id, begun.Context.Assignment.Kind.Work(), begun.Context.Study.Id, begun.Context.Study.Name, begun.Context.Round?.Number ?? 0);
            }

            TimeSpan left = wait - clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                return null;
            }

            await news.WaitAsync(left < Look ? left : Look, cancellationToken);
        }
    }

    private static AssignmentKind[] KindsOf(string kind) => kind switch
    {
        WorkKinds.Computing => [AssignmentKind.Train, AssignmentKind.Evaluate, AssignmentKind.Revalidate, AssignmentKind.Attack, AssignmentKind.Robustness],
        WorkKinds.Answering => [AssignmentKind.Unlock],
        _ => throw new EnrolmentRefusal($"Expected the kind of work '{WorkKinds.Computing}' or '{WorkKinds.Answering}' but got '{kind}'."),
    };

    private static void Wake(SemaphoreSlim news, LiveUpdate update)
    {
        if (update.Subject is LiveSubject.Round or LiveSubject.Study)
        {
            news.Release();
        }
    }

    private async Task<BegunAttempt?> TryBeginAsync(Guid institutionId, AssignmentKind[] kinds, CancellationToken cancellationToken)
    {
        foreach (Guid due in await assignments.DueForAsync(institutionId, kinds, cancellationToken))
        {
            if (await assignments.TryBeginAsync(due, cancellationToken) is { } begun)
            {
                return begun;
            }
        }

        return null;
    }
}
