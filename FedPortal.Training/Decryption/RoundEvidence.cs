namespace FedPortal.Training.Decryption;

/// <summary>One accepted update as it was stored.</summary>
/// <param name="Statement">Signed by its sender; it names the ciphertext's hash.</param>
/// <param name="OpenCiphertext">Reads it from its first byte; whoever calls it disposes the stream.</param>
public sealed record SealedUpdate(ReadOnlyMemory<byte> Statement, Func<Stream> OpenCiphertext);

/// <summary>Everything of a protected round that was published or sealed: enough to add its sum up again without trusting whoever kept it.</summary>
public sealed record RoundEvidence
{
    public required ReadOnlyMemory<byte> PortalCard { get; init; }

    /// <summary>Of the round's members.</summary>
    public required IReadOnlyList<ReadOnlyMemory<byte>> Cards { get; init; }

    /// <summary>Signed by the portal.</summary>
    public required ReadOnlyMemory<byte> Description { get; init; }

    /// <summary>Signed by the portal.</summary>
    public required ReadOnlyMemory<byte> AcceptedSet { get; init; }

    public required IReadOnlyList<SealedUpdate> Updates { get; init; }

    /// <summary>The helpers' answers; empty as long as the sum was not unlocked.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Answers { get; init; } = [];

    /// <summary>Of the encrypted sum as the portal recorded it; null where it did not.</summary>
    public string? EncryptedSumHash { get; init; }

    /// <summary>Of the decrypted integers as the portal recorded it; null before the sum was opened.</summary>
    public string? SumHash { get; init; }
}
