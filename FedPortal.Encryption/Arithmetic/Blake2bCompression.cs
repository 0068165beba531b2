using System.Runtime.CompilerServices;

namespace FedPortal.Encryption.Arithmetic;

/// <summary>BLAKE2b's compression function (RFC 7693, 3.2) on as many independent states as there are lanes, all with the same message block.</summary>
internal static class Blake2bCompression<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    private static ReadOnlySpan<byte> Order =>
    [
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
        11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4,
        7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8,
        9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13,
        2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9,
        12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11,
        13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10,
        6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5,
        10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
        14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3,
    ];

    /// <param name="state">Eight words for each lane; in and out.</param>
    /// <param name="message">The block: 16 words.</param>
    /// <param name="counter">Bytes hashed so far, this block included.</param>
    /// <param name="last">Whether this is the last block.</param>
    public static void Run(Span<TVector> state, ReadOnlySpan<ulong> message, ulong counter, bool last)
    {
        ulong[] start = Blake2bParameters.InitialValues;
        TVector v0 = state[0], v1 = state[1], v2 = state[2], v3 = state[3], v4 = state[4], v5 = state[5], v6 = state[6], v7 = state[7];
        TVector v8 = TLanes.Broadcast(start[0]), v9 = TLanes.Broadcast(start[1]), v10 = TLanes.Broadcast(start[2]), v11 = TLanes.Broadcast(start[3]);
        TVector v12 = TLanes.Broadcast(start[4] ^ counter), v13 = TLanes.Broadcast(start[5]);
        TVector v14 = TLanes.Broadcast(last ? ~start[6] : start[6]), v15 = TLanes.Broadcast(start[7]);
        for (int round = 0; round < 12; round++)
        {
            ReadOnlySpan<byte> order = Order.Slice(16 * round, 16);
            (v0, v4, v8, v12) = Mix(v0, v4, v8, v12, message[order[0]], message[order[1]]);
            (v1, v5, v9, v13) = Mix(v1, v5, v9, v13, message[order[2]], message[order[3]]);
            (v2, v6, v10, v14) = Mix(v2, v6, v10, v14, message[order[4]], message[order[5]]);
            (v3, v7, v11, v15) = Mix(v3, v7, v11, v15, message[order[6]], message[order[7]]);
            (v0, v5, v10, v15) = Mix(v0, v5, v10, v15, message[order[8]], message[order[9]]);
            (v1, v6, v11, v12) = Mix(v1, v6, v11, v12, message[order[10]], message[order[11]]);
            (v2, v7, v8, v13) = Mix(v2, v7, v8, v13, message[order[12]], message[order[13]]);
            (v3, v4, v9, v14) = Mix(v3, v4, v9, v14, message[order[14]], message[order[15]]);
        }

        state[0] = TLanes.Xor(state[0], TLanes.Xor(v0, v8));
        state[1] = TLanes.Xor(state[1], TLanes.Xor(v1, v9));
        state[2] = TLanes.Xor(state[2], TLanes.Xor(v2, v10));
        state[3] = TLanes.Xor(state[3], TLanes.Xor(v3, v11));
        state[4] = TLanes.Xor(state[4], TLanes.Xor(v4, v12));
        state[5] = TLanes.Xor(state[5], TLanes.Xor(v5, v13));
        state[6] = TLanes.Xor(state[6], TLanes.Xor(v6, v14));
        state[7] = TLanes.Xor(state[7], TLanes.Xor(v7, v15));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TVector A, TVector B, TVector C, TVector D) Mix(TVector a, TVector b, TVector c, TVector d, ulong x, ulong y)
    {
        a = TLanes.Add(TLanes.Add(a, b), TLanes.Broadcast(x));
        d = TLanes.RotateRight(TLanes.Xor(d, a), 32);
        c = TLanes.Add(c, d);
        b = TLanes.RotateRight(TLanes.Xor(b, c), 24);
        a = TLanes.Add(TLanes.Add(a, b), TLanes.Broadcast(y));
        d = TLanes.RotateRight(TLanes.Xor(d, a), 16);
        c = TLanes.Add(c, d);
        b = TLanes.RotateRight(TLanes.Xor(b, c), 63);
        return (a, b, c, d);
    }
}
