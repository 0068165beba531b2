using FedPortal.Runs;

namespace FedPortal.Models;

/// <summary>One test of one model version. Its results stay on record, whatever they say.</summary>
public abstract class ModelTestRun : LongRun
{
    private protected ModelTestRun(Guid studyId, int modelVersion, string startedBy, DateTimeOffset now)
        : base(startedBy, now)
    {
        StudyId = studyId;
        ModelVersion = modelVersion;
    }

    private protected ModelTestRun()
    {
        // For EF Core.
    }

    public Guid StudyId { get; private set; }

    public int ModelVersion { get; private set; }

    /// <summary>Work of the institutions that belongs to this test; empty where the portal's own child process does it.</summary>
    public IReadOnlyList<Guid> AssignmentIds { get; private set; } = [];

    /// <summary>What it found, as JSON; null until done.</summary>
    public string? OutcomeJson { get; private set; }

    /// <summary>SHA-256, hex, of <see cref="OutcomeJson"/>.</summary>
    public string? OutcomeHash { get; private set; }

    /// <summary>Whether another run does the same at the same model.</summary>
    public abstract bool IsSameAs(ModelTestRun other);

    /// <param name="assignmentIds">Work handed to institutions, or none.</param>
    public void Begin(IReadOnlyList<Guid> assignmentIds, DateTimeOffset now)
    {
        BeginRun(now);
        AssignmentIds = assignmentIds;
    }

    private protected void Finish(string outcomeJson, string outcomeHash, DateTimeOffset now)
    {
        FinishRun(now);
        OutcomeJson = outcomeJson;
        OutcomeHash = outcomeHash;
    }
}
