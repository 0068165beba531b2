namespace FedPortal.Studies;

/// <summary>One institution's place in a study, with the data set it brings.</summary>
public sealed class RosterEntry
{
    public RosterEntry(Guid studyId, Guid institutionId, Guid datasetId, int seat)
    {
        StudyId = studyId;
        InstitutionId = institutionId;
        DatasetId = datasetId;
        Seat = seat;
    }

    private RosterEntry()
    {
        // For EF Core.
    }

    public Guid StudyId { get; private set; }

    public Guid InstitutionId { get; private set; }

    public Guid DatasetId { get; private set; }

    /// <summary>Place in the roster, from 0: the institution's seed in training.</summary>
    public int Seat { get; private set; }
}
