namespace FedPortal.Institutions;

/// <summary>The public keys of an institution's site program, as the portal knows them: everyone pins them, so they never change silently.</summary>
public sealed class InstitutionKey
{
    /// <param name="card">The public card in its byte form.</param>
    /// <param name="fingerprint">SHA-256 of the card, 64 hexadecimal digits: what people compare over another channel.</param>
    public InstitutionKey(Guid institutionId, byte[] card, string fingerprint, DateTimeOffset now)
    {
        InstitutionId = institutionId;
        Card = card;
        Fingerprint = fingerprint;
        RegisteredAt = now;
    }

    private InstitutionKey()
    {
        // For EF Core.
    }

    public Guid InstitutionId { get; private set; }

    public byte[] Card { get; private set; } = [];

    public string Fingerprint { get; private set; } = "";

    public DateTimeOffset RegisteredAt { get; private set; }
}
