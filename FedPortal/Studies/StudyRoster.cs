using FedPortal.Datasets;
using FedPortal.Institutions;

namespace FedPortal.Studies;

/// <summary>Checks that the institutions and data sets of a study fit together.</summary>
public static class StudyRoster
{
    /// <summary>What is wrong, in words for a person; empty when nothing is.</summary>
    public static IEnumerable<string> Problems(
        StudyDesign design,
        IReadOnlyList<(Guid InstitutionId, Guid DatasetId)> roster,
        Guid? holdoutDatasetId,
        IReadOnlyDictionary<Guid, Institution> institutions,
        IReadOnlyDictionary<Guid, Dataset> datasets,
        DateTimeOffset now)
    {
        if (roster.Select(entry => entry.InstitutionId).Distinct().Count() != roster.Count)
        {
            yield return "An institution may sit in a study's roster only once.";
        }

        foreach ((Guid institutionId, Guid datasetId) in roster)
        {
            foreach (string problem in EntryProblems(design, institutions.GetValueOrDefault(institutionId), datasets.GetValueOrDefault(datasetId), now))
            {
                yield return problem;
            }
        }

        if (holdoutDatasetId is { } holdoutId)
        {
            Dataset? holdout = datasets.GetValueOrDefault(holdoutId);
            if (holdout is not { State: DatasetState.Ready, Purpose: DatasetPurpose.ConsortiumHoldout })
            {
                yield return $"The consortium hold-out must be a ready data set made for that, but '{holdout?.Name ?? "unknown"}' is not.";
            }
            else
            {
                foreach (string problem in ClassProblems(design, holdout))
                {
                    yield return problem;
                }
            }
        }
    }

    private static IEnumerable<string> EntryProblems(StudyDesign design, Institution? institution, Dataset? dataset, DateTimeOffset now)
    {
        if (institution is null || dataset is null)
        {
            yield return "The roster names an institution or a data set that does not exist.";
            yield break;
        }

        if (institution.Status != InstitutionStatus.Active)
        {
            yield return $"{institution.Name} is {institution.Status} and cannot join a study.";
        }

        if (dataset.InstitutionId != institution.Id)
        {
            yield return $"The data set '{dataset.Name}' does not belong to {institution.Name}.";
        }

        if (dataset.State != DatasetState.Ready)
        {
            yield return $"The data set '{dataset.Name}' is {dataset.State}, not Ready.";
        }

        if (DataUseTerms.Problem(dataset.Name, dataset.Source, dataset.Terms, now) is { } unusable)
        {
            yield return unusable;
        }

        foreach (string problem in ClassProblems(design, dataset))
        {
            yield return problem;
        }
    }

    private static IEnumerable<string> ClassProblems(StudyDesign design, Dataset dataset)
    {
        string[] unknown = [.. dataset.Classes.Select(c => c.Class).Except(design.Classes, StringComparer.Ordinal)];
        if (unknown.Length > 0)
        {
            yield return $"The data set '{dataset.Name}' has labels that the study does not: {string.Join(", ", unknown)}. The study has {string.Join(", ", design.Classes)}.";
        }
    }
}
