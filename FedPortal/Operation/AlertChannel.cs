namespace FedPortal.Operation;

/// <summary>How an alert leaves the portal.</summary>
public enum ChannelKind
{
    Mail,
    Webhook,
}

/// <summary>Where alerts go: one mail address, or one HTTPS address that gets them as signed JSON.</summary>
public sealed class AlertChannel
{
    public const int AddressLength = 500;

    /// <param name="address">A mail address or an HTTPS address.</param>
    /// <param name="protectedSecret">The key that signs what is sent, encrypted by the portal; null for mail.</param>
    public AlertChannel(ChannelKind kind, string name, string address, string? protectedSecret, AlertLevel leastLevel, string addedBy, DateTimeOffset now)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        if (kind == ChannelKind.Webhook != protectedSecret is not null)
        {
            throw new ArgumentException("A webhook needs a secret and a mail address has none.", nameof(protectedSecret));
        }

        Id = Guid.CreateVersion7(now);
        Kind = kind;
        Name = name.Trim();
        Address = address.Trim();
        ProtectedSecret = protectedSecret;
        LeastLevel = leastLevel;
        AddedBy = addedBy;
        AddedAt = now;
    }

    private AlertChannel()
    {
        // For EF Core.
    }

    public Guid Id { get; private set; }

    public ChannelKind Kind { get; private set; }

    public string Name { get; private set; } = "";

    public string Address { get; private set; } = "";

    /// <summary>Encrypted by the portal's data protection.</summary>
    public string? ProtectedSecret { get; private set; }

    /// <summary>What matters less than this is not sent.</summary>
    public AlertLevel LeastLevel { get; private set; }

    public string AddedBy { get; private set; } = "";

    public DateTimeOffset AddedAt { get; private set; }

    public bool Wants(AlertLevel level) => level >= LeastLevel;
}
