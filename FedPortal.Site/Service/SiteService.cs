using System.Text.Json;
using FedPortal.Site.Enrolment;
using FedPortal.Site.Hosted;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Service;

/// <summary>
/// The service of a hospital's own site: asks the portal for work, runs it within the house's policy, keeps the certificate fresh and registers data
/// sets. All connections go out. It can be killed at any moment: what it must know after a restart is in its home and at the portal.
/// </summary>
internal sealed class SiteService(SiteHome home, TimeProvider clock, Action<string> say)
{
    private const int WaitSeconds = 30;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Upkeep = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(0.5);

    private readonly ServiceRecord _record = new(home, new ServiceState { ProcessId = Environment.ProcessId, StartedAt = clock.GetUtcNow() });

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        EnrolledAt record = new SiteCredentials(home).Record();
        _record.Change(state => state);
        say($"the service of {record.InstitutionName} begins; portal {record.Portal}");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] loops = [WorkAsync(WorkKinds.Computing, end.Token), WorkAsync(WorkKinds.Answering, end.Token), UpkeepAsync(end.Token)];
        try
        {
            await await Task.WhenAny(loops);
        }
        finally
        {
            await end.CancelAsync();
            await Task.WhenAll(loops.Select(loop => loop.ContinueWith(_ => { }, TaskScheduler.Default)));
            say("the service ends");
        }
    }

    private async Task WorkAsync(string kind, CancellationToken cancellationToken)
    {
        bool isComputing = kind == WorkKinds.Computing;
        if (isComputing)
        {
            await OutliveEarlierRunsAsync(cancellationToken);
        }

        SitePortal? portal = null;
        DateTime builtFor = default;
        TimeSpan pause = FirstPause;
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                SitePolicy? policy = Policy();
                if (policy is null || (isComputing && !policy.IsOpenAt(TimeOnly.FromDateTime(clock.GetLocalNow().DateTime))))
                {
                    await Task.Delay(Upkeep, clock, cancellationToken);
                    continue;
                }

                try
                {
                    // A renewed certificate needs new connections.
                    DateTime written = new SiteCredentials(home).WrittenAt();
                    if (portal is null || written != builtFor)
                    {
                        portal?.Dispose();
                        (portal, builtFor) = (SitePortal.Of(home), written);
                    }

                    WorkMessage? work = await portal.WorkAsync(kind, WaitSeconds, cancellationToken);
                    Heard();
                    pause = FirstPause;
                    if (work is not null)
                    {
                        await DoAsync(policy, work, cancellationToken);
                    }
                }
                catch (Exception trouble) when (IsPassing(trouble, cancellationToken))
                {
                    portal?.Dispose();
                    portal = null;
                    Complain(Words(trouble));
                    await Task.Delay(pause, clock, cancellationToken);
                    pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
                }
            }
        }
        finally
        {
            portal?.Dispose();
        }
    }

    private async Task DoAsync(SitePolicy policy, WorkMessage work, CancellationToken cancellationToken)
    {
        var current = new ServiceWork(work.Work, work.StudyName, work.Round, clock.GetUtcNow(), null, null);
        _record.Change(state => state with { Current = [.. state.Current, current] });
        string? failure = await AssignmentRun.RunAsync(home, policy, work.Token, cancellationToken);
        if (failure is not null)
        {
            say($"{work.Work} for round {work.Round} of '{work.StudyName}': {failure}");
        }

        _record.Change(state => state with { Current = [.. state.Current.Where(other => other != current)], Last = current with { EndedAt = clock.GetUtcNow(), Outcome = failure ?? "done" } });
    }

    // A run that outlived a killed service hands its result in by itself; asking for work before it ends would take the work from it.
    private async Task OutliveEarlierRunsAsync(CancellationToken cancellationToken)
    {
        bool isTold = false;
        while (ServiceLock.RunsGoingOn(home).Any())
        {
            if (!isTold)
            {
                say("a run that an earlier service began still goes on; it is left to end");
                isTold = true;
            }

            await Task.Delay(Look, clock, cancellationToken);
        }
    }

    private async Task UpkeepAsync(CancellationToken cancellationToken)
    {
        TimeSpan pause = Upkeep;
        while (true)
        {
            try
            {
                if (await CertificateRenewal.RenewIfDueAsync(home, clock, cancellationToken))
                {
                    say("the certificate was renewed");
                }

                await SiteRegister.SendAsync(home, say, cancellationToken);
                pause = Upkeep;
            }
            catch (Exception trouble) when (IsPassing(trouble, cancellationToken))
            {
                Complain(Words(trouble));
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }

            await Task.Delay(pause, clock, cancellationToken);
        }
    }

    private SitePolicy? Policy()
    {
        try
        {
            return SitePolicyFile.Load(home);
        }
        catch (InvalidDataException bad)
        {
            Complain($"Nothing is done until the policy is mended: {bad.Message}");
            return null;
        }
    }

    private void Heard() => _record.Change(state => state with { LastContactAt = clock.GetUtcNow(), Problem = null });

    private void Complain(string problem)
    {
        bool isNew = false;
        _record.Change(state =>
        {
            isNew = state.Problem != problem;
            return state with { Problem = problem };
        });
        if (isNew)
        {
            say(problem);
        }
    }

    // The portal may come back, the admin may take a revocation back, a person may mend the files.
    private static bool IsPassing(Exception trouble, CancellationToken cancellationToken) =>
        trouble is HttpRequestException or PortalRefusedException or IOException or InvalidDataException or JsonException or System.Security.Cryptography.CryptographicException
        || (trouble is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    private static string Words(Exception trouble) => trouble switch
    {
        HttpRequestException away => PortalTrouble.Words(away),
        OperationCanceledException => "The portal did not answer in time.",
        _ => trouble.Message,
    };
}
