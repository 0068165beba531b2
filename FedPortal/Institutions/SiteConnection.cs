namespace FedPortal.Institutions;

/// <summary>When a hospital's site program was last heard of.</summary>
public sealed class SiteConnection
{
    public SiteConnection(Guid institutionId) => InstitutionId = institutionId;

    private SiteConnection()
    {
        // For EF Core.
    }

    public Guid InstitutionId { get; private set; }

    public DateTimeOffset? LastSeenAt { get; private set; }

    public string? Program { get; private set; }

    /// <summary>What the portal last refused it, and why; null when the latest request was answered.</summary>
    public string? Refusal { get; private set; }

    public void See(string? program, string? refusal, DateTimeOffset now)
    {
        LastSeenAt = now;
        Program = program is { Length: > 50 } ? program[..50] : program;
        Refusal = refusal;
    }
}
