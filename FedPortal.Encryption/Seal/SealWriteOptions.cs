namespace FedPortal.Encryption.Seal;

/// <summary>How to write a file.</summary>
/// <param name="Compression">None by default: ciphertexts look random and hardly shrink.</param>
/// <param name="MinorVersion">
/// The 4.x in every header, 0 to 4. SEAL 4.0 to 4.3 want exactly their own, 4.4 and later accept any up to theirs. 1 is read by 4.1 and by 4.4.
/// </param>
public sealed record SealWriteOptions(SealCompression Compression = SealCompression.None, int MinorVersion = 1)
{
    public static SealWriteOptions Default { get; } = new();
}
