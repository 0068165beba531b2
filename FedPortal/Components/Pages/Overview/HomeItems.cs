using System.Security.Claims;
using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Identity;
using FedPortal.Institutions;
using FedPortal.Operation;
using FedPortal.Reports;
using FedPortal.Studies;
using Microsoft.Extensions.Localization;

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
    SpendingStore spending, AuditLogStore audit, AlertStore alerts, IStringLocalizer<OverviewTexts> texts, TimeProvider clock)
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
            string text = open.Length switch
            {
                1 => $"{worst.Title}.",
                2 => texts["AlertAndAnother", worst.Title].Value,
                _ => texts["AlertAndOthers", worst.Title, Words.Count(open.Length - 1)].Value,
            };
            waiting.Add(new(text, texts["SeeAlerts"].Value, Urls.Alerts, IsUrgent: worst.Level == AlertLevel.Critical));
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
        figures.Add(new(texts["ActiveInstitutions"].Value, Words.Count(active), all.Count > active ? texts["SuspendedCount", all.Count - active].Value : null));
        figures.Add(new(texts["RunningStudies"].Value, Words.Count(running), texts["StudiesOnRecord", Words.Count(known.Count)].Value));
        figures.Add(new(texts["FailedRounds"].Value, Words.Count(failed), texts["AttemptsInSevenDays"].Value));
        figures.Add(new(texts["People"].Value, Words.Count(accounts.Count(row => !row.IsDisabled)), texts["PeopleSignedIn", Words.Count(accounts.Count(row => row.LiveSessions > 0))].Value));

        AddCount(waiting, [.. (await applications.ListAsync(viewer, cancellationToken)).Where(row => row.State == ApplicationState.Waiting)],
            rows => Words.Form(rows, texts["HospitalsAsk", Words.Count(rows)].Value), texts["Decide"].Value, Urls.Institutions, isUrgent: true);
        AddCount(waiting, await planning.RequestsAsync(viewer, areClosed: false, cancellationToken), rows => Words.Form(rows, texts["ConsultationsAsked", Words.Count(rows)].Value), texts["Answer"].Value, Urls.ConsultationRequests, isUrgent: false);
        AddCount(waiting, [.. known.Where(row => row.State == StudyState.Failed)], rows => Words.Form(rows, texts["StudiesStopped", Words.Count(rows)].Value), texts["Look"].Value, Urls.Studies, isUrgent: true);
        await AddProposedAsync(viewer, [.. known.Where(row => row.State == StudyState.Proposed)], waiting, cancellationToken);
        DatasetRow[] sets = [.. (await datasets.ListAsync(viewer, null, cancellationToken)).Where(row => row is { State: DatasetState.Ready, IsNewest: true, InstitutionId: not null })];
        AddCount(waiting, [.. sets.Where(row => ProblemOf(row) is not null)], rows => Words.Form(rows, texts["DataSetsWithoutTerms", Words.Count(rows)].Value), texts["SeeWhich"].Value, Urls.Datasets, isUrgent: false);
        AddCount(waiting, [.. sets.Where(row => row.Terms?.EndSoon(clock.GetUtcNow()) is true)], rows => Words.Form(rows, texts["TermsEndWithin", Words.Count(rows), DataUseTerms.Notice.Days].Value), texts["SeeWhich"].Value, Urls.Datasets, isUrgent: false);
        AddFirstSteps([.. all.Where(row => row.Status == InstitutionStatus.Active)], accounts, invited, known, waiting);
        AddCount(waiting, [.. known.Where(row => row.State == StudyState.Draft)], rows => Words.Form(rows, texts["StudiesNotStarted", Words.Count(rows)].Value), texts["GoOn"].Value, Urls.Studies, isUrgent: false);
        AddCount(waiting, [.. invited.Where(row => row.State == InvitationState.Open)], rows => Words.Form(rows, texts["InvitationsNotAccepted", Words.Count(rows)].Value), texts["See"].Value, Urls.People, isUrgent: false);
        AddCount(waiting, [.. invited.Where(row => row.State == InvitationState.Expired && !accounts.Any(person => person.Email.Equals(row.Email, StringComparison.OrdinalIgnoreCase)))],
            rows => Words.Form(rows, texts["InvitationsRanOut", Words.Count(rows)].Value), texts["InviteAgain"].Value, Urls.People, isUrgent: false);
        AddCount(waiting, [.. accounts.Where(row => row is { HasSecondFactor: false, IsDisabled: false } && row.Roles.Contains(Roles.Admin))],
            rows => Words.Form(rows, texts["AdminsWithoutSecondFactor", Words.Count(rows)].Value), texts["SeeWho"].Value, Urls.People, isUrgent: false);
    }

    private async Task AddProposedAsync(Viewer viewer, IReadOnlyList<StudyRow> proposed, List<HomeItem> waiting, CancellationToken cancellationToken)
    {
        foreach (StudyRow study in proposed)
        {
            if (await approvals.FindAsync(viewer, study.Id, cancellationToken) is { } approval)
            {
                int signed = approval.Signatures.Count(row => row.SignedBy is not null);
                waiting.Add(approval.IsComplete
                    ? new(texts["AllSignedPlan", study.Name].Value, texts["StartIt"].Value, Urls.Study(study.Id), IsUrgent: true)
                    : new(texts["SomeSignedPlan", signed, approval.Signatures.Count, study.Name].Value, texts["SeeWho"].Value, Urls.Study(study.Id), IsUrgent: false));
            }
        }
    }

    /// <summary>The way from an empty portal to its first study: institutions, people who speak for them, their data, a study.</summary>
    private void AddFirstSteps(
        IReadOnlyList<InstitutionRow> active, IReadOnlyList<PersonRow> accounts, IReadOnlyList<InvitationRow> invited, IReadOnlyList<StudyRow> known, List<HomeItem> waiting)
    {
        if (active.Count == 0)
        {
            waiting.Add(new(texts["NoInstitutionTakesPart"].Value, texts["AdmitOne"].Value, Urls.AdmitInstitution, IsUrgent: false));
            return;
        }

        AddCount(waiting, [.. active.Where(row => !accounts.Any(person => !person.IsDisabled && person.InstitutionIds.Contains(row.Id)) && !invited.Any(one => one.State == InvitationState.Open && one.Institutions.Contains(row.Name)))],
            rows => Words.Form(rows, texts["InstitutionsWithoutCoordinator", Words.Count(rows)].Value), texts["Invite"].Value, Urls.InvitePerson, isUrgent: false);
        int withData = active.Count(row => row.ImageCount > 0);
        if (known.Count == 0 && withData >= FewestInstitutions)
        {
            waiting.Add(new(Words.Form(withData, texts["InstitutionsWithData", Words.Count(withData)].Value), texts["WriteOne"].Value, Urls.Studies, IsUrgent: false));
        }
    }

    private async Task AddForCoordinatorAsync(ClaimsPrincipal reader, List<HomeFigure> figures, List<HomeItem> waiting, CancellationToken cancellationToken)
    {
        var own = Viewer.Of(PortalClaims.InstitutionsOf(reader));
        DatasetRow[] sets = [.. (await datasets.ListAsync(own, null, cancellationToken)).Where(row => row.InstitutionId is { } id && own.InstitutionIds.Contains(id))];
        figures.Add(new(texts["OwnDataSets"].Value, Words.Count(sets.Count(row => row.State == DatasetState.Ready)), texts["ReadyDataSets"].Value));
        figures.Add(new(texts["OwnTrainingImages"].Value, Words.Count(sets.Where(row => row.State == DatasetState.Ready).Sum(row => row.TrainCount)), texts["OwnHeldOut", Words.Count(sets.Where(row => row.State == DatasetState.Ready).Sum(row => row.HoldoutCount))].Value));
        if (await rounds.CurrentAsync(own, cancellationToken) is { } current)
        {
            figures.Add(new(texts["YourPartInRound", current.Number].Value, current.States.Count > 0 ? string.Join(", ", current.States.Select(state => StateWords.NameOf(state))) : texts["NotInvited"].Value, current.StudyName));
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
                waiting.Add(new(texts["PlanWantsSignature", study.Name].Value, texts["ReadAndSign"].Value, Urls.Study(study.Id), IsUrgent: true));
            }
        }

        AddTerms(sets, waiting);
        AddCount(waiting, [.. sets.Where(row => row.State == DatasetState.Failed)], rows => Words.Form(rows, texts["DataSetsNotImported", Words.Count(rows)].Value), texts["SeeWhy"].Value, Urls.Datasets, isUrgent: true);
        if (sets.Length == 0)
        {
            waiting.Add(new(own.InstitutionIds.Count == 0 ? texts["NoInstitutionInAccount"].Value : texts["NoOwnDataSet"].Value, texts["BringData"].Value, Urls.BringDataset, IsUrgent: true));
        }
    }

    private void AddTerms(IReadOnlyList<DatasetRow> sets, List<HomeItem> waiting)
    {
        foreach (DatasetRow row in sets.Where(row => row is { State: DatasetState.Ready, IsNewest: true }))
        {
            if (ProblemOf(row) is { } problem)
            {
                waiting.Add(new(texts["NoRoundUsesIt", problem].Value, texts["ReadAndAccept"].Value, $"{Urls.Dataset(row.Id)}#terms", IsUrgent: true));
            }
            else if (row.Terms is { } terms && terms.EndSoon(clock.GetUtcNow()))
            {
                waiting.Add(new(texts["TermsEndOn", row.Name, terms.ExpiresAt].Value, texts["AcceptForLonger"].Value, $"{Urls.Dataset(row.Id)}#terms", IsUrgent: false));
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
                figures.Add(new(texts["PrivacyBudgetLeft"].Value, budget.Left is { } left ? $"ε {EpsilonText.Brief(left)}" : texts["BudgetNotKnown"].Value, texts["BudgetOfCap", EpsilonText.Brief(budget.EpsilonCap), ledger.StudyName].Value));
            }

            if (ledger.Alarm is not null || !ledger.IsAsReceived)
            {
                waiting.Add(new(ledger.Alarm is null ? texts["OwnLedgerDoesNotVerify", ledger.StudyName].Value : texts["OwnLedgerDiffers", ledger.StudyName].Value, texts["Look"].Value, Urls.InstitutionPrivacy(institution), IsUrgent: true));
            }
        }
    }

    private async Task AddForAuditorAsync(Viewer viewer, List<HomeFigure> figures, List<HomeItem> waiting, CancellationToken cancellationToken)
    {
        AuditLogState log = await audit.StateAsync(cancellationToken);
        IReadOnlyList<LedgerCopyRow> copies = await ledgers.ListAsync(viewer, null, cancellationToken);
        LedgerCopyRow[] alarms = [.. copies.Where(row => row.Alarm is not null)];
        StudyRow[] running = [.. (await studies.ListAsync(cancellationToken)).Where(row => row.State == StudyState.Running)];
        figures.Add(new(texts["AuditLogEntries"].Value, Words.Count(log.Entries), log.NotSigned == 0 ? texts["AllUnderCheckpoint"].Value : texts["AfterLastCheckpoint", Words.Count(log.NotSigned)].Value));
        figures.Add(new(texts["PrivacyLedgers"].Value, Words.Count(copies.Count), texts["LedgerRowCount", Words.Count(copies.Sum(row => row.RowCount))].Value));
        figures.Add(new(texts["Alarms"].Value, Words.Count(alarms.Length), texts["LedgersWhoseCopiesDiffer"].Value));
        figures.Add(new(texts["FailedRounds"].Value, Words.Count(await FailedLatelyAsync(cancellationToken)), texts["AttemptsInSevenDays"].Value));
        AddCount(waiting, alarms, rows => Words.Form(rows, texts["LedgersDiffer", Words.Count(rows)].Value), texts["Compare"].Value, Urls.Privacy, isUrgent: true);
        AddCount(waiting, copies, rows => Words.Form(rows, texts["LedgersToRecompute", Words.Count(rows)].Value), texts["Recompute"].Value, Urls.Privacy, isUrgent: false);
        foreach (StudyRow study in running)
        {
            if (await studies.FindAsync(viewer, study.Id, cancellationToken) is { Protection.UpdatesAreEncrypted: false })
            {
                waiting.Add(new(texts["RunsWithoutProtection", study.Name].Value, texts["SeeStudy"].Value, Urls.Study(study.Id), IsUrgent: !study.IsSynthetic));
            }
        }

        waiting.Add(new(texts["AuditLogCanBeVerified"].Value, texts["Verify"].Value, Urls.Audit, IsUrgent: false));
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
