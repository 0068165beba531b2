using System.Collections.Frozen;

namespace FedPortal.Studies;

/// <summary>A question that institutions answer together by training one model over a number of rounds.</summary>
public sealed class Study
{
    private static readonly FrozenSet<(StudyState From, StudyState To)> Moves = new[]
    {
        (StudyState.Draft, StudyState.Proposed),
        (StudyState.Draft, StudyState.Running),
        (StudyState.Draft, StudyState.Cancelled),
        (StudyState.Proposed, StudyState.Running),
        (StudyState.Proposed, StudyState.Cancelled),
        (StudyState.Running, StudyState.Completed),
        (StudyState.Running, StudyState.Cancelled),
        (StudyState.Running, StudyState.Failed),
        (StudyState.Failed, StudyState.Running),
        (StudyState.Failed, StudyState.Cancelled),
    }.ToFrozenSet();

    private readonly List<RosterEntry> _roster = [];

    /// <param name="roster">Institution and data set of each seat.</param>
    /// <exception cref="ArgumentException">The design has problems; the message lists them.</exception>
    public Study(StudyDesign design, IReadOnlyList<(Guid InstitutionId, Guid DatasetId)> roster, Guid? holdoutDatasetId, bool isSynthetic, DateTimeOffset now)
    {
        if (design.Problems(roster.Count) is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(" ", problems), nameof(design));
        }

        Id = Guid.CreateVersion7(now);
        Name = design.Name;
        Design = design;
        HoldoutDatasetId = holdoutDatasetId;
        IsSynthetic = isSynthetic;
        CreatedAt = ChangedAt = now;
        _roster.AddRange(roster.Select((entry, seat) => new RosterEntry(Id, entry.InstitutionId, entry.DatasetId, seat)));
    }

    private Study()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public string Name { get; private set; } = "";

    public StudyDesign Design { get; private set; } = null!;

    /// <summary>The consortium's own hold-out, or null.</summary>
    public Guid? HoldoutDatasetId { get; private set; }

    /// <summary>True when any data set of the study is synthetic.</summary>
    public bool IsSynthetic { get; private set; }

    public StudyState State { get; private set; } = StudyState.Draft;

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? StartedAt { get; private set; }

    public DateTimeOffset ChangedAt { get; private set; }

    public string? FailureReason { get; private set; }

    /// <summary>The flight plan exactly as it was signed, or null before it was proposed.</summary>
    public string? PlanText { get; private set; }

    /// <summary>What the coordinators sign: <see cref="FlightPlan.HashOf"/> of <see cref="PlanText"/>.</summary>
    public string? PlanHash { get; private set; }

    /// <summary>When it was put away; it stays readable and leaves the lists.</summary>
    public DateTimeOffset? ArchivedAt { get; private set; }

    /// <summary>Since when no new round begins; null unless it runs and is paused. Plan and signatures stay as they are.</summary>
    public DateTimeOffset? PausedAt { get; private set; }

    public IReadOnlyList<RosterEntry> Roster => _roster;

    public static bool CanMove(StudyState from, StudyState to) => Moves.Contains((from, to));

    /// <summary>Freezes the flight plan: from here on the institutions sign it or the study is called off.</summary>
    public void Propose(string planText, DateTimeOffset now)
    {
        MoveTo(StudyState.Proposed, now);
        PlanText = planText;
        PlanHash = FlightPlan.HashOf(planText);
    }

    /// <summary>Puts an ended study away.</summary>
    public void Archive(DateTimeOffset now)
    {
        if (!CanArchive(State))
        {
            throw new InvalidOperationException($"Study '{Name}' is {State} and cannot be archived.");
        }

        ArchivedAt ??= now;
        ChangedAt = now;
    }

    /// <summary>Takes a study out of the archive.</summary>
    public void Restore(DateTimeOffset now)
    {
        ArchivedAt = null;
        ChangedAt = now;
    }

    public static bool CanArchive(StudyState state) => state is StudyState.Completed or StudyState.Cancelled or StudyState.Failed;

    /// <summary>Starts or resumes it. Whether everyone has signed is asked before, where the signatures are stored.</summary>
    public void Start(DateTimeOffset now)
    {
        MoveTo(StudyState.Running, now);
        StartedAt ??= now;
        FailureReason = null;
    }

    /// <summary>From now on no new round begins; one that is open goes on to its end.</summary>
    public void Pause(DateTimeOffset now)
    {
        if (!CanPause(State, PausedAt is not null))
        {
            throw new InvalidOperationException($"Study '{Name}' is {State}{(PausedAt is null ? "" : " and paused already")}: it cannot be paused.");
        }

        PausedAt = now;
        ChangedAt = now;
    }

    /// <summary>Lets rounds begin again.</summary>
    public void Resume(DateTimeOffset now)
    {
        if (PausedAt is null)
        {
            throw new InvalidOperationException($"Study '{Name}' is {State} and not paused.");
        }

        PausedAt = null;
        ChangedAt = now;
    }

    public static bool CanPause(StudyState state, bool isPaused) => state == StudyState.Running && !isPaused;

    public void Complete(DateTimeOffset now) => MoveTo(StudyState.Completed, now);

    public void Cancel(DateTimeOffset now) => MoveTo(StudyState.Cancelled, now);

    public void Fail(string reason, DateTimeOffset now)
    {
        MoveTo(StudyState.Failed, now);
        FailureReason = reason;
    }

    private void MoveTo(StudyState next, DateTimeOffset now)
    {
        if (!CanMove(State, next))
        {
            throw new InvalidOperationException($"Study '{Name}' is {State} and cannot become {next}.");
        }

        State = next;
        ChangedAt = now;
        PausedAt = null;
    }
}
