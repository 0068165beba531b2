using System.Security.Cryptography;

namespace FedPortal.Encryption.SecureAggregation.Identity;

/// <summary>Points of P-256 as 64 bytes, X ‖ Y, big-endian.</summary>
internal static class Curve
{
    public static ECParameters Parameters(ReadOnlySpan<byte> point) => new()
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = point[..32].ToArray(), Y = point[32..].ToArray() },
    };

    public static byte[] Point(ECParameters parameters) => [.. parameters.Q.X!, .. parameters.Q.Y!];
}
