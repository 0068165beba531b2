using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets;

/// <summary>Opens a folder or ZIP, lists it by manifest or folders, and decodes what it lists, several files at a time.</summary>
internal static class DatasetReader
{
    private const int MaxManifestBytes = 64 << 20;

    /// <exception cref="DatasetRefusedException">Nothing usable is at the path.</exception>
    public static IDatasetSource Open(string path, ArchiveLimits limits)
    {
        if (Directory.Exists(path))
        {
            return new FolderSource(path);
        }

        if (!File.Exists(path))
        {
            throw new DatasetRefusedException($"There is no folder or archive at {path}.");
        }

        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return OpenArchive(stream, limits);
    }

    public static IDatasetSource OpenArchive(Stream stream, ArchiveLimits limits)
    {
        try
        {
            return new ArchiveSource(stream, limits);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public static async Task<DatasetListing> ListAsync(IDatasetSource source, PatientKeys patients, DatasetImportOptions options, CancellationToken cancellationToken)
    {
        string? manifest = source.Files.FirstOrDefault(ManifestListing.IsManifest);
        DatasetListing all = manifest is null
            ? FolderListing.Read(source.Files)
            : ManifestListing.Read(await source.ReadTextAsync(manifest, MaxManifestBytes, cancellationToken).ConfigureAwait(false), source.Files, patients);
        DatasetEntry[] asked = [.. all.Entries.Where(entry => IsAsked(entry, options))];
        DatasetEntry[] kept = [.. asked.Where(entry => options.Classes is null || options.Classes.Contains(entry.Label))];
        IEnumerable<RejectedFile> foreign = asked.Except(kept)
            .Select(entry => new RejectedFile(ShownName.Of(entry.Name), RefusalKind.Refused, $"Its label {ShownName.Of(entry.Label)} is not one of the study's classes."));
        return new DatasetListing(kept, [.. source.Rejected, .. all.Rejected, .. foreign], all.Warnings);
    }

    /// <summary>Decodes every entry and hands it on. <paramref name="handle"/> runs on several threads at a time.</summary>
    public static async Task DecodeAllAsync(
        IDatasetSource source,
        IReadOnlyList<DatasetEntry> entries,
        XrayDecoder decoder,
        Func<int, DecodeOutcome, CancellationToken, ValueTask> handle,
        IProgress<DatasetProgress>? progress,
        CancellationToken cancellationToken)
    {
        int done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = decoder.ProcessCount, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, entries.Count, options, async (index, token) =>
        {
            DecodeOutcome outcome = await source.DecodeAsync(entries[index].Name, decoder, token).ConfigureAwait(false);
            await handle(index, outcome, token).ConfigureAwait(false);
            progress?.Report(new DatasetProgress("Decoding", Interlocked.Increment(ref done), entries.Count));
        }).ConfigureAwait(false);
    }

    private static bool IsAsked(DatasetEntry entry, DatasetImportOptions options) =>
        (options.Hospital is null || string.Equals(entry.Hospital, options.Hospital, StringComparison.Ordinal))
        && (options.Split is null || entry.Split == options.Split);
}
