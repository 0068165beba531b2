using FedPortal.Studies;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace FedPortal.Components.Pages.Studies.Wizard;

/// <summary>One page of the study wizard.</summary>
public abstract class WizardStep : ComponentBase
{
    [CascadingParameter]
    public WizardContext Wizard { get; set; } = default!;

    [Inject]
    private protected IStringLocalizer<StudyTexts> Texts { get; set; } = default!;

    protected StudyForm Form => Wizard.Form;

    protected StudyReading Reading => Wizard.Reading;

    protected StudyForecast Forecast => Wizard.Forecast;
}
