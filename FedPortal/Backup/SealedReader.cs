using System.Buffers.Binary;
using System.Security.Cryptography;

namespace FedPortal.Backup;

/// <summary>Decrypts what <see cref="SealedWriter"/> wrote; gives out nothing that is not authentic.</summary>
/// <param name="source">Behind the header; stays open.</param>
internal sealed class SealedReader(Stream source, PassphraseKey key) : Stream
{
    private readonly AesGcm _cipher = new(key.Key, SealedWriter.TagBytes);
    private readonly byte[] _header = key.Header;
    private byte[] _plain = [];
    private int _given;
    private long _chunk;
    private bool _wasLast;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="BackupException">The passphrase is another, or the stream was changed or cut.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (_given == _plain.Length && !_wasLast)
        {
            Open();
        }

        int given = Math.Min(buffer.Length, _plain.Length - _given);
        _plain.AsSpan(_given, given).CopyTo(buffer);
        _given += given;
        return given;
    }

    public override void Flush()
    {
        // Nothing is written.
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _cipher.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Open()
    {
        byte[] length = Take(4);
        int marked = BinaryPrimitives.ReadInt32LittleEndian(length);
        int bytes = marked & int.MaxValue;
        if (bytes > SealedWriter.ChunkBytes)
        {
            throw new BackupException($"Expected a chunk of at most {SealedWriter.ChunkBytes} bytes but its length says {bytes}.");
        }

        byte[] ciphertext = Take(bytes);
        byte[] tag = Take(SealedWriter.TagBytes);
        byte[] context = [.. _header, .. length];
        _plain = new byte[bytes];
        _given = 0;
        try
        {
            _cipher.Decrypt(SealedWriter.NonceOf(_chunk), ciphertext, tag, _plain, context);
        }
        catch (AuthenticationTagMismatchException bad)
        {
            throw new BackupException(_chunk == 0 ? "The passphrase is not the backup's, or the backup was changed." : $"The backup was changed: its chunk {_chunk} is not authentic.", bad);
        }

        _chunk++;
        _wasLast = marked < 0;
    }

    private byte[] Take(int count)
    {
        byte[] taken = new byte[count];
        int got = source.ReadAtLeast(taken, count, throwOnEndOfStream: false);
        return got == count ? taken : throw new BackupException($"The backup is cut off: expected {count} more bytes but got {got}.");
    }
}
