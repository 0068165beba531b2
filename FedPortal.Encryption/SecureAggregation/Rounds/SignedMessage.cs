using FedPortal.Encryption.SecureAggregation.Identity;

namespace FedPortal.Encryption.SecureAggregation.Rounds;

/// <summary>A message and its signature: the body's bytes followed by 64 bytes of ECDSA.</summary>
internal static class SignedMessage
{
    public static byte[] Sign(InstitutionIdentity signer, string purpose, byte[] body) => [.. body, .. signer.Sign(purpose, body)];

    /// <returns>The body.</returns>
    /// <exception cref="FormatException">Too short, or not signed by the expected party.</exception>
    public static ReadOnlySpan<byte> Verify(InstitutionCard signer, string purpose, ReadOnlySpan<byte> signed)
    {
        if (signed.Length <= Signatures.Bytes)
        {
            throw new FormatException($"Expected more than {Signatures.Bytes} bytes of a signed {purpose} but got {signed.Length}.");
        }

        ReadOnlySpan<byte> body = signed[..^Signatures.Bytes];
        return signer.Verify(purpose, body, signed[^Signatures.Bytes..])
            ? body
            : throw new FormatException($"Expected a {purpose} signed by {signer.Name} ({signer.Fingerprint}) but the signature is another's.");
    }
}
