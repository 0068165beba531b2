using FedPortal.Data;
using FedPortal.Studies;

namespace FedPortal.Components.Pages.Studies.Wizard;

/// <summary>What the pages of the study wizard share: the form, what it means right now, and how to say that it changed.</summary>
public sealed class WizardContext(Guid draftId, StudyForm form, Func<Task> onChanged)
{
    public Guid DraftId => draftId;

    public StudyForm Form => form;

    public StudyReading Reading { get; internal set; } = StudyFormReader.Read(form);

    public StudyForecast Forecast { get; internal set; } = new();

    /// <summary>The chosen institutions with their data sets, as the plan will name them.</summary>
    public IReadOnlyList<PlannedSeat> Seats { get; internal set; } = [];

    public IReadOnlyList<InstitutionRow> Institutions { get; internal set; } = [];

    /// <summary>Ready data sets that the viewer may see, the consortium's hold-outs among them.</summary>
    public IReadOnlyList<DatasetDetail> Datasets { get; internal set; } = [];

    public bool IsProtected => Training.Learning.FederatedStrategies.IsProtected(Reading.Design.Strategy);

    /// <summary>Reads the form again, saves it as it is and shows what follows.</summary>
    public Task ChangedAsync() => onChanged();

    public DatasetDetail? Dataset(Guid? id) => Datasets.FirstOrDefault(dataset => dataset.Row.Id == id);
}
