namespace FedPortal.Inference;

/// <summary>
/// Lets one institution's program ask the released model of one study. Only the secret's hash is kept. What was used of the quotas is kept here too, so that
/// it holds across restarts and several portals; it is changed by one statement of the database alone.
/// </summary>
public sealed class InferenceKey
{
    public const int LongestName = 80;
    public const int MostPerMinute = 6_000;
    public const int MostPerDay = 1_000_000;

    /// <param name="secretHash">SHA-256 of the whole key as it is sent.</param>
    /// <param name="shownStart">The first characters, to tell keys apart.</param>
    /// <exception cref="ArgumentException">A value is out of its range; the message names both sides.</exception>
    public InferenceKey(
        Guid studyId, Guid institutionId, string name, string secretHash, string shownStart, int perDay, int perMinute, DateTimeOffset expiresAt, string createdBy, DateTimeOffset now)
    {
        Require(name.Trim().Length is >= 1 and <= LongestName, $"A key needs a name of 1 to {LongestName} characters but got {name.Trim().Length}.");
        Require(perDay is >= 1 and <= MostPerDay, $"Expected 1 to {MostPerDay} requests a day but got {perDay}.");
        Require(perMinute is >= 1 and <= MostPerMinute, $"Expected 1 to {MostPerMinute} requests a minute but got {perMinute}.");
        Require(expiresAt > now, $"Expected an end after {now:yyyy-MM-dd} but got {expiresAt:yyyy-MM-dd}.");
        Id = Guid.CreateVersion7(now);
        StudyId = studyId;
        InstitutionId = institutionId;
        Name = name.Trim();
        SecretHash = secretHash;
        ShownStart = shownStart;
        RequestsPerDay = perDay;
        RequestsPerMinute = perMinute;
        ExpiresAt = expiresAt;
        CreatedBy = createdBy;
        CreatedAt = now;
    }

    private InferenceKey()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public Guid StudyId { get; private set; }

    public Guid InstitutionId { get; private set; }

    public string Name { get; private set; } = "";

    public string SecretHash { get; private set; } = "";

    public string ShownStart { get; private set; } = "";

    public int RequestsPerDay { get; private set; }

    public int RequestsPerMinute { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public string CreatedBy { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    public string? RevokedBy { get; private set; }

    /// <summary>The day that <see cref="DayCount"/> is of: whole days of UTC since 1970.</summary>
    public long Day { get; private set; }

    public int DayCount { get; private set; }

    /// <summary>The minute that <see cref="MinuteCount"/> is of: whole minutes since 1970.</summary>
    public long Minute { get; private set; }

    public int MinuteCount { get; private set; }

    /// <summary>Requests that counted, ever.</summary>
    public long TotalCount { get; private set; }

    public bool IsUsableAt(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;

    /// <exception cref="InvalidOperationException">It is revoked already.</exception>
    public void Revoke(string actor, DateTimeOffset now)
    {
        if (RevokedAt is not null)
        {
            throw new InvalidOperationException($"The key '{Name}' was revoked already, by {RevokedBy}.");
        }

        RevokedAt = now;
        RevokedBy = actor;
    }

    public static long DayOf(DateTimeOffset now) => now.ToUnixTimeSeconds() / (24 * 60 * 60);

    public static long MinuteOf(DateTimeOffset now) => now.ToUnixTimeSeconds() / 60;

    private static void Require(bool right, string message)
    {
        if (!right)
        {
            throw new ArgumentException(message);
        }
    }
}
