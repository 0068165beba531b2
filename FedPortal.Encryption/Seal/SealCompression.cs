namespace FedPortal.Encryption.Seal;

/// <summary>How what follows the outer header is compressed. The values are the ones in the file.</summary>
public enum SealCompression
{
    None = 0,

    /// <summary>RFC 1950.</summary>
    Zlib = 1,

    /// <summary>Needs the system's libzstd.</summary>
    Zstandard = 2,
}
