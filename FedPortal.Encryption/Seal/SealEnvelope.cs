using System.IO.Compression;

namespace FedPortal.Encryption.Seal;

/// <summary>Takes the outer header and the compression off a file and puts them on.</summary>
internal static class SealEnvelope
{
    /// <returns>The bytes behind the outer header, uncompressed.</returns>
    /// <param name="file">The whole file.</param>
    /// <param name="maxBytes">What the largest object of this kind may take; more is refused before it is allocated.</param>
    public static ReadOnlySpan<byte> Open(ReadOnlySpan<byte> file, long maxBytes)
    {
        SealHeader header = SealHeader.Read(file);
        if (header.Size != file.Length)
        {
            throw new SealFormatException($"Expected {header.Size} bytes, as the header says, but the file has {file.Length}.");
        }

        ReadOnlySpan<byte> body = file[SealHeader.Bytes..];
        return header.Compression switch
        {
            SealCompression.Zlib => InflateZlib(body, maxBytes),
            SealCompression.Zstandard => Zstandard.Decompress(body, maxBytes),
            _ => body,
        };
    }

    /// <returns>The whole file for an uncompressed object that starts with its header.</returns>
    public static byte[] Close(byte[] plain, SealWriteOptions options)
    {
        if (options.Compression == SealCompression.None)
        {
            return plain;
        }

        ReadOnlySpan<byte> body = plain.AsSpan(SealHeader.Bytes);
        byte[] packed = options.Compression == SealCompression.Zlib ? DeflateZlib(body) : Zstandard.Compress(body);
        byte[] file = new byte[SealHeader.Bytes + packed.Length];
        new SealHeader(options.MinorVersion, options.Compression, file.Length).Write(file);
        packed.CopyTo(file, SealHeader.Bytes);
        return file;
    }

    private static byte[] DeflateZlib(ReadOnlySpan<byte> body)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(body);
        }

        return packed.ToArray();
    }

    private static byte[] InflateZlib(ReadOnlySpan<byte> body, long maxBytes)
    {
        using var packed = new MemoryStream(body.ToArray(), writable: false);
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        using var plain = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        try
        {
            for (int count = zlib.Read(buffer); count > 0; count = zlib.Read(buffer))
            {
                RequireRoom(plain.Length + count, maxBytes);
                plain.Write(buffer, 0, count);
            }
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            throw new SealFormatException("Expected a zlib stream but it is damaged: " + error.Message, error);
        }

        return plain.ToArray();
    }

    internal static void RequireRoom(long bytes, long maxBytes)
    {
        if (bytes > maxBytes)
        {
            throw new SealFormatException($"Expected at most {maxBytes} bytes after decompression but there are more.");
        }
    }
}
