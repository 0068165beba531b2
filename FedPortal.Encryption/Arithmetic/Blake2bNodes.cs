using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FedPortal.Encryption.Arithmetic;

/// <summary>The nodes of BLAKE2Xb: digest i of the output hashes the same 64-byte root with its own parameters, so lanes hash several at once.</summary>
internal static class Blake2bNodes
{
    /// <param name="root">64 bytes.</param>
    /// <param name="output">A whole number of 64-byte digests.</param>
    /// <param name="width">How many nodes to hash at a time.</param>
    public static void Fill(ReadOnlySpan<byte> root, Span<byte> output, LaneWidth width)
    {
        Span<ulong> message = stackalloc ulong[16];
        message.Clear();
        MemoryMarshal.Cast<byte, ulong>(root).CopyTo(message);
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(output);
        int nodes = width switch
        {
            LaneWidth.Eight => Fill<EightLanes, Vector512<ulong>>(message, words, 0),
            LaneWidth.Four => Fill<FourLanes, Vector256<ulong>>(message, words, 0),
            _ => 0,
        };
        Fill<OneLane, ulong>(message, words, nodes);
    }

    /// <returns>The node after the last one written.</returns>
    private static int Fill<TLanes, TVector>(ReadOnlySpan<ulong> message, Span<ulong> output, int node)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        Span<TVector> state = stackalloc TVector[8];
        Span<ulong> words = MemoryMarshal.Cast<TVector, ulong>(state);
        Span<ulong> start = stackalloc ulong[8];
        for (; (node + TLanes.Count) * 8 <= output.Length; node += TLanes.Count)
        {
            Blake2bParameters.ExtendedNode((uint)node, (uint)output.Length * sizeof(ulong)).Start(start);
            for (int i = 0; i < 8; i++)
            {
                words.Slice(i * TLanes.Count, TLanes.Count).Fill(start[i]);
            }

            // The lanes differ in the low half of word 1 only, where the node offset stands.
            for (int lane = 0; lane < TLanes.Count; lane++)
            {
                words[TLanes.Count + lane] ^= (uint)node ^ (uint)(node + lane);
            }

            Blake2bCompression<TLanes, TVector>.Run(state, message, counter: 64, last: true);
            for (int lane = 0; lane < TLanes.Count; lane++)
            {
                for (int i = 0; i < 8; i++)
                {
                    output[((node + lane) * 8) + i] = words[(i * TLanes.Count) + lane];
                }
            }
        }

        return node;
    }
}
