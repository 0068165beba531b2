namespace FedPortal.Identity;

/// <summary>What a token allows beyond its person's own rights: never more than those.</summary>
public enum TokenScope
{
    /// <summary>Reading and computing; nothing is changed.</summary>
    Read,

    /// <summary>Whatever its person may do, except for acts that need the person.</summary>
    ReadWrite,
}

/// <summary>Lets a program of one person use the HTTP API in that person's name. The token itself is shown once and not stored.</summary>
public sealed class AccessToken
{
    /// <summary>What every token begins with, so that it is known for a secret wherever it turns up.</summary>
    public const string Prefix = "fedp_";

    public const int NameLength = 60;
    public const int MaxDays = 365;

    /// <summary>Live tokens that one person may have.</summary>
    public const int MostLive = 20;

    /// <exception cref="ArgumentException">The name is empty or too long, or the end is not within a year.</exception>
    public AccessToken(Guid userId, string name, TokenScope scope, bool hasSecondFactor, string tokenHash, DateTimeOffset expiresAt, DateTimeOffset now)
    {
        string trimmed = name.Trim();
        if (trimmed.Length is < 1 or > NameLength || trimmed.Any(char.IsControl))
        {
            throw new ArgumentException($"A token needs a name of 1 to {NameLength} plain characters, but it has {trimmed.Length}.", nameof(name));
        }

        if (expiresAt <= now || expiresAt > now.AddDays(MaxDays))
        {
            throw new ArgumentException($"A token ends after now and within {MaxDays} days, by {now.AddDays(MaxDays):yyyy-MM-dd}, not on {expiresAt:yyyy-MM-dd}.", nameof(expiresAt));
        }

        Id = Guid.CreateVersion7(now);
        UserId = userId;
        Name = trimmed;
        Scope = scope;
        HasSecondFactor = hasSecondFactor;
        TokenHash = tokenHash;
        CreatedAt = now;
        ExpiresAt = expiresAt;
    }

    private AccessToken()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public Guid UserId { get; private set; }

    public string Name { get; private set; } = "";

    public TokenScope Scope { get; private set; }

    /// <summary>True when it was made in a session that had shown a second factor.</summary>
    public bool HasSecondFactor { get; private set; }

    /// <summary><see cref="SecretToken.HashOf"/> of the whole token.</summary>
    public string TokenHash { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? LastUsedAt { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    /// <summary>Who revoked it and why, in words for people.</summary>
    public string? RevocationReason { get; private set; }

    public bool IsLive(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;

    /// <returns>Why it is refused, for whoever holds it; null while it lives.</returns>
    public string? Refusal(DateTimeOffset now) => RevokedAt is { } at ? $"The token was revoked on {at:yyyy-MM-dd}."
        : now >= ExpiresAt ? $"The token expired on {ExpiresAt:yyyy-MM-dd}." : null;

    public void Revoke(string reason, DateTimeOffset now)
    {
        if (RevokedAt is null)
        {
            (RevokedAt, RevocationReason) = (now, reason);
        }
    }
}
