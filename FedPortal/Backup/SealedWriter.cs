using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FedPortal.Backup;

/// <summary>
/// Encrypts a stream in chunks of at most 1 MiB. Bytes of a chunk: its length (int32, little-endian; the highest bit marks the last chunk), the ciphertext, 16 bytes of AES-256-GCM's tag.
/// The nonce is the chunk's number, and the header and the length are authenticated with it: chunks cannot be changed, moved or cut off unnoticed.
/// </summary>
/// <param name="target">Receives the header at once; stays open.</param>
internal sealed class SealedWriter(Stream target, PassphraseKey key) : Stream
{
    public const int ChunkBytes = 1 << 20;
    public const int TagBytes = 16;
    public const int LastChunk = int.MinValue;

    private readonly AesGcm _cipher = new(key.Key, TagBytes);
    private readonly byte[] _header = Begin(target, key);
    private readonly byte[] _plain = new byte[ChunkBytes];
    private int _held;
    private long _chunk;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public static byte[] NonceOf(long chunk)
    {
        byte[] nonce = new byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(nonce, chunk);
        return nonce;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            if (_held == ChunkBytes)
            {
                Seal(isLast: false);
            }

            int taken = Math.Min(buffer.Length, ChunkBytes - _held);
            buffer[..taken].CopyTo(_plain.AsSpan(_held));
            _held += taken;
            buffer = buffer[taken..];
        }
    }

    /// <summary>Writes the last chunk. Without it the stream does not read as whole.</summary>
    public void Complete() => Seal(isLast: true);

    public override void Flush()
    {
        // A chunk is written when it is full.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _cipher.Dispose();
            CryptographicOperations.ZeroMemory(_plain);
        }

        base.Dispose(disposing);
    }

    private void Seal(bool isLast)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, isLast ? _held | LastChunk : _held);
        byte[] ciphertext = new byte[_held];
        byte[] tag = new byte[TagBytes];
        _cipher.Encrypt(NonceOf(_chunk++), _plain.AsSpan(0, _held), ciphertext, tag, [.. _header, .. length]);
        target.Write(length);
        target.Write(ciphertext);
        target.Write(tag);
        _held = 0;
    }

    private static byte[] Begin(Stream target, PassphraseKey key)
    {
        target.Write(key.Header);
        return key.Header;
    }
}
