namespace FedPortal.Encryption.SecureAggregation.Aggregation;

/// <summary>What the portal thinks of something that arrived.</summary>
/// <param name="Sender">The sender's place in the roster; -1 where the bytes do not even tell that.</param>
/// <param name="Refusal">Why it is put aside; null when it is accepted.</param>
/// <param name="Hash">The hash of an accepted update, 64 hexadecimal digits.</param>
public sealed record Verdict(int Sender, string? Refusal, string? Hash = null)
{
    public bool Accepted => Refusal is null;
}
