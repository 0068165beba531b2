using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FedPortal.Encryption.Arithmetic;

/// <summary>Four words at a time with AVX2.</summary>
internal readonly struct FourLanes : ILanes<Vector256<ulong>>
{
    public static bool IsSupported => Avx2.IsSupported;

    public static int Count => Vector256<ulong>.Count;

    public static Vector256<ulong> Load(ref ulong source, int at) => Vector256.LoadUnsafe(ref source, (nuint)at);

    public static void Store(Vector256<ulong> value, ref ulong destination, int at) => value.StoreUnsafe(ref destination, (nuint)at);

    public static Vector256<ulong> Broadcast(ulong value) => Vector256.Create(value);

    public static Vector256<ulong> LoadSigned(ref short source, int at) =>
        Avx2.ConvertToVector256Int64(Vector128.CreateScalar(Unsafe.ReadUnaligned<long>(ref Unsafe.As<short, byte>(ref Unsafe.Add(ref source, at)))).AsInt16()).AsUInt64();

    public static Vector256<ulong> Add(Vector256<ulong> x, Vector256<ulong> y) => x + y;

    public static Vector256<ulong> Subtract(Vector256<ulong> x, Vector256<ulong> y) => x - y;

    public static Vector256<ulong> And(Vector256<ulong> x, Vector256<ulong> y) => x & y;

    public static Vector256<ulong> Xor(Vector256<ulong> x, Vector256<ulong> y) => x ^ y;

    public static Vector256<ulong> RotateRight(Vector256<ulong> x, [ConstantExpected] byte bits) => (x >>> bits) | (x << (64 - bits));

    public static Vector256<ulong> SignMask(Vector256<ulong> x) => Vector256.LessThan(x.AsInt64(), Vector256<long>.Zero).AsUInt64();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> MultiplyLow(Vector256<ulong> x, Vector256<ulong> y)
    {
        Vector256<ulong> cross = Half(x >>> 32, y) + Half(x, y >>> 32);
        return Half(x, y) + (cross << 32);
    }

    // The product of the low halves is left out and each middle product is cut: together less than 3·2⁶⁴ are missing.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> MultiplyHighBelow(Vector256<ulong> x, Vector256<ulong> y)
    {
        Vector256<ulong> xHigh = x >>> 32, yHigh = y >>> 32;
        return Half(xHigh, yHigh) + (Half(xHigh, y) >>> 32) + (Half(x, yHigh) >>> 32);
    }

    // AVX2 has no unsigned minimum of 64-bit words; the sign of the difference chooses.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> ReduceOnce(Vector256<ulong> x, Vector256<ulong> q)
    {
        Vector256<double> difference = (x - q).AsDouble();
        return Avx.BlendVariable(difference, x.AsDouble(), difference).AsUInt64();
    }

    // For stride 1 the groups come in the order 0, 2, 1, 3, which spares a permutation on either side.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<ulong> X, Vector256<ulong> Y) Split(Vector256<ulong> low, Vector256<ulong> high, int stride) => stride == 2
        ? (Avx2.Permute2x128(low, high, 0x20), Avx2.Permute2x128(low, high, 0x31))
        : (Avx2.UnpackLow(low, high), Avx2.UnpackHigh(low, high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Vector256<ulong> Low, Vector256<ulong> High) Join(Vector256<ulong> x, Vector256<ulong> y, int stride) => Split(x, y, stride);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> LoadRepeated(ref ulong source, int at, int stride)
    {
        Vector256<ulong> factors = Load(ref source, at);
        return stride == 2 ? Avx2.Permute4x64(factors, 0b01_01_00_00) : Avx2.Permute4x64(factors, 0b11_01_10_00);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<ulong> Half(Vector256<ulong> x, Vector256<ulong> y) => Avx2.Multiply(x.AsUInt32(), y.AsUInt32());
}
