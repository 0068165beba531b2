using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using AesInstructions = System.Runtime.Intrinsics.X86.Aes;

namespace FedPortal.Encryption.Arithmetic;

/// <summary>AES-128 in counter mode as a random generator. Block i of the stream is AES(key, i ‖ nonce), both as little-endian 64-bit words.</summary>
/// <remarks>
/// Every <see cref="Fill(Span{byte})"/> starts on a fresh block, so two calls never share one. One instance belongs to one thread.
/// The expanded key lies on the pinned heap, where the collector makes no copies of it, and is wiped by <see cref="Dispose"/>.
/// </remarks>
public sealed class AesCtrGenerator : IDisposable
{
    /// <summary>Bytes in a key.</summary>
    public const int KeyBytes = 16;

    private const int BlockBytes = 16;
    private const int FallbackBlocks = 256;

    private readonly byte[] _roundKeys = GC.AllocateArray<byte>(AesCounterBlocks.RoundKeyBytes, pinned: true);
    private readonly Aes? _fallback;
    private readonly ulong _nonce;
    private ulong _nextBlock;
    private bool _disposed;

    /// <param name="key16">16 bytes. Two generators with the same key must have different nonces.</param>
    /// <param name="nonce">Separates streams under one key.</param>
    public AesCtrGenerator(ReadOnlySpan<byte> key16, ulong nonce)
        : this(key16, nonce, AesInstructions.IsSupported)
    {
    }

    internal AesCtrGenerator(ReadOnlySpan<byte> key16, ulong nonce, bool useInstructions)
    {
        if (key16.Length != KeyBytes)
        {
            throw new ArgumentException($"Expected a key of {KeyBytes} bytes but got {key16.Length}.", nameof(key16));
        }

        _nonce = nonce;
        if (useInstructions)
        {
            AesCounterBlocks.ExpandKey(key16, RoundKeys);
            return;
        }

        _fallback = Aes.Create();
        _fallback.SetKey(key16);
    }

    private Span<Vector128<byte>> RoundKeys => MemoryMarshal.Cast<byte, Vector128<byte>>(_roundKeys.AsSpan());

    /// <summary>A generator with a key and a nonce from the operating system.</summary>
    public static AesCtrGenerator FromOperatingSystem()
    {
        Span<byte> seed = stackalloc byte[KeyBytes + sizeof(ulong)];
        RandomNumberGenerator.Fill(seed);
        var generator = new AesCtrGenerator(seed[..KeyBytes], BinaryPrimitives.ReadUInt64LittleEndian(seed[KeyBytes..]));
        CryptographicOperations.ZeroMemory(seed);
        return generator;
    }

    /// <summary>Overwrites the destination with the next blocks of the stream; what is left of the last block is thrown away.</summary>
    public void Fill(Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int whole = destination.Length / BlockBytes * BlockBytes;
        FillBlocks(destination[..whole]);
        if (whole < destination.Length)
        {
            Span<byte> last = stackalloc byte[BlockBytes];
            FillBlocks(last);
            last[..(destination.Length - whole)].CopyTo(destination[whole..]);
            CryptographicOperations.ZeroMemory(last);
        }
    }

    /// <summary>The same stream as words of 64 bits.</summary>
    public void Fill(Span<ulong> destination) => Fill(MemoryMarshal.AsBytes(destination));

    /// <summary>The same stream as words of 16 bits.</summary>
    public void Fill(Span<ushort> destination) => Fill(MemoryMarshal.AsBytes(destination));

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_roundKeys);
        _fallback?.Dispose();
    }

    private void FillBlocks(Span<byte> destination)
    {
        if (_fallback is null)
        {
            AesCounterBlocks.Encrypt(RoundKeys, _nonce, _nextBlock, destination);
        }
        else
        {
            FillByLibrary(_fallback, destination);
        }

        _nextBlock += (ulong)(destination.Length / BlockBytes);
    }

    private void FillByLibrary(Aes aes, Span<byte> destination)
    {
        Span<byte> counters = stackalloc byte[FallbackBlocks * BlockBytes];
        ulong block = _nextBlock;
        while (!destination.IsEmpty)
        {
            Span<byte> part = counters[..Math.Min(counters.Length, destination.Length)];
            for (int at = 0; at < part.Length; at += BlockBytes)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(part[at..], block++);
                BinaryPrimitives.WriteUInt64LittleEndian(part[(at + sizeof(ulong))..], _nonce);
            }

            aes.EncryptEcb(part, destination, PaddingMode.None);
            destination = destination[part.Length..];
        }
    }
}
