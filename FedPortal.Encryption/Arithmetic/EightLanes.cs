using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FedPortal.Encryption.Arithmetic;

/// <summary>Eight words at a time with AVX-512 (F and DQ).</summary>
internal readonly struct EightLanes : ILanes<Vector512<ulong>>
{
    public static bool IsSupported => Avx512F.IsSupported && Avx512DQ.IsSupported;

    public static int Count => Vector512<ulong>.Count;

    public static Vector512<ulong> Load(ref ulong source, int at) => Vector512.LoadUnsafe(ref source, (nuint)at);

    public static void Store(Vector512<ulong> value, ref ulong destination, int at) => value.StoreUnsafe(ref destination, (nuint)at);

    public static Vector512<ulong> Broadcast(ulong value) => Vector512.Create(value);

    public static Vector512<ulong> LoadSigned(ref short source, int at) =>
        Avx512F.ConvertToVector512Int64(Vector128.LoadUnsafe(ref source, (nuint)at)).AsUInt64();

    public static Vector512<ulong> Add(Vector512<ulong> x, Vector512<ulong> y) => x + y;

    public static Vector512<ulong> Subtract(Vector512<ulong> x, Vector512<ulong> y) => x - y;

    public static Vector512<ulong> And(Vector512<ulong> x, Vector512<ulong> y) => x & y;

    public static Vector512<ulong> Xor(Vector512<ulong> x, Vector512<ulong> y) => x ^ y;

    public static Vector512<ulong> RotateRight(Vector512<ulong> x, [ConstantExpected] byte bits) => Avx512F.RotateRight(x, bits);

    public static Vector512<ulong> SignMask(Vector512<ulong> x) => (x.AsInt64() >> 63).AsUInt64();

    public static Vector512<ulong> MultiplyLow(Vector512<ulong> x, Vector512<ulong> y) => Avx512DQ.MultiplyLow(x, y);

    // The product of the low halves is left out and each middle product is cut: together less than 3·2⁶⁴ are missing.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> MultiplyHighBelow(Vector512<ulong> x, Vector512<ulong> y)
    {
        Vector512<ulong> xHigh = x >>> 32, yHigh = y >>> 32;
        return Half(xHigh, yHigh) + (Half(xHigh, y) >>> 32) + (Half(x, yHigh) >>> 32);
    }

    // When x < q, x - q wraps around to a huge number, so the minimum keeps x.
    public static Vector512<ulong> ReduceOnce(Vector512<ulong> x, Vector512<ulong> q) => Avx512F.Min(x, x - q);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<ulong> X, Vector512<ulong> Y) Split(Vector512<ulong> low, Vector512<ulong> high, int stride) => stride switch
    {
        4 => Take(low, high, Vector512.Create(0UL, 1, 2, 3, 8, 9, 10, 11), Vector512.Create(4UL, 5, 6, 7, 12, 13, 14, 15)),
        2 => Take(low, high, Vector512.Create(0UL, 1, 4, 5, 8, 9, 12, 13), Vector512.Create(2UL, 3, 6, 7, 10, 11, 14, 15)),
        _ => Take(low, high, Vector512.Create(0UL, 2, 4, 6, 8, 10, 12, 14), Vector512.Create(1UL, 3, 5, 7, 9, 11, 13, 15)),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector512<ulong> Low, Vector512<ulong> High) Join(Vector512<ulong> x, Vector512<ulong> y, int stride) => stride switch
    {
        4 => Take(x, y, Vector512.Create(0UL, 1, 2, 3, 8, 9, 10, 11), Vector512.Create(4UL, 5, 6, 7, 12, 13, 14, 15)),
        2 => Take(x, y, Vector512.Create(0UL, 1, 8, 9, 2, 3, 10, 11), Vector512.Create(4UL, 5, 12, 13, 6, 7, 14, 15)),
        _ => Take(x, y, Vector512.Create(0UL, 8, 1, 9, 2, 10, 3, 11), Vector512.Create(4UL, 12, 5, 13, 6, 14, 7, 15)),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> LoadRepeated(ref ulong source, int at, int stride) => stride switch
    {
        4 => Avx512F.PermuteVar8x64(Load(ref source, at), Vector512.Create(0UL, 0, 0, 0, 1, 1, 1, 1)),
        2 => Avx512F.PermuteVar8x64(Load(ref source, at), Vector512.Create(0UL, 0, 1, 1, 2, 2, 3, 3)),
        _ => Load(ref source, at),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector512<ulong> First, Vector512<ulong> Second) Take(
        Vector512<ulong> low, Vector512<ulong> high, Vector512<ulong> first, Vector512<ulong> second) =>
        (Avx512F.PermuteVar8x64x2(low, first, high), Avx512F.PermuteVar8x64x2(low, second, high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Half(Vector512<ulong> x, Vector512<ulong> y) => Avx512F.Multiply(x.AsUInt32(), y.AsUInt32());
}
