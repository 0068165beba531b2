using System.Security.Cryptography;
using System.Text;
using FedPortal.Encryption.Arithmetic;

namespace FedPortal.Training.Compression;

/// <summary>Random bytes that every party of a round draws alike from the round's public seed. They protect nobody.</summary>
internal static class PublicStream
{
    /// <summary>AES-128 in counter mode; its key is the first half of SHA-256("FedPortal " ‖ purpose ‖ 0 ‖ seed).</summary>
    /// <param name="seed">Public bytes of the round.</param>
    /// <param name="purpose">Separates uses of one seed.</param>
    /// <param name="part">Separates parts that are drawn side by side.</param>
    public static AesCtrGenerator Open(ReadOnlySpan<byte> seed, string purpose, ulong part) =>
        new(SHA256.HashData([.. Encoding.UTF8.GetBytes($"FedPortal {purpose}\0"), .. seed]).AsSpan(0, AesCtrGenerator.KeyBytes), part);
}
