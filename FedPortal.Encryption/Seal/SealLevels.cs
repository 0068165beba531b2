using FedPortal.Encryption.Ckks;

namespace FedPortal.Encryption.Seal;

/// <summary>Finds the level that a file belongs to, or says why it does not belong to these parameters.</summary>
internal static class SealLevels
{
    public static CkksLevel Find(CkksContext context, ParametersId id)
    {
        if (id == default)
        {
            throw new SealFormatException("Expected a polynomial in transform order but its parms_id is zero, which means it is not.");
        }

        return context.FindLevel(id)
            ?? throw new SealFormatException($"Expected a parms_id of these parameters, {context.KeyLevel.Id} for keys, but got {id}.");
    }

    public static void RequireKeyLevel(CkksLevel level)
    {
        if (level.Id != level.Context.KeyLevel.Id)
        {
            throw new SealFormatException($"Expected a key, with {level.Context.KeyLevel.PrimeCount} primes, but got {level.PrimeCount} primes.");
        }
    }

    public static void RequireDataLevel(CkksLevel level)
    {
        if (level.IsForKeysOnly)
        {
            throw new SealFormatException($"Expected data, with at most {level.Context.FirstDataLevel.PrimeCount} primes, but got {level.PrimeCount} primes: this may be a key.");
        }
    }

    public static void RequireScale(CkksLevel level, double scale)
    {
        if (!(scale > 0) || !double.IsFinite(scale) || Math.Log2(scale) >= level.TotalBits)
        {
            throw new SealFormatException($"Expected a scale above 0 and below 2^{level.TotalBits} but got {scale:R}.");
        }
    }

    public static void RequireKeyScale(double scale)
    {
        if (scale != 1)
        {
            throw new SealFormatException($"Expected the scale 1 of a key but got {scale:R}.");
        }
    }
}
