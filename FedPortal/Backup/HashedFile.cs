using System.Security.Cryptography;

namespace FedPortal.Backup;

/// <summary>Reads the first bytes of a file that may grow meanwhile, and hashes what it reads.</summary>
internal sealed class HashedFile : Stream
{
    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly long _length;
    private long _read;

    /// <param name="length">Bytes to read, or null for what the file has now.</param>
    public HashedFile(string path, Func<FileStream, long>? length = null)
    {
        // Locks of whoever writes the file must not keep a backup from reading it.
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        _length = length?.Invoke(_file) ?? _file.Length;
        _file.Position = 0;
    }

    public override bool CanRead => true;

    /// <summary>Only so that its length is asked for: it is read once, from the beginning.</summary>
    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _length;

    public override long Position { get => _read; set => throw new NotSupportedException(); }

    /// <summary>SHA-256 of everything, lower-case hex. Call it once, after the last byte.</summary>
    public string Conclude() => _read == _length
        ? Convert.ToHexStringLower(_hash.GetHashAndReset())
        : throw new IOException($"Expected {_length} bytes of {_file.Name} but got {_read}.");

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int got = _file.Read(buffer[..(int)Math.Min(buffer.Length, _length - _read)]);
        if (got == 0 && _read < _length)
        {
            throw new IOException($"{_file.Name} became shorter while it was read: expected {_length} bytes but got {_read}.");
        }

        _hash.AppendData(buffer[..got]);
        _read += got;
        return got;
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
            _file.Dispose();
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
