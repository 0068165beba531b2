using System.Diagnostics.CodeAnalysis;

namespace FedPortal.Encryption.Arithmetic;

/// <summary>What a kernel needs of a vector of 64-bit words. A kernel is written once against it and compiled for 1, 4 and 8 lanes.</summary>
/// <remarks>With one lane every operation is plain C#: that instance is the specification and the fallback.</remarks>
internal interface ILanes<TVector>
    where TVector : unmanaged
{
    static abstract int Count { get; }

    static abstract TVector Load(ref ulong source, int at);

    static abstract void Store(TVector value, ref ulong destination, int at);

    static abstract TVector Broadcast(ulong value);

    /// <summary>Sign-extends <see cref="Count"/> words of 16 bits.</summary>
    static abstract TVector LoadSigned(ref short source, int at);

    static abstract TVector Add(TVector x, TVector y);

    static abstract TVector Subtract(TVector x, TVector y);

    static abstract TVector And(TVector x, TVector y);

    static abstract TVector Xor(TVector x, TVector y);

    static abstract TVector RotateRight(TVector x, [ConstantExpected] byte bits);

    /// <summary>All ones where the word is negative as a signed number, else zero.</summary>
    static abstract TVector SignMask(TVector x);

    /// <summary>The low 64 bits of the product.</summary>
    static abstract TVector MultiplyLow(TVector x, TVector y);

    /// <summary>⌊x·y / 2⁶⁴⌋ or up to two less.</summary>
    static abstract TVector MultiplyHighBelow(TVector x, TVector y);

    /// <summary>x − q where that is not negative, else x. Takes x below 2⁶³.</summary>
    static abstract TVector ReduceOnce(TVector x, TVector q);

    /// <summary>
    /// From 2·Count neighbouring words, low then high, takes the groups of <paramref name="stride"/> words in turns: even groups to x,
    /// odd groups to y. <see cref="Join"/> undoes it, and <see cref="LoadRepeated"/> loads one factor for each group in the same order.
    /// The stride is 1, 2 or 4 and below Count.
    /// </summary>
    static abstract (TVector X, TVector Y) Split(TVector low, TVector high, int stride);

    static abstract (TVector Low, TVector High) Join(TVector x, TVector y, int stride);

    /// <summary>Loads Count/stride words, each repeated <paramref name="stride"/> times. It may read up to Count words.</summary>
    static abstract TVector LoadRepeated(ref ulong source, int at, int stride);
}
