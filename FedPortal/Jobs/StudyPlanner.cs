using FedPortal.Data;
using FedPortal.Encryption.SecureAggregation.Advice;
using FedPortal.Studies;
using FedPortal.Training.Imaging;
using FedPortal.Training.Models;

namespace FedPortal.Jobs;

/// <summary>Gathers what a flight plan is worked out from and lets the domain work it out; turns a draft into a proposed study.</summary>
public sealed class StudyPlanner(FlightInputStore planning, StudyStore studies, ApprovalStore approvals, DraftStore drafts, MachineFigures machine, TimeProvider clock)
{
    private Known? _known;

    /// <summary>What can be said about a design and the part of its roster that is chosen.</summary>
    public async Task<(StudyForecast Forecast, IReadOnlyList<PlannedSeat> Seats)> ForecastAsync(
        StudyDesign design, IReadOnlyList<(Guid InstitutionId, Guid DatasetId)> roster, Guid? holdoutDatasetId, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, MachineSpeed> speeds = await machine.SpeedsAsync(cancellationToken);
        IReadOnlyList<PlannedSeat> seats = await planning.SeatsAsync(roster, cancellationToken);
        Guid[] holdouts = holdoutDatasetId is { } own ? [own] : [.. seats.Select(seat => seat.DatasetId)];
        IReadOnlyDictionary<string, int> classes = await planning.HoldoutClassesAsync(holdouts, cancellationToken);
        StageFigures figures = await FiguresAsync(design.Architecture, design.Preprocessing, cancellationToken);
        return (StudyForecaster.Make(design, seats, classes, figures, set => speeds.GetValueOrDefault(set.Name)), seats);
    }

    /// <summary>Makes a study of a draft, freezes its flight plan and asks the institutions to sign it. The draft is gone then.</summary>
    /// <returns>The study's id and no problems, or null and what is wrong.</returns>
    public async Task<(Guid? StudyId, IReadOnlyList<string> Problems)> ProposeAsync(Guid draftId, string actor, CancellationToken cancellationToken)
    {
        if (await drafts.FindAsync(Viewer.Everything, draftId, cancellationToken) is not { } form)
        {
            return (null, ["The draft is gone."]);
        }

        StudyReading reading = StudyFormReader.Read(form);
        if (reading.Problems.Count > 0)
        {
            return (null, [.. reading.Problems.Select(problem => problem.Text)]);
        }

        (Guid? id, IReadOnlyList<string> problems) = await studies.CreateAsync(reading.Design, reading.Roster, reading.HoldoutDatasetId, actor, cancellationToken);
        if (id is not { } studyId)
        {
            return (null, problems);
        }

        string? refusal = await ProposeAsync(studyId, reading.Design, reading.Roster, reading.HoldoutDatasetId, actor, cancellationToken);
        if (refusal is null)
        {
            await drafts.DeleteAsync(draftId, cancellationToken);
        }

        return refusal is null ? (studyId, []) : (null, [refusal]);
    }

    /// <summary>Freezes the flight plan of a draft study.</summary>
    /// <returns>Null, or why not.</returns>
    public async Task<string?> ProposeAsync(
        Guid studyId, StudyDesign design, IReadOnlyList<(Guid InstitutionId, Guid DatasetId)> roster, Guid? holdoutDatasetId, string actor, CancellationToken cancellationToken)
    {
        (StudyForecast forecast, IReadOnlyList<PlannedSeat> seats) = await ForecastAsync(design, roster, holdoutDatasetId, cancellationToken);
        return forecast is { Encryption: null, EncryptionReason: { Length: > 0 } reason } && Training.Learning.FederatedStrategies.IsProtected(design.Strategy)
            ? reason
            : await approvals.ProposeAsync(studyId, forecast.ToPlan(design, seats, clock.GetUtcNow()), actor, cancellationToken);
    }

    /// <summary>Freezes the flight plan of a study that was made without one.</summary>
    /// <returns>Null, or why not.</returns>
    public async Task<string?> ProposeExistingAsync(Guid studyId, string actor, CancellationToken cancellationToken)
    {
        if (await studies.FindAsync(Viewer.Everything, studyId, cancellationToken) is not { } study)
        {
            return "There is no such study.";
        }

        (Guid, Guid)[] roster = [.. study.Roster.Select(seat => (seat.InstitutionId, seat.DatasetId!.Value))];
        return await ProposeAsync(studyId, study.Design, roster, study.HoldoutDatasetId, actor, cancellationToken);
    }

    /// <summary>For studies that an admin sets up from ready-made plans on institutions that this portal hosts: proposes and signs for all of them, and the record says so.</summary>
    /// <returns>Null, or why not.</returns>
    public async Task<string?> ProposeAndSignForHostedAsync(
        Guid studyId, StudyDesign design, IReadOnlyList<(Guid InstitutionId, Guid DatasetId)> roster, Guid? holdoutDatasetId, string actor, CancellationToken cancellationToken)
    {
        ApprovalView? view = await approvals.FindAsync(Viewer.Everything, studyId, cancellationToken);
        if (view is null && await ProposeAsync(studyId, design, roster, holdoutDatasetId, actor, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        view ??= (await approvals.FindAsync(Viewer.Everything, studyId, cancellationToken))!;
        foreach (SignatureRow missing in view.Signatures.Where(row => row.SignedBy is null))
        {
            if (await approvals.SignAsync(studyId, missing.InstitutionId, view.PlanHash, actor, isOnBehalf: true, cancellationToken) is { } unsigned)
            {
                return unsigned;
            }
        }

        return null;
    }

    // Measured figures change with every round, but not while somebody moves a slider.
    private async Task<StageFigures> FiguresAsync(ClassifierArchitecture architecture, PreprocessingPipeline preprocessing, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _known) is { } known && known.Architecture == architecture && known.Size == preprocessing.Size && clock.GetElapsedTime(known.At) < TimeSpan.FromSeconds(30))
        {
            return known.Figures;
        }

        StageFigures figures = await planning.FiguresAsync(architecture, preprocessing, cancellationToken);
        Volatile.Write(ref _known, new Known(architecture, preprocessing.Size, clock.GetTimestamp(), figures));
        return figures;
    }

    private sealed record Known(ClassifierArchitecture Architecture, int Size, long At, StageFigures Figures);
}
