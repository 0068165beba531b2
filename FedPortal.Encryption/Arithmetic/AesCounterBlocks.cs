using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Aes = System.Runtime.Intrinsics.X86.Aes;
using Sse2 = System.Runtime.Intrinsics.X86.Sse2;

namespace FedPortal.Encryption.Arithmetic;

/// <summary>AES-128 of consecutive counters with the processor's AES instructions (FIPS 197). Only call it where they are supported.</summary>
internal static class AesCounterBlocks
{
    public const int RoundKeyBytes = 11 * 16;

    private const int BlocksAtOnce = 8;

    public static void ExpandKey(ReadOnlySpan<byte> key16, Span<Vector128<byte>> roundKeys)
    {
        roundKeys[0] = Vector128.Create(key16);
        roundKeys[1] = NextKey(roundKeys[0], Aes.KeygenAssist(roundKeys[0], 0x01));
        roundKeys[2] = NextKey(roundKeys[1], Aes.KeygenAssist(roundKeys[1], 0x02));
        roundKeys[3] = NextKey(roundKeys[2], Aes.KeygenAssist(roundKeys[2], 0x04));
        roundKeys[4] = NextKey(roundKeys[3], Aes.KeygenAssist(roundKeys[3], 0x08));
        roundKeys[5] = NextKey(roundKeys[4], Aes.KeygenAssist(roundKeys[4], 0x10));
        roundKeys[6] = NextKey(roundKeys[5], Aes.KeygenAssist(roundKeys[5], 0x20));
        roundKeys[7] = NextKey(roundKeys[6], Aes.KeygenAssist(roundKeys[6], 0x40));
        roundKeys[8] = NextKey(roundKeys[7], Aes.KeygenAssist(roundKeys[7], 0x80));
        roundKeys[9] = NextKey(roundKeys[8], Aes.KeygenAssist(roundKeys[8], 0x1B));
        roundKeys[10] = NextKey(roundKeys[9], Aes.KeygenAssist(roundKeys[9], 0x36));
    }

    /// <summary>destination[i] = AES(first + i ‖ nonce). The destination holds whole blocks.</summary>
    public static void Encrypt(ReadOnlySpan<Vector128<byte>> roundKeys, ulong nonce, ulong first, Span<byte> destination)
    {
        Span<Vector128<byte>> blocks = MemoryMarshal.Cast<byte, Vector128<byte>>(destination);
        int i = 0;
        for (; i <= blocks.Length - BlocksAtOnce; i += BlocksAtOnce)
        {
            EncryptEight(roundKeys, nonce, first + (ulong)i, blocks.Slice(i, BlocksAtOnce));
        }

        for (; i < blocks.Length; i++)
        {
            blocks[i] = EncryptOne(roundKeys, Vector128.Create(first + (ulong)i, nonce).AsByte());
        }
    }

    // Eight independent blocks hide the latency of an AES round.
    private static void EncryptEight(ReadOnlySpan<Vector128<byte>> roundKeys, ulong nonce, ulong first, Span<Vector128<byte>> blocks)
    {
        Vector128<ulong> counter = Vector128.Create(first, nonce);
        Vector128<byte> key = roundKeys[0];
        Vector128<byte> b0 = counter.AsByte() ^ key;
        Vector128<byte> b1 = (counter + Vector128.Create(1UL, 0)).AsByte() ^ key;
        Vector128<byte> b2 = (counter + Vector128.Create(2UL, 0)).AsByte() ^ key;
        Vector128<byte> b3 = (counter + Vector128.Create(3UL, 0)).AsByte() ^ key;
        Vector128<byte> b4 = (counter + Vector128.Create(4UL, 0)).AsByte() ^ key;
        Vector128<byte> b5 = (counter + Vector128.Create(5UL, 0)).AsByte() ^ key;
        Vector128<byte> b6 = (counter + Vector128.Create(6UL, 0)).AsByte() ^ key;
        Vector128<byte> b7 = (counter + Vector128.Create(7UL, 0)).AsByte() ^ key;
        for (int round = 1; round < 10; round++)
        {
            key = roundKeys[round];
            b0 = Aes.Encrypt(b0, key);
            b1 = Aes.Encrypt(b1, key);
            b2 = Aes.Encrypt(b2, key);
            b3 = Aes.Encrypt(b3, key);
            b4 = Aes.Encrypt(b4, key);
            b5 = Aes.Encrypt(b5, key);
            b6 = Aes.Encrypt(b6, key);
            b7 = Aes.Encrypt(b7, key);
        }

        key = roundKeys[10];
        blocks[7] = Aes.EncryptLast(b7, key);
        blocks[6] = Aes.EncryptLast(b6, key);
        blocks[5] = Aes.EncryptLast(b5, key);
        blocks[4] = Aes.EncryptLast(b4, key);
        blocks[3] = Aes.EncryptLast(b3, key);
        blocks[2] = Aes.EncryptLast(b2, key);
        blocks[1] = Aes.EncryptLast(b1, key);
        blocks[0] = Aes.EncryptLast(b0, key);
    }

    private static Vector128<byte> EncryptOne(ReadOnlySpan<Vector128<byte>> roundKeys, Vector128<byte> block)
    {
        block ^= roundKeys[0];
        for (int round = 1; round < 10; round++)
        {
            block = Aes.Encrypt(block, roundKeys[round]);
        }

        return Aes.EncryptLast(block, roundKeys[10]);
    }

    private static Vector128<byte> NextKey(Vector128<byte> key, Vector128<byte> assist)
    {
        Vector128<byte> word = Sse2.Shuffle(assist.AsInt32(), 0xFF).AsByte();
        key ^= Sse2.ShiftLeftLogical128BitLane(key, 4);
        key ^= Sse2.ShiftLeftLogical128BitLane(key, 8);
        return key ^ word;
    }
}
