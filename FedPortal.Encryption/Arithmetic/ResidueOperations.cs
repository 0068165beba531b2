using System.Runtime.CompilerServices;

namespace FedPortal.Encryption.Arithmetic;

/// <summary>One word of the result from the words of up to three inputs at the same place.</summary>
internal interface IResidueOperation
{
    TVector Apply<TLanes, TVector>(TVector x, TVector y, TVector z)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged;
}

/// <summary>x + y.</summary>
internal readonly struct AddResidues(ulong q) : IResidueOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TLanes, TVector>(TVector x, TVector y, TVector z)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged => TLanes.ReduceOnce(TLanes.Add(x, y), TLanes.Broadcast(q));
}

/// <summary>x − y.</summary>
internal readonly struct SubtractResidues(ulong q) : IResidueOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TLanes, TVector>(TVector x, TVector y, TVector z)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        TVector modulus = TLanes.Broadcast(q);
        return TLanes.ReduceOnce(TLanes.Subtract(TLanes.Add(x, modulus), y), modulus);
    }
}

/// <summary>−x.</summary>
internal readonly struct NegateResidues(ulong q) : IResidueOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TLanes, TVector>(TVector x, TVector y, TVector z)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        TVector modulus = TLanes.Broadcast(q);
        return TLanes.ReduceOnce(TLanes.Subtract(modulus, x), modulus);
    }
}

/// <summary>x·y, where z holds Shoup's quotients of y.</summary>
internal readonly struct MultiplyResidues(ulong q) : IResidueOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TLanes, TVector>(TVector x, TVector y, TVector z)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        // Below 4q, because the quotient may be up to two too small.
        TVector modulus = TLanes.Broadcast(q);
        TVector product = TLanes.Subtract(TLanes.MultiplyLow(x, y), TLanes.MultiplyLow(TLanes.MultiplyHighBelow(x, z), modulus));
        return TLanes.ReduceOnce(TLanes.ReduceOnce(product, TLanes.Broadcast(2 * q)), modulus);
    }
}

/// <summary>(x − y)·factor.</summary>
internal readonly struct SubtractAndScale(ulong q, ulong factor, ulong shoup) : IResidueOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TLanes, TVector>(TVector x, TVector y, TVector z)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        TVector difference = TLanes.Subtract(TLanes.Add(x, TLanes.Broadcast(q)), y);
        return new MultiplyResidues(q).Apply<TLanes, TVector>(difference, TLanes.Broadcast(factor), TLanes.Broadcast(shoup));
    }
}

/// <summary>(x + shift) mod q for any x with x + shift below 2⁶³; ratio is ⌊2⁶⁴/q⌋.</summary>
internal readonly struct ReduceWords(ulong q, ulong ratio, ulong shift) : IResidueOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TLanes, TVector>(TVector x, TVector y, TVector z)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        // The quotient is at most 1 + 2 too small, so the remainder is below 4q.
        TVector modulus = TLanes.Broadcast(q);
        TVector word = TLanes.Add(x, TLanes.Broadcast(shift));
        TVector quotient = TLanes.MultiplyHighBelow(word, TLanes.Broadcast(ratio));
        TVector remainder = TLanes.Subtract(word, TLanes.MultiplyLow(quotient, modulus));
        return TLanes.ReduceOnce(TLanes.ReduceOnce(remainder, TLanes.Broadcast(2 * q)), modulus);
    }
}

/// <summary>(x + y + shift) mod q for signed y, where the sum is in [0, 2⁶³).</summary>
internal readonly struct ReduceSum(ulong q, ulong ratio, ulong shift) : IResidueOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TLanes, TVector>(TVector x, TVector y, TVector z)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged => new ReduceWords(q, ratio, shift).Apply<TLanes, TVector>(TLanes.Add(x, y), y, z);
}

/// <summary>(x − y + shift) mod q for signed y, where the sum is in [0, 2⁶³).</summary>
internal readonly struct ReduceDifference(ulong q, ulong ratio, ulong shift) : IResidueOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TLanes, TVector>(TVector x, TVector y, TVector z)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged => new ReduceWords(q, ratio, shift).Apply<TLanes, TVector>(TLanes.Subtract(x, y), y, z);
}

/// <summary>The residue of a signed word of absolute value at most 2⁶⁰; ratio is ⌊2⁶⁴/q⌋.</summary>
internal readonly struct ReduceSignedWords(ulong q, ulong ratio) : IResidueOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TVector Apply<TLanes, TVector>(TVector x, TVector y, TVector z)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        // |x| = (x ^ sign) − sign; its residue r becomes q − r where x is negative, and q itself becomes 0.
        TVector sign = TLanes.SignMask(x);
        TVector magnitude = TLanes.Subtract(TLanes.Xor(x, sign), sign);
        TVector r = new ReduceWords(q, ratio, 0).Apply<TLanes, TVector>(magnitude, y, z);
        TVector signed = TLanes.Subtract(TLanes.Xor(r, sign), sign);
        TVector modulus = TLanes.Broadcast(q);
        return TLanes.ReduceOnce(TLanes.Add(signed, TLanes.And(sign, modulus)), modulus);
    }
}
