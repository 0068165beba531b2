using System.Runtime.Intrinsics;
using FedPortal.Encryption.Arithmetic;
using Xunit;

namespace FedPortal.Tests.Encryption.Arithmetic;

public class LanesTests
{
    private static readonly ulong[] Edges =
    [
        0, 1, 2, uint.MaxValue, 1UL << 32, (1UL << 32) + 1, (1UL << 60) - 1, 1UL << 63, ulong.MaxValue - 1, ulong.MaxValue, 0x0123456789ABCDEF, 0xFFFFFFFF00000001,
    ];

    [Fact]
    public void OneLane_MultipliesExactly() => CheckProducts<OneLane, ulong>(mayMiss: 0);

    [Fact]
    public void FourLanes_MissAtMostTwo()
    {
        Assert.SkipUnless(FourLanes.IsSupported, "This run has no AVX2.");
        CheckProducts<FourLanes, Vector256<ulong>>(mayMiss: 2);
        CheckSplit<FourLanes, Vector256<ulong>>(2, 1);
    }

    [Fact]
    public void EightLanes_MissAtMostTwo()
    {
        Assert.SkipUnless(EightLanes.IsSupported, "This run has no AVX-512.");
        CheckProducts<EightLanes, Vector512<ulong>>(mayMiss: 2);
        CheckSplit<EightLanes, Vector512<ulong>>(4, 2, 1);
    }

    private static void CheckProducts<TLanes, TVector>(ulong mayMiss)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        foreach (ulong x in Edges)
        {
            foreach (ulong y in Edges)
            {
                UInt128 product = (UInt128)x * y;
                ulong low = First<TLanes, TVector>(TLanes.MultiplyLow(TLanes.Broadcast(x), TLanes.Broadcast(y)));
                ulong high = First<TLanes, TVector>(TLanes.MultiplyHighBelow(TLanes.Broadcast(x), TLanes.Broadcast(y)));
                Assert.Equal((ulong)product, low);
                Assert.InRange((ulong)(product >> 64) - high, 0UL, mayMiss);
            }
        }
    }

    private static void CheckSplit<TLanes, TVector>(params int[] strides)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        ulong[] words = [.. Enumerable.Range(0, 2 * TLanes.Count).Select(i => (ulong)i)];
        ulong[] x = new ulong[TLanes.Count], y = new ulong[TLanes.Count], factors = new ulong[TLanes.Count], joined = new ulong[2 * TLanes.Count];
        foreach (int stride in strides)
        {
            (TVector xs, TVector ys) = TLanes.Split(TLanes.Load(ref words[0], 0), TLanes.Load(ref words[0], TLanes.Count), stride);
            (TVector low, TVector high) = TLanes.Join(xs, ys, stride);
            TLanes.Store(xs, ref x[0], 0);
            TLanes.Store(ys, ref y[0], 0);
            TLanes.Store(TLanes.LoadRepeated(ref words[0], 0, stride), ref factors[0], 0);
            TLanes.Store(low, ref joined[0], 0);
            TLanes.Store(high, ref joined[0], TLanes.Count);

            // Word i of group g stands at 2·g·stride + i; its partner one stride further; both meet factor g.
            Assert.Equal(factors.Select((g, lane) => (2 * g * (ulong)stride) + (x[lane] % (ulong)stride)), x);
            Assert.Equal(x.Select(word => word + (ulong)stride), y);
            Assert.Equal(words, joined);
        }
    }

    private static ulong First<TLanes, TVector>(TVector vector)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        ulong[] words = new ulong[TLanes.Count];
        TLanes.Store(vector, ref words[0], 0);
        return words[0];
    }
}
