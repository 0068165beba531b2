using System.Security.Claims;
using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Identity;
using FedPortal.Institutions;
using FedPortal.Operation;
using FedPortal.Reports;
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
    SpendingStore spending, AuditLogStore audit, AlertStore alerts, TimeProvider clock)
{
    private const int FewestInstitutions = 3; // in a protected sum
    private static readonly TimeSpan Lately = TimeSpan.FromDays(7);

    public async Task<HomeView> ReadAsync(ClaimsPrincipal reader, CancellationToken cancellationToken)
    {
        Viewer viewer = PortalClaims.ViewerOf(reader);
        List<HomeFigure> figures = [];
        List<HomeItem> waiting = [];
        if (reader.IsInRole(Roles.Admin))
        {
            await AddForAdminAsync(viewer, figures, waiting, cancellationToken);
        }

        if (reader.IsInRole(Roles.Coordinator))
        {
            await AddForCoordinatorAsync(reader, figures, waiting, cancellationToken);
        }

        if (reader.IsInRole(Roles.Auditor))
        {
            await AddForAuditorAsync(viewer, figures, waiting, cancellationToken);
        }

        if ((await alerts.OpenAsync(viewer, cancellationToken)).Where(alert => alert.AcknowledgedAt is null).ToArray() is [var worst, ..] open)
        {
            string rest = open.Length == 1 ? "" : $" There {(open.Length == 2 ? "is another alert" : $"are {Words.Count(open.Length - 1)} other alerts")}.";
            waiting.Add(new($"{worst.Title}.{rest}", "See alerts", Urls.Alerts, IsUrgent: worst.Level == AlertLevel.Critical));
        }

        return new HomeView(figures, [.. waiting.OrderByDescending(item => item.IsUrgent)]);
    }

    private async Task AddForAdminAsync(Viewer viewer, List<HomeFigure> figures, List<HomeItem> waiting, CancellationToken cancellationToken)
    {
        IReadOnlyList<InstitutionRow> all = await institutions.ListAsync(viewer, cancellationToken);
        IReadOnlyList<StudyRow> known = await studies.ListAsync(cancellationToken);
        IReadOnlyList<PersonRow> accounts = await people.ListAsync(viewer, cancellationToken);
        IReadOnlyList<InvitationRow> invited = await people.InvitationsAsync(viewer, cancellationToken);
        int active = all.Count(row => row.Status == InstitutionStatus.Active);
        int running = known.Count(row => row.State == StudyState.Running);
        int failed = await FailedLatelyAsync(cancellationToken);
        figures.Add(new("Active institutions", Words.Count(active), all.Count > active ? $"{all.Count - active} suspended" : null));
        figures.Add(new("Running studies", Words.Count(running), $"{Words.Count(known.Count)} on record"));
        figures.Add(new("Failed rounds", Words.Count(failed), "attempts in 7 days"));
        figures.Add(new("People", Words.Count(accounts.Count(row => !row.IsDisabled)), $"{Words.Count(accounts.Count(row => row.LiveSessions > 0))} signed in"));

        AddCount(waiting, [.. (await applications.ListAsync(viewer, cancellationToken)).Where(row => row.State == ApplicationState.Waiting)],
            rows => $"{Words.Count(rows, "hospital asks", "hospitals ask")} to take part", "Decide", Urls.Institutions, isUrgent: true);
        AddCount(waiting, await planning.RequestsAsync(viewer, areClosed: false, cancellationToken), rows => $"{Words.Count(rows, "request")} for a consultation", "Answer", Urls.ConsultationRequests, isUrgent: false);
        AddCount(waiting, [.. known.Where(row => row.State == StudyState.Failed)], rows => $"{Words.Count(rows, "study stopped", "studies stopped")} before its end", "Look", Urls.Studies, isUrgent: true);
        await AddProposedAsync(viewer, [.. known.Where(row => row.State == StudyState.Proposed)], waiting, cancellationToken);
        DatasetRow[] sets = [.. (await datasets.ListAsync(viewer, null, cancellationToken)).Where(row => row is { State: DatasetState.Ready, IsNewest: true, InstitutionId: not null })];
        AddCount(waiting, [.. sets.Where(row => ProblemOf(row) is not null)], rows => $"{Words.Count(rows, "data set has", "data sets have")} no valid terms of use: no round uses them", "See which", Urls.Datasets, isUrgent: false);
        AddCount(waiting, [.. sets.Where(row => row.Terms?.EndSoon(clock.GetUtcNow()) is true)], rows => $"The terms of use of {Words.Count(rows, "data set")} end within {DataUseTerms.Notice.Days} days", "See which", Urls.Datasets, isUrgent: false);
        AddFirstSteps([.. all.Where(row => row.Status == InstitutionStatus.Active)], accounts, invited, known, waiting);
        AddCount(waiting, [.. known.Where(row => row.State == StudyState.Draft)], rows => $"{Words.Count(rows, "study", "studies")} not started yet", "Go on", Urls.Studies, isUrgent: false);
        AddCount(waiting, [.. invited.Where(row => row.State == InvitationState.Open)], rows => $"{Words.Count(rows, "invitation")} not accepted yet", "See", Urls.People, isUrgent: false);
        AddCount(waiting, [.. invited.Where(row => row.State == InvitationState.Expired && !accounts.Any(person => person.Email.Equals(row.Email, StringComparison.OrdinalIgnoreCase)))],
            rows => $"{Words.Count(rows, "invitation")} ran out", "Invite again", Urls.People, isUrgent: false);
        AddCount(waiting, [.. accounts.Where(row => row is { HasSecondFactor: false, IsDisabled: false } && row.Roles.Contains(Roles.Admin))],
            rows => $"{Words.Count(rows, "admin has", "admins have")} no second factor", "See who", Urls.People, isUrgent: false);
    }

    private async Task AddProposedAsync(Viewer viewer, IReadOnlyList<StudyRow> proposed, List<HomeItem> waiting, CancellationToken cancellationToken)
    {
        foreach (StudyRow study in proposed)
        {
            if (await approvals.FindAsync(viewer, study.Id, cancellationToken) is { } approval)
            {
                int signed = approval.Signatures.Count(row => row.SignedBy is not null);
                waiting.Add(approval.IsComplete
                    ? new($"All have signed the flight plan of “{study.Name}”.", "Start it", Urls.Study(study.Id), IsUrgent: true)
                    : new($"{signed} of {approval.Signatures.Count} have signed the flight plan of “{study.Name}”.", "See who", Urls.Study(study.Id), IsUrgent: false));
            }
        }
    }

    /// <summary>The way from an empty portal to its first study: institutions, people who speak for them, their data, a study.</summary>
    private static void AddFirstSteps(
        IReadOnlyList<InstitutionRow> active, IReadOnlyList<PersonRow> accounts, IReadOnlyList<InvitationRow> invited, IReadOnlyList<StudyRow> known, List<HomeItem> waiting)
    {
        if (active.Count == 0)
        {
            waiting.Add(new("No institution takes part yet. Hospitals apply on the public form, or you admit them.", "Admit one", Urls.AdmitInstitution, IsUrgent: false));
            return;
        }

        AddCount(waiting, [.. active.Where(row => !accounts.Any(person => !person.IsDisabled && person.InstitutionIds.Contains(row.Id)) && !invited.Any(one => one.State == InvitationState.Open && one.Institutions.Contains(row.Name)))],
            rows => $"{Words.Count(rows, "institution has", "institutions have")} no coordinator", "Invite", Urls.InvitePerson, isUrgent: false);
        int withData = active.Count(row => row.ImageCount > 0);
        if (known.Count == 0 && withData >= FewestInstitutions)
        {
            waiting.Add(new($"{Words.Count(withData, "institution has", "institutions have")} data, and there is no study yet.", "Write one", Urls.Studies, IsUrgent: false));
        }
    }

    private async Task AddForCoordinatorAsync(ClaimsPrincipal reader, List<HomeFigure> figures, List<HomeItem> waiting, CancellationToken cancellationToken)
    {
        var own = Viewer.Of(PortalClaims.InstitutionsOf(reader));
        DatasetRow[] sets = [.. (await datasets.ListAsync(own, null, cancellationToken)).Where(row => row.InstitutionId is { } id && own.InstitutionIds.Contains(id))];
        figures.Add(new("Own data sets", Words.Count(sets.Count(row => row.State == DatasetState.Ready)), "ready"));
        figures.Add(new("Own training images", Words.Count(sets.Where(row => row.State == DatasetState.Ready).Sum(row => row.TrainCount)), $"{Words.Count(sets.Where(row => row.State == DatasetState.Ready).Sum(row => row.HoldoutCount))} held out"));
        if (await rounds.CurrentAsync(own, cancellationToken) is { } current)
        {
            figures.Add(new($"Your part in round {current.Number}", current.States.Count > 0 ? string.Join(", ", current.States) : "not invited", current.StudyName));
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

        AddTerms(sets, waiting);
        AddCount(waiting, [.. sets.Where(row => row.State == DatasetState.Failed)], rows => $"{Words.Count(rows, "own data set")} could not be imported", "See why", Urls.Datasets, isUrgent: true);
        if (sets.Length == 0)
        {
            waiting.Add(new(own.InstitutionIds.Count == 0 ? "No institution is named in your account; an admin can add it." : "Your institution has no data set yet.", "Bring data", Urls.BringDataset, IsUrgent: true));
        }
    }

    private void AddTerms(IReadOnlyList<DatasetRow> sets, List<HomeItem> waiting)
    {
        foreach (DatasetRow row in sets.Where(row => row is { State: DatasetState.Ready, IsNewest: true }))
        {
            if (ProblemOf(row) is { } problem)
            {
                waiting.Add(new($"{problem} No round uses it.", "Read and accept", $"{Urls.Dataset(row.Id)}#terms", IsUrgent: true));
            }
            else if (row.Terms is { } terms && terms.EndSoon(clock.GetUtcNow()))
            {
                waiting.Add(new($"The terms of use of the data set '{row.Name}' end on {terms.ExpiresAt:yyyy-MM-dd}; rounds go on without it then.", "Accept for longer", $"{Urls.Dataset(row.Id)}#terms", IsUrgent: false));
            }
        }
    }

    private string? ProblemOf(DatasetRow row) => DataUseTerms.Problem(row.Name, row.Source, row.Terms, clock.GetUtcNow());

    private async Task AddBudgetAsync(Viewer own, Guid institution, List<HomeFigure> figures, List<HomeItem> waiting, CancellationToken cancellationToken)
    {
        foreach (LedgerStanding ledger in await spending.StandingsAsync(own, institution, cancellationToken))
        {
            if (ledger.Budget is { HasCap: true } budget)
            {
                figures.Add(new("Privacy budget left", budget.Left is { } left ? $"ε {EpsilonText.Brief(left)}" : "not known", $"of ε {EpsilonText.Brief(budget.EpsilonCap)} in {ledger.StudyName}"));
            }

            if (ledger.Alarm is not null || !ledger.IsAsReceived)
            {
                waiting.Add(new($"Your privacy ledger in {ledger.StudyName} {(ledger.Alarm is null ? "does not verify" : "differs from the portal's copy")}.", "Look", Urls.InstitutionPrivacy(institution), IsUrgent: true));
            }
        }
    }

    private async Task AddForAuditorAsync(Viewer viewer, List<HomeFigure> figures, List<HomeItem> waiting, CancellationToken cancellationToken)
    {
        AuditLogState log = await audit.StateAsync(cancellationToken);
        IReadOnlyList<LedgerCopyRow> copies = await ledgers.ListAsync(viewer, null, cancellationToken);
        LedgerCopyRow[] alarms = [.. copies.Where(row => row.Alarm is not null)];
        StudyRow[] running = [.. (await studies.ListAsync(cancellationToken)).Where(row => row.State == StudyState.Running)];
        figures.Add(new("Entries in the audit log", Words.Count(log.Entries), log.NotSigned == 0 ? "all under a signed checkpoint" : $"{Words.Count(log.NotSigned)} after the last checkpoint"));
        figures.Add(new("Privacy ledgers", Words.Count(copies.Count), $"{Words.Count(copies.Sum(row => row.RowCount))} rows"));
        figures.Add(new("Alarms", Words.Count(alarms.Length), "ledgers whose copies differ"));
        figures.Add(new("Failed rounds", Words.Count(await FailedLatelyAsync(cancellationToken)), "attempts in 7 days"));
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

    private Task<int> FailedLatelyAsync(CancellationToken cancellationToken) => rounds.CountFailedAsync(clock.GetUtcNow() - Lately, cancellationToken);

    private static void AddCount<T>(List<HomeItem> waiting, IReadOnlyCollection<T> found, Func<int, string> text, string act, string url, bool isUrgent)
    {
        if (found.Count > 0)
        {
            waiting.Add(new HomeItem(text(found.Count), act, url, isUrgent));
        }
    }
}
