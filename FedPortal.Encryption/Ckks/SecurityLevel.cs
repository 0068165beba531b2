namespace FedPortal.Encryption.Ckks;

/// <summary>Bits of classical security that the homomorphic encryption standard promises for a ternary secret.</summary>
public enum SecurityLevel
{
    /// <summary>Not checked. Only for reading the files of others; never for data.</summary>
    Unchecked = 0,
    Classical128 = 128,
    Classical192 = 192,
    Classical256 = 256,
}
