using System.Buffers.Binary;

namespace FedPortal.Encryption.Arithmetic;

/// <summary>BLAKE2b (RFC 7693) and the extendable output BLAKE2Xb, as far as Microsoft SEAL's files need them.</summary>
public static class Blake2b
{
    /// <summary>The longest digest and the longest key, in bytes.</summary>
    public const int MaxDigestBytes = 64;

    internal const int BlockBytes = 128;

    /// <summary>Writes the digest of the message: 1 to 64 bytes, as many as the destination has.</summary>
    /// <param name="message">Any length.</param>
    /// <param name="key">0 to 64 bytes.</param>
    /// <param name="digest">Where the digest goes.</param>
    public static void Hash(ReadOnlySpan<byte> message, ReadOnlySpan<byte> key, Span<byte> digest)
    {
        if (digest.Length is < 1 or > MaxDigestBytes)
        {
            throw new ArgumentException($"Expected a digest of 1 to {MaxDigestBytes} bytes but got {digest.Length}.", nameof(digest));
        }

        if (key.Length > MaxDigestBytes)
        {
            throw new ArgumentException($"Expected a key of at most {MaxDigestBytes} bytes but got {key.Length}.", nameof(key));
        }

        Hash(message, key, Blake2bParameters.Sequential(digest.Length, key.Length), digest);
    }

    /// <summary>Writes the BLAKE2Xb output of the message under the key: a whole number of 64-byte digests.</summary>
    public static void Extend(ReadOnlySpan<byte> message, ReadOnlySpan<byte> key, Span<byte> output) =>
        Extend(message, key, output, LaneWidths.Widest);

    internal static void Extend(ReadOnlySpan<byte> message, ReadOnlySpan<byte> key, Span<byte> output, LaneWidth width)
    {
        if (output.Length % MaxDigestBytes != 0 || output.IsEmpty)
        {
            throw new ArgumentException($"Expected a multiple of {MaxDigestBytes} bytes but got {output.Length}.", nameof(output));
        }

        Span<byte> root = stackalloc byte[MaxDigestBytes];
        Hash(message, key, Blake2bParameters.ExtendedRoot(key.Length, (uint)output.Length), root);
        Blake2bNodes.Fill(root, output, width);
    }

    private static void Hash(ReadOnlySpan<byte> message, ReadOnlySpan<byte> key, Blake2bParameters parameters, Span<byte> digest)
    {
        Span<ulong> state = stackalloc ulong[8];
        Span<ulong> block = stackalloc ulong[16];
        parameters.Start(state);
        ulong counter = 0;
        if (!key.IsEmpty)
        {
            LoadBlock(key, block);
            counter = BlockBytes;
            Blake2bCompression<OneLane, ulong>.Run(state, block, counter, last: message.IsEmpty);
        }

        while (!message.IsEmpty || counter == 0)
        {
            ReadOnlySpan<byte> part = message[..Math.Min(BlockBytes, message.Length)];
            message = message[part.Length..];
            LoadBlock(part, block);
            counter += (ulong)part.Length;
            Blake2bCompression<OneLane, ulong>.Run(state, block, counter, last: message.IsEmpty);
            if (message.IsEmpty)
            {
                break;
            }
        }

        Span<byte> bytes = stackalloc byte[MaxDigestBytes];
        for (int i = 0; i < state.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[(8 * i)..], state[i]);
        }

        bytes[..digest.Length].CopyTo(digest);
        block.Clear();
        bytes.Clear();
    }

    private static void LoadBlock(ReadOnlySpan<byte> part, Span<ulong> block)
    {
        Span<byte> bytes = stackalloc byte[BlockBytes];
        bytes.Clear();
        part.CopyTo(bytes);
        for (int i = 0; i < block.Length; i++)
        {
            block[i] = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * i)..]);
        }

        bytes.Clear();
    }
}
