using System.Security.Claims;
using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Identity;
using FedPortal.Institutions;
using FedPortal.Operation;
using FedPortal.Reports;
using FedPortal.Rounds;
using FedPortal.Studies;

namespace FedPortal.Components.Pages.Overview;

/// <summary>Something that waits for the reader.</summary>
/// <param name="Text">What it is, with its count.</param>
/// <param name="Act">What the link does: a verb.</param>
/// <param name="IsUrgent">Nothing goes on without it, or something is wrong.</param>
internal sealed record HomeItem(string Text, string Act, string Url, bool IsUrgent);

/// <summary>One live figure.</summary>
internal sealed record HomeFigure(string Label, string Value, string? Note);

/// <summary>What the first page says to one reader: what state things are in, and what waits.</summary>
internal sealed record HomeView(IReadOnlyList<HomeFigure> Figures, IReadOnlyList<HomeItem> Waiting);

/// <summary>Asks the stores what state things are in for a reader. Everything goes through the reader's <see cref="Viewer"/>.</summary>
internal sealed class HomeItems(
    StudyStore studies, RoundStore rounds, DatasetStore datasets, InstitutionStore institutions, ApprovalStore approvals, PeopleStore people, ApplicationStore applications, PlanningStore planning, LedgerStore ledgers,
    PrivacyReportStore reports, AuditLogStore audit, AlertStore alerts, TimeProvider clock)
{
    private const int LatestRounds = 50;
    private static readonly TimeSpan Lately = TimeSpan.FromDays(7);

    public async Task<HomeView> ReadAsync(ClaimsPrincipal reader, CancellationToken cancellationToken)
    {
        Viewer viewer = PortalClaims.ViewerOf(reader);
        List<HomeFigure> figures = [];
        List<HomeItem> waiting = [];
        IReadOnlyList<RoundRow> latest = await rounds.ListAsync(null, 0, LatestRounds, cancellationToken);
        if (reader.IsInRole(Roles.Admin))
        {
            await AddForAdminAsync(viewer, latest, figures, waiting, cancellationToken);
        }

        if (reader.IsInRole(Roles.Coordinator))
        {
            await AddForCoordinatorAsync(reader, latest, figures, waiting, cancellationToken);
        }

        if (reader.IsInRole(Roles.Auditor))
        {
            await AddForAuditorAsync(viewer, latest, figures, waiting, cancellationToken);
        }

        if ((await alerts.OpenAsync(viewer, cancellationToken)).Where(alert => alert.AcknowledgedAt is null).ToArray() is [var worst, ..] open)
        {
            string rest = open.Length == 1 ? "" : $" There {(open.Length == 2 ? "is another alert" : $"are {Words.Count(open.Length - 1)} other alerts")}.";
            waiting.Add(new($"{worst.Title}.{rest}", "See alerts", Urls.Alerts, IsUrgent: worst.Level == AlertLevel.Critical));
        }

        return new HomeView(figures, [.. waiting.OrderByDescending(item => item.IsUrgent)]);
    }

    private async Task AddForAdminAsync(Viewer viewer, IReadOnlyList<RoundRow> latest, List<HomeFigure> figures, List<HomeItem> waiting, CancellationToken cancellationToken)
    {
        IReadOnlyList<InstitutionRow> all = await institutions.ListAsync(viewer, cancellationToken);
        IReadOnlyList<StudyRow> known = await studies.ListAsync(cancellationToken);
        IReadOnlyList<PersonRow> accounts = await people.ListAsync(viewer, cancellationToken);
        IReadOnlyList<InvitationRow> invited = await people.InvitationsAsync(viewer, cancellationToken);
        int active = all.Count(row => row.Status == InstitutionStatus.Active);
        int running = known.Count(row => row.State == StudyState.Running);
        int failed = FailedLately(latest).Length;
        figures.Add(new("Active institutions", Words.Count(active), all.Count > active ? $"{all.Count - active} suspended" : null));
        figures.Add(new("Running studies", Words.Count(running), $"{Words.Count(known.Count)} on record"));
        figures.Add(new("Failed rounds", Words.Count(failed), "attempts in 7 days"));
        figures.Add(new("People", Words.Count(accounts.Count(row => !row.IsDisabled)), $"{Words.Count(accounts.Count(row => row.LiveSessions > 0))} signed in"));

        AddCount(waiting, [.. (await applications.ListAsync(viewer, cancellationToken)).Where(row => row.State == ApplicationState.Waiting)],
            rows => $"{Words.Count(rows, "hospital asks", "hospitals ask")} to take part", "Decide", Urls.Institutions, isUrgent: true);
        AddCount(waiting, await planning.RequestsAsync(viewer, areClosed: false, cancellationToken), rows => $"{Words.Count(rows, "request")} for a consultation", "Answer", Urls.ConsultationRequests, isUrgent: false);
        AddCount(waiting, [.. known.Where(row => row.State == StudyState.Failed)], rows => $"{Words.Count(rows, "study stopped", "studies stopped")} before its end", "Look", Urls.Studies, isUrgent: true);
        AddCount(waiting, [.. known.Where(row => row.State == StudyState.Proposed)], rows => $"{Words.Count(rows, "flight plan waits", "flight plans wait")} for signatures", "See who", Urls.Studies, isUrgent: false);
        AddCount(waiting, [.. known.Where(row => row.State == StudyState.Draft)], rows => $"{Words.Count(rows, "study", "studies")} not started yet", "Go on", Urls.Studies, isUrgent: false);
        AddCount(waiting, [.. invited.Where(row => row.State == InvitationState.Open)], rows => $"{Words.Count(rows, "invitation")} not accepted yet", "See", Urls.People, isUrgent: false);
        AddCount(waiting, [.. invited.Where(row => row.State == InvitationState.Expired && !accounts.Any(person => person.Email.Equals(row.Email, StringComparison.OrdinalIgnoreCase)))],
            rows => $"{Words.Count(rows, "invitation")} ran out", "Invite again", Urls.People, isUrgent: false);
        AddCount(waiting, [.. accounts.Where(row => row is { HasSecondFactor: false, IsDisabled: false } && row.Roles.Contains(Roles.Admin))],
            rows => $"{Words.Count(rows, "admin has", "admins have")} no second factor", "See who", Urls.People, isUrgent: false);
    }

    private async Task AddForCoordinatorAsync(ClaimsPrincipal reader, IReadOnlyList<RoundRow> latest, List<HomeFigure> figures, List<HomeItem> waiting, CancellationToken cancellationToken)
    {
        var own = Viewer.Of(PortalClaims.InstitutionsOf(reader));
        DatasetRow[] sets = [.. (await datasets.ListAsync(own, null, cancellationToken)).Where(row => row.InstitutionId is { } id && own.InstitutionIds.Contains(id))];
        figures.Add(new("Own data sets", Words.Count(sets.Count(row => row.State == DatasetState.Ready)), "ready"));
        figures.Add(new("Own training images", Words.Count(sets.Where(row => row.State == DatasetState.Ready).Sum(row => row.TrainCount)), $"{Words.Count(sets.Where(row => row.State == DatasetState.Ready).Sum(row => row.HoldoutCount))} held out"));
        if (latest.FirstOrDefault(row => row.State is not (RoundState.Completed or RoundState.Failed)) is { } current
            && await rounds.FindAsync(own, current.Id, cancellationToken) is { } round)
        {
            string states = string.Join(", ", round.Participations.Where(part => own.InstitutionIds.Contains(part.InstitutionId)).Select(part => part.State.ToString()));
            figures.Add(new($"Your part in round {current.Number}", states.Length > 0 ? states : "not invited", current.StudyName));
        }

        foreach (Guid institution in own.InstitutionIds)
        {
            await AddBudgetAsync(own, institution, figures, waiting, cancellationToken);
        }

        foreach (StudyRow study in (await studies.ListAsync(cancellationToken)).Where(row => row.State == StudyState.Proposed))
        {
            ApprovalView? approval = await approvals.FindAsync(own, study.Id, cancellationToken);
            if (approval?.Signatures.Any(row => row.SignedBy is null && own.InstitutionIds.Contains(row.InstitutionId)) is true)
            {
                waiting.Add(new($"The flight plan of “{study.Name}” wants your signature.", "Read and sign", Urls.Study(study.Id), IsUrgent: true));
            }
        }

        AddCount(waiting, [.. sets.Where(row => row.State == DatasetState.Failed)], rows => $"{Words.Count(rows, "own data set")} could not be imported", "See why", Urls.Datasets, isUrgent: true);
        if (sets.Length == 0)
        {
            waiting.Add(new(own.InstitutionIds.Count == 0 ? "No institution is named in your account; an admin can add it." : "Your institution has no data set yet.", "Bring data", Urls.BringDataset, IsUrgent: true));
        }
    }

    private async Task AddBudgetAsync(Viewer own, Guid institution, List<HomeFigure> figures, List<HomeItem> waiting, CancellationToken cancellationToken)
    {
        if (await reports.OfInstitutionAsync(own, institution, cancellationToken) is not { } report)
        {
            return;
        }

        foreach (LedgerReport ledger in report.Ledgers)
        {
            if (ledger.Budget is { HasCap: true } budget)
            {
                figures.Add(new("Privacy budget left", budget.Left is { } left ? $"ε {EpsilonText.Brief(left)}" : "not known", $"of ε {EpsilonText.Brief(budget.EpsilonCap)} in {ledger.Text.StudyName}"));
            }

            if (ledger.Text.Alarm is not null || ledger.Verification.Problem is not null)
            {
                waiting.Add(new($"Your privacy ledger in {ledger.Text.StudyName} {(ledger.Text.Alarm is null ? "does not verify" : "differs from the portal's copy")}.", "Look", Urls.InstitutionPrivacy(institution), IsUrgent: true));
            }
        }
    }

    private async Task AddForAuditorAsync(Viewer viewer, IReadOnlyList<RoundRow> latest, List<HomeFigure> figures, List<HomeItem> waiting, CancellationToken cancellationToken)
    {
        AuditLogState log = await audit.StateAsync(cancellationToken);
        IReadOnlyList<LedgerCopyRow> copies = await ledgers.ListAsync(viewer, null, cancellationToken);
        LedgerCopyRow[] alarms = [.. copies.Where(row => row.Alarm is not null)];
        StudyRow[] running = [.. (await studies.ListAsync(cancellationToken)).Where(row => row.State == StudyState.Running)];
        figures.Add(new("Entries in the audit log", Words.Count(log.Entries), log.NotSigned == 0 ? "all under a signed checkpoint" : $"{Words.Count(log.NotSigned)} after the last checkpoint"));
        figures.Add(new("Privacy ledgers", Words.Count(copies.Count), $"{Words.Count(copies.Sum(row => row.RowCount))} rows"));
        figures.Add(new("Alarms", Words.Count(alarms.Length), "ledgers whose copies differ"));
        figures.Add(new("Failed rounds", Words.Count(FailedLately(latest).Length), "attempts in 7 days"));
        AddCount(waiting, alarms, rows => $"{Words.Count(rows, "ledger differs", "ledgers differ")} from its copy", "Compare", Urls.Privacy, isUrgent: true);
        AddCount(waiting, copies, rows => $"{Words.Count(rows, "privacy ledger")} to recompute", "Recompute", Urls.Privacy, isUrgent: false);
        foreach (StudyRow study in running)
        {
            if (await studies.FindAsync(viewer, study.Id, cancellationToken) is { Protection.UpdatesAreEncrypted: false })
            {
                waiting.Add(new($"“{study.Name}” runs without protection: the portal adds its updates in the clear.", "See the study", Urls.Study(study.Id), IsUrgent: !study.IsSynthetic));
            }
        }

        waiting.Add(new("The audit log can be verified at any time, here and offline.", "Verify", Urls.Audit, IsUrgent: false));
    }

    private RoundRow[] FailedLately(IReadOnlyList<RoundRow> latest)
    {
        DateTimeOffset since = clock.GetUtcNow() - Lately;
        return [.. latest.Where(row => row.State == RoundState.Failed && row.ChangedAt > since)];
    }

    private static void AddCount<T>(List<HomeItem> waiting, IReadOnlyCollection<T> found, Func<int, string> text, string act, string url, bool isUrgent)
    {
        if (found.Count > 0)
        {
            waiting.Add(new HomeItem(text(found.Count), act, url, isUrgent));
        }
    }
}
