using System.Text;

namespace FedPortal.Encryption.SecureAggregation.Identity;

/// <summary>Every signature covers its purpose, so that none can stand in for another.</summary>
public static class Signatures
{
    public const int Bytes = 64;

    public const string Description = "round description";
    public const string Accepted = "accepted set";
    public const string Envelope = "share envelope";
    public const string Update = "encrypted update";
    public const string Statement = "update statement";
    public const string Answer = "helper answer";

    /// <returns>"FedPortal secure aggregation 1: purpose", a zero byte, the message.</returns>
    internal static byte[] Input(string purpose, ReadOnlySpan<byte> message) =>
        [.. Encoding.UTF8.GetBytes($"FedPortal secure aggregation 1: {purpose}\0"), .. message];
}
