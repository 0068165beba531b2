using FedPortal.Encryption.Ckks;

namespace FedPortal.Encryption.Seal;

/// <summary>EncryptionParameters: header, scheme 2 (a byte), N, K, K moduli and the plain modulus 0; a modulus is a header and a word.</summary>
public static class SealParametersFile
{
    private const int ModulusBytes = SealHeader.Bytes + sizeof(ulong);
    private const int FixedBytes = SealHeader.Bytes + 1 + (2 * sizeof(ulong)) + ModulusBytes;

    /// <param name="file">The whole file.</param>
    /// <param name="security">The level that the parameters must have.</param>
    /// <exception cref="SealFormatException">The file is damaged, or not for CKKS, or its parameters are refused.</exception>
    public static CkksParameters Read(ReadOnlySpan<byte> file, SecurityLevel security = SecurityLevel.Classical128)
    {
        var reader = new SealReader(SealEnvelope.Open(file, FixedBytes + (CkksParameters.MaxPrimes * ModulusBytes)));
        byte scheme = reader.Byte();
        if (scheme != ParametersId.Scheme)
        {
            throw new SealFormatException($"Expected the scheme {ParametersId.Scheme} (CKKS) but got {scheme}.");
        }

        ulong degree = reader.Word();
        ulong count = reader.Word();
        if (degree > CkksParameters.MaxDegree || count is < 1 or > CkksParameters.MaxPrimes)
        {
            throw new SealFormatException(
                $"Expected a degree of at most {CkksParameters.MaxDegree} and 1 to {CkksParameters.MaxPrimes} primes but got {degree} and {count}.");
        }

        ulong[] primes = new ulong[count];
        for (int i = 0; i < primes.Length; i++)
        {
            reader.NestedHeader("a modulus", ModulusBytes);
            primes[i] = reader.Word();
        }

        reader.NestedHeader("the plain modulus", ModulusBytes);
        reader.Expect(0, "the plain modulus");
        reader.End();
        try
        {
            return new CkksParameters((int)degree, primes, security);
        }
        catch (ArgumentException error)
        {
            throw new SealFormatException(error.Message, error);
        }
    }

    public static byte[] Write(CkksParameters parameters, SealWriteOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        options ??= SealWriteOptions.Default;
        byte[] plain = new byte[FixedBytes + (parameters.CoeffModulus.Count * ModulusBytes)];
        var writer = new SealWriter(plain, options.MinorVersion);
        writer.Header(plain.Length);
        writer.Byte(ParametersId.Scheme);
        writer.Word((ulong)parameters.PolyModulusDegree);
        writer.Word((ulong)parameters.CoeffModulus.Count);
        foreach (ulong q in parameters.CoeffModulus.Append(0UL))
        {
            writer.Header(ModulusBytes);
            writer.Word(q);
        }

        return SealEnvelope.Close(plain, options);
    }
}
