using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace FedPortal.Encryption.Arithmetic;

/// <summary>One word at a time in plain C#.</summary>
internal readonly struct OneLane : ILanes<ulong>
{
    public static int Count => 1;

    public static ulong Load(ref ulong source, int at) => Unsafe.Add(ref source, at);

    public static void Store(ulong value, ref ulong destination, int at) => Unsafe.Add(ref destination, at) = value;

    public static ulong Broadcast(ulong value) => value;

    public static ulong LoadSigned(ref short source, int at) => (ulong)Unsafe.Add(ref source, at);

    public static ulong Add(ulong x, ulong y) => x + y;

    public static ulong Subtract(ulong x, ulong y) => x - y;

    public static ulong And(ulong x, ulong y) => x & y;

    public static ulong Xor(ulong x, ulong y) => x ^ y;

    public static ulong RotateRight(ulong x, [ConstantExpected] byte bits) => BitOperations.RotateRight(x, bits);

    public static ulong SignMask(ulong x) => (ulong)((long)x >> 63);

    public static ulong MultiplyLow(ulong x, ulong y) => x * y;

    public static ulong MultiplyHighBelow(ulong x, ulong y) => Math.BigMul(x, y, out _);

    // The sign of the difference is a mask: no branch depends on x.
    public static ulong ReduceOnce(ulong x, ulong q)
    {
        long difference = (long)(x - q);
        return (ulong)(difference + ((long)q & (difference >> 63)));
    }

    public static (ulong X, ulong Y) Split(ulong low, ulong high, int stride) => throw NoStride(stride);

    public static (ulong Low, ulong High) Join(ulong x, ulong y, int stride) => throw NoStride(stride);

    public static ulong LoadRepeated(ref ulong source, int at, int stride) => throw NoStride(stride);

    private static ArgumentOutOfRangeException NoStride(int stride) =>
        new(nameof(stride), stride, $"Expected a stride below 1 lane but got {stride}.");
}
