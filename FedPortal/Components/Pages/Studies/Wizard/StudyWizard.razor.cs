using FedPortal.Components.Shared;
using FedPortal.Data;
using FedPortal.Jobs;
using FedPortal.Studies;
using Microsoft.AspNetCore.Components;

namespace FedPortal.Components.Pages.Studies.Wizard;

/// <summary>Writes a study page by page. The address names the page, the database keeps the draft: both survive a reload.</summary>
public partial class StudyWizard
{
    private WizardContext? _wizard;
    private string _saved = "";

    [Parameter]
    public Guid Id { get; set; }

    [SupplyParameterFromQuery]
    private string? Step { get; set; }

    [Inject]
    private DraftStore Drafts { get; set; } = default!;

    [Inject]
    private InstitutionStore Institutions { get; set; } = default!;

    [Inject]
    private DatasetStore Datasets { get; set; } = default!;

    [Inject]
    private StudyPlanner Planner { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private StudyStep Current => Enum.TryParse(Step, out StudyStep step) && Enum.IsDefined(step) ? step : StudyStep.Question;

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        if (_wizard?.DraftId != Id)
        {
            _wizard = await Drafts.FindAsync(Viewer, Id, cancellationToken) is { } form ? new WizardContext(Id, form, ChangedAsync) : null;
        }

        if (_wizard is { } wizard)
        {
            wizard.Institutions = await Institutions.ListAsync(Viewer, cancellationToken);
            wizard.Datasets = await Datasets.ListReadyAsync(Viewer, cancellationToken);
            await ForecastAsync(wizard, cancellationToken);
        }
    }

    private protected override bool Concerns(LiveUpdate update) => update.Subject is LiveSubject.Dataset or LiveSubject.Institution;

    private async Task ChangedAsync()
    {
        if (_wizard is { } wizard)
        {
            wizard.Reading = StudyFormReader.Read(wizard.Form);
            _saved = "";
            StateHasChanged();
            _saved = await Drafts.SaveAsync(Id, wizard.Form, CancellationToken.None) ? Texts["SavedNow"].Value : Texts["DraftGoneNothingSaved"].Value;
            StateHasChanged();
            await ForecastAsync(wizard, Leaving);
            StateHasChanged();
        }
    }

    private async Task ForecastAsync(WizardContext wizard, CancellationToken cancellationToken) =>
        (wizard.Forecast, wizard.Seats) = await Planner.ForecastAsync(wizard.Reading.Design, wizard.Reading.Roster, wizard.Reading.HoldoutDatasetId, cancellationToken);

    private async Task DeleteAsync()
    {
        await Drafts.DeleteAsync(Id, CancellationToken.None);
        Navigation.NavigateTo(Urls.Studies);
    }

    private static Type PageOf(StudyStep step) => step switch
    {
        StudyStep.Roster => typeof(StepRoster),
        StudyStep.Model => typeof(StepModel),
        StudyStep.Preprocessing => typeof(StepPreprocessing),
        StudyStep.Balance => typeof(StepBalance),
        StudyStep.Noise => typeof(StepNoise),
        StudyStep.Encryption => typeof(StepEncryption),
        StudyStep.Rounds => typeof(StepRounds),
        StudyStep.Plan => typeof(StepPlan),
        _ => typeof(StepQuestion),
    };

    private string TimeOf(StudyForecast forecast)
    {
        double known = forecast.Stages.Sum(stage => stage.Seconds ?? 0);
        int unknown = forecast.Stages.Count(stage => stage.Seconds is null);
        return unknown == forecast.Stages.Count ? Texts["NotMeasuredYet"].Value : unknown == 0 ? Words.Seconds(known) : Texts["TimeNotWhollyMeasured", Words.Seconds(known), Words.Count(unknown, Texts["CountedStage"].Value)].Value;
    }
}
