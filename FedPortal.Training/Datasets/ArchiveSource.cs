using System.Collections.ObjectModel;
using System.IO.Compression;
using System.Text;
using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets;

/// <summary>
/// An uploaded ZIP. Nothing is ever unpacked to disk: entries are read into memory one by one, with their sizes and checksums verified. An archive that
/// tries to leave its folder, hides links, lies about sizes or inflates beyond reason is refused as a whole.
/// </summary>
internal sealed class ArchiveSource : IDatasetSource
{
    private const long SmallEntry = 1 << 20;
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<RejectedFile> _rejected = [];

    /// <exception cref="DatasetRefusedException">It is no ZIP, or one that is refused as a whole.</exception>
    public ArchiveSource(Stream stream, ArchiveLimits limits)
    {
        try
        {
            _archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: false, Encoding.UTF8);
            Check(_archive.Entries, limits);
        }
        catch (InvalidDataException)
        {
            throw new DatasetRefusedException("The archive is damaged or cut off.");
        }

        string prefix = CommonFolder([.. _entries.Keys]);
        _entries = _entries.ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value, StringComparer.Ordinal);
        Files = [.. _entries.Keys.Order(StringComparer.Ordinal)];
    }

    public IReadOnlyList<string> Files { get; }

    public IReadOnlyList<RejectedFile> Rejected => _rejected;

    public async Task<string> ReadTextAsync(string name, int maxBytes, CancellationToken cancellationToken)
    {
        byte[]? bytes = await ReadAsync(name, maxBytes, cancellationToken).ConfigureAwait(false);
        return bytes is null ? throw new DatasetRefusedException($"{ShownName.Of(name)} is longer than {maxBytes} bytes.") : Encoding.UTF8.GetString(bytes);
    }

    public async Task<DecodeOutcome> DecodeAsync(string name, XrayDecoder decoder, CancellationToken cancellationToken)
    {
        byte[]? bytes = await ReadAsync(name, decoder.Limits.MaxFileBytes, cancellationToken).ConfigureAwait(false);
        return bytes is null
            ? DecodeOutcome.Refused(RefusalKind.OverLimit, $"The file is longer than {decoder.Limits.MaxFileBytes} bytes.")
            : await decoder.DecodeAsync(bytes, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _archive.Dispose();
        _turn.Dispose();
    }

    private void Check(ReadOnlyCollection<ZipArchiveEntry> entries, ArchiveLimits limits)
    {
        if (entries.Count > limits.MaxEntries)
        {
            throw new DatasetRefusedException($"The archive has {entries.Count} entries; at most {limits.MaxEntries} are accepted.");
        }

        long total = 0;
        foreach (ZipArchiveEntry entry in entries)
        {
            string name = entry.FullName;
            total += entry.Length;
            if (IsUnsafe(name))
            {
                throw new DatasetRefusedException("The archive has an entry whose name leads out of its folder.");
            }

            const int typeMask = 0xF000, link = 0xA000;
            if (((entry.ExternalAttributes >> 16) & typeMask) == link)
            {
                throw new DatasetRefusedException("The archive holds a symbolic link.");
            }

            if (entry.IsEncrypted)
            {
                throw new DatasetRefusedException("The archive is encrypted.");
            }

            if (total > limits.MaxTotalBytes || (entry.Length > SmallEntry && entry.Length / Math.Max(1, entry.CompressedLength) > limits.MaxCompressionRatio))
            {
                throw new DatasetRefusedException("The archive would inflate beyond reason.");
            }

            if (!name.EndsWith('/') && !IsHidden(name) && !_entries.TryAdd(name, entry))
            {
                _rejected.Add(new RejectedFile(ShownName.Of(name), RefusalKind.Refused, "The archive holds two entries of this name; the first counts."));
            }
        }
    }

    private static bool IsUnsafe(string name) =>
        name.Length == 0 || name[0] == '/' || name.Contains('\\', StringComparison.Ordinal) || name.Contains('\0', StringComparison.Ordinal)
        || (name.Length > 1 && name[1] == ':') || name.Split('/').Contains("..");

    private static bool IsHidden(string name) => name.Split('/').Any(part => part.StartsWith('.') || part == "__MACOSX");

    // Zipping a folder puts its name before everything; that level means nothing.
    private static string CommonFolder(string[] names)
    {
        string prefix = "";
        while (names.Length > 0 && names[0].IndexOf('/', prefix.Length) is int end and >= 0)
        {
            string next = names[0][..(end + 1)];
            bool isWrapper = names.All(name => name.StartsWith(next, StringComparison.Ordinal))
                && (names.Any(name => ManifestListing.IsManifest(name[next.Length..]))
                    || (names.All(name => name.IndexOf('/', next.Length) >= 0) && names.Select(name => name[next.Length..].Split('/')[0]).Distinct().Count() > 1));
            if (!isWrapper)
            {
                break;
            }

            prefix = next;
        }

        return prefix;
    }

    // Null when the entry is longer than allowed. An archive is one stream: entries take turns.
    private async Task<byte[]?> ReadAsync(string name, int maxBytes, CancellationToken cancellationToken)
    {
        ZipArchiveEntry entry = _entries[name];
        if (entry.Length > maxBytes)
        {
            return null;
        }

        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            byte[] bytes = new byte[entry.Length];
            await using Stream stream = await entry.OpenAsync(cancellationToken).ConfigureAwait(false);
            int count = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            bool goesOn = await stream.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) != 0;
            if (count != bytes.Length || goesOn || Crc32.Append(0, bytes) != entry.Crc32)
            {
                throw new DatasetRefusedException("The archive states a wrong size or checksum for an entry.");
            }

            return bytes;
        }
        catch (InvalidDataException)
        {
            throw new DatasetRefusedException("The archive is damaged.");
        }
        finally
        {
            _turn.Release();
        }
    }
}
