using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace FedPortal.Data;

/// <summary>What <see cref="BlobStore.ReceiveAsync"/> stored.</summary>
public sealed record StoredBlob(string Hash, long Bytes);

/// <summary>Models, updates and predictions by their SHA-256. A blob is written beside its place as <c>.part</c>, checked, flushed and renamed: a blob that is there is whole.</summary>
public sealed class BlobStore
{
    private const int BufferSize = 1 << 17;

    private readonly string _root;

    public BlobStore(IOptions<PortalOptions> options)
        : this(Path.Combine(options.Value.Root, "blobs"))
    {
    }

    internal BlobStore(string root)
    {
        _root = root;
        Directory.CreateDirectory(root);
    }

    /// <summary>Streams a blob in, counting while it reads.</summary>
    /// <param name="expectedHash">SHA-256, lower-case hex, that the content must have, or null to take any.</param>
    /// <param name="maxBytes">Reading stops one byte past this.</param>
    /// <exception cref="InvalidDataException">Too long, or another hash; nothing is kept.</exception>
    public async Task<StoredBlob> ReceiveAsync(Stream source, string? expectedHash, long maxBytes, CancellationToken cancellationToken)
    {
        string part = Path.Combine(_root, $"{Guid.NewGuid():N}.part");
        try
        {
            (string hash, long bytes) = await WritePartAsync(source, part, maxBytes, cancellationToken);
            if (expectedHash is not null && hash != expectedHash)
            {
                throw new InvalidDataException($"Expected content with SHA-256 {expectedHash} but got {hash}.");
            }

            string place = PlaceOf(hash);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Move(part, place, overwrite: true);
            return new StoredBlob(hash, bytes);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <summary>Stores what <paramref name="write"/> puts into a temporary file.</summary>
    public async Task<StoredBlob> AddAsync(Action<string> write, CancellationToken cancellationToken)
    {
        string made = Path.Combine(_root, $"{Guid.NewGuid():N}.made.part");
        try
        {
            write(made);
            await using FileStream source = File.OpenRead(made);
            return await ReceiveAsync(source, expectedHash: null, long.MaxValue, cancellationToken);
        }
        finally
        {
            File.Delete(made);
        }
    }

    /// <summary>Takes a finished file of this data directory over as a blob, by renaming it.</summary>
    /// <param name="path">Flushed to the disk; gone afterwards. Where it is gone already and the blob is there, nothing is done.</param>
    /// <exception cref="InvalidDataException">Another hash; the file stays.</exception>
    public async Task<StoredBlob> AdoptAsync(string path, string expectedHash, CancellationToken cancellationToken)
    {
        string place = PlaceOf(expectedHash);
        if (File.Exists(path))
        {
            await using (FileStream file = File.OpenRead(path))
            {
                string hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
                if (hash != expectedHash)
                {
                    throw new InvalidDataException($"Expected content with SHA-256 {expectedHash} but got {hash}.");
                }
            }

            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Move(path, place, overwrite: true);
        }

        return new StoredBlob(expectedHash, new FileInfo(PathOf(expectedHash)).Length);
    }

    public bool Contains(string hash) => File.Exists(PlaceOf(hash));

    /// <summary>The file of a blob, for reading.</summary>
    /// <exception cref="FileNotFoundException">No such blob.</exception>
    public string PathOf(string hash)
    {
        string place = PlaceOf(hash);
        return File.Exists(place) ? place : throw new FileNotFoundException($"The blob {hash} is not in the store.", place);
    }

    /// <summary>Removes a blob that nobody needs any more; nothing happens when it is gone already.</summary>
    internal void Delete(string hash) => File.Delete(PlaceOf(hash));

    /// <summary>Removes what a killed portal left half written.</summary>
    /// <param name="writtenBefore">Only what was last written before; null for all, which is right only before anything is received, and while no other portal uses this store.</param>
    public int DeleteLeftovers(DateTimeOffset? writtenBefore = null)
    {
        string[] parts = [.. Directory.GetFiles(_root, "*.part").Where(part => writtenBefore is not { } limit || File.GetLastWriteTimeUtc(part) < limit.UtcDateTime)];
        Array.ForEach(parts, File.Delete);
        return parts.Length;
    }

    public static bool IsHash(string text) => text.Length == 64 && text.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f');

    private static async Task<(string Hash, long Bytes)> WritePartAsync(Stream source, string part, long maxBytes, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await using var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
            long bytes = 0;
            int read;
            while ((read = await source.ReadAsync(buffer.AsMemory(0, BufferSize), cancellationToken)) > 0)
            {
                bytes += read;
                if (bytes > maxBytes)
                {
                    throw new InvalidDataException($"Expected at most {maxBytes} bytes but got more.");
                }

                hash.AppendData(buffer, 0, read);
                await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            RandomAccess.FlushToDisk(file.SafeFileHandle);
            return (Convert.ToHexStringLower(hash.GetHashAndReset()), bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private string PlaceOf(string hash) => IsHash(hash)
        ? Path.Combine(_root, hash[..2], hash)
        : throw new ArgumentException($"Expected 64 lower-case hexadecimal digits but got '{hash}'.", nameof(hash));
}
