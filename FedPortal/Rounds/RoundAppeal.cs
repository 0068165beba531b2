namespace FedPortal.Rounds;

/// <summary>An excluded institution's objection, and what an admin decided. It changes no sum: a round is never decrypted twice.</summary>
public sealed class RoundAppeal
{
    public const int MaxLength = 2000;

    /// <param name="objection">The institution's own words, at most <see cref="MaxLength"/> characters.</param>
    public RoundAppeal(Guid roundId, Guid institutionId, string objection, string raisedBy, DateTimeOffset now)
    {
        RoundId = roundId;
        InstitutionId = institutionId;
        Objection = Checked(objection);
        RaisedBy = raisedBy;
        RaisedAt = now;
    }

    private RoundAppeal()
    {
        // For EF Core.
    }

    public Guid RoundId { get; private set; }

    public Guid InstitutionId { get; private set; }

    public string Objection { get; private set; } = "";

    public string RaisedBy { get; private set; } = "";

    public DateTimeOffset RaisedAt { get; private set; }

    public AppealState State { get; private set; }

    /// <summary>The admin's words; null while open.</summary>
    public string? Decision { get; private set; }

    public string? DecidedBy { get; private set; }

    public DateTimeOffset? DecidedAt { get; private set; }

    /// <summary>Decides it once.</summary>
    public void Decide(bool isUpheld, string decision, string decidedBy, DateTimeOffset now)
    {
        if (State != AppealState.Open)
        {
            throw new InvalidOperationException($"The appeal is {State} and cannot be decided again.");
        }

        State = isUpheld ? AppealState.Upheld : AppealState.Rejected;
        Decision = Checked(decision);
        DecidedBy = decidedBy;
        DecidedAt = now;
    }

    private static string Checked(string words)
    {
        string trimmed = words.Trim();
        return trimmed.Length is >= 1 and <= MaxLength
            ? trimmed
            : throw new ArgumentException($"Expected 1 to {MaxLength} characters but got {trimmed.Length}.", nameof(words));
    }
}

public enum AppealState
{
    Open,

    /// <summary>The exclusion was wrong: it does not count in the institution's history.</summary>
    Upheld,

    /// <summary>The exclusion stands.</summary>
    Rejected,
}
