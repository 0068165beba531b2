using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using FedPortal.Training.Protocol;

namespace FedPortal.Training.Decryption;

/// <summary>
/// A round's papers as one zip file, version 1: <c>round.json</c> (version and recorded hashes), <c>portal.card</c>, <c>description</c>, <c>accepted</c>,
/// <c>cards/000…</c>, <c>updates/000.statement</c> and <c>updates/000.ciphertext…</c>, <c>answers/000…</c>; entries are stored without compression. Bad: an entry is missing
/// or longer than allowed, or the version differs.
/// </summary>
public static class RoundEvidenceFile
{
    private const int Version = 1;
    private const int MostBytes = 256 << 20;

    /// <summary>Writes while it reads: the memory does not grow with the ciphertexts.</summary>
    public static async Task WriteAsync(Stream target, RoundEvidence evidence, CancellationToken cancellationToken)
    {
        await using ZipArchive zip = await ZipArchive.CreateAsync(target, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
        byte[] index = JsonSerializer.SerializeToUtf8Bytes(new Index(Version, evidence.EncryptedSumHash, evidence.SumHash), ProtocolJson.Options);
        await AddAsync(zip, "round.json", index, cancellationToken);
        await AddAsync(zip, "portal.card", evidence.PortalCard, cancellationToken);
        await AddAsync(zip, "description", evidence.Description, cancellationToken);
        await AddAsync(zip, "accepted", evidence.AcceptedSet, cancellationToken);
        foreach ((int i, ReadOnlyMemory<byte> card) in evidence.Cards.Index())
        {
            await AddAsync(zip, Name("cards", i), card, cancellationToken);
        }

        foreach ((int i, SealedUpdate update) in evidence.Updates.Index())
        {
            await AddAsync(zip, $"{Name("updates", i)}.statement", update.Statement, cancellationToken);
            await using Stream entry = await zip.CreateEntry($"{Name("updates", i)}.ciphertext", CompressionLevel.NoCompression).OpenAsync(cancellationToken);
            await using Stream ciphertext = update.OpenCiphertext();
            await ciphertext.CopyToAsync(entry, cancellationToken);
        }

        foreach ((int i, ReadOnlyMemory<byte> answer) in evidence.Answers.Index())
        {
            await AddAsync(zip, Name("answers", i), answer, cancellationToken);
        }
    }

    /// <param name="zip">Stays open while the evidence is used: ciphertexts are read from it.</param>
    /// <exception cref="InvalidDataException">Bad in one of the ways that the class comment lists.</exception>
    public static RoundEvidence Read(ZipArchive zip)
    {
        Index index;
        try
        {
            index = JsonSerializer.Deserialize<Index>(Bytes(zip, "round.json").Span, ProtocolJson.Options)!;
        }
        catch (JsonException bad)
        {
            throw new InvalidDataException($"round.json cannot be read: {bad.Message}", bad);
        }

        return index.Version != Version
            ? throw new InvalidDataException($"Expected papers of version {Version} but got {index.Version}.")
            : new RoundEvidence
            {
                PortalCard = Bytes(zip, "portal.card"),
                Description = Bytes(zip, "description"),
                AcceptedSet = Bytes(zip, "accepted"),
                Cards = [.. Names(zip, "cards/", "").Select(name => Bytes(zip, name))],
                Updates = [.. Names(zip, "updates/", ".statement").Select(name => new SealedUpdate(Bytes(zip, name), () => EntryOf(zip, Path.ChangeExtension(name, ".ciphertext")).Open()))],
                Answers = [.. Names(zip, "answers/", "").Select(name => Bytes(zip, name))],
                EncryptedSumHash = index.EncryptedSumHash,
                SumHash = index.SumHash,
            };
    }

    private static string Name(string folder, int number) => $"{folder}/{number.ToString("000", CultureInfo.InvariantCulture)}";

    private static async Task AddAsync(ZipArchive zip, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await using Stream entry = await zip.CreateEntry(name, CompressionLevel.NoCompression).OpenAsync(cancellationToken);
        await entry.WriteAsync(content, cancellationToken);
    }

    private static string[] Names(ZipArchive zip, string start, string end) =>
    [
        .. zip.Entries.Select(entry => entry.FullName)
            .Where(name => name.StartsWith(start, StringComparison.Ordinal) && name.EndsWith(end, StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    private static ZipArchiveEntry EntryOf(ZipArchive zip, string name) => zip.GetEntry(name) ?? throw new InvalidDataException($"The papers have no {name}.");

    private static ReadOnlyMemory<byte> Bytes(ZipArchive zip, string name)
    {
        ZipArchiveEntry entry = EntryOf(zip, name);
        if (entry.Length > MostBytes)
        {
            throw new InvalidDataException($"Expected at most {MostBytes} bytes of {name} but it has {entry.Length}.");
        }

        byte[] content = new byte[entry.Length];
        using Stream stream = entry.Open();
        stream.ReadExactly(content);
        return content;
    }

    private sealed record Index(int Version, string? EncryptedSumHash, string? SumHash);
}
