using System.Text.Json;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Training.Protocol;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs;

/// <summary>An upload that is under way.</summary>
/// <param name="UserId">Who began it; nobody else may go on with it.</param>
public sealed record UploadSession(Guid Id, Guid UserId, Guid? InstitutionId, string Name, IReadOnlyList<UploadFile> Files, DateTimeOffset BegunAt);

/// <summary>How much of each file has arrived, in the session's order.</summary>
public sealed record UploadProgress(UploadSession Session, IReadOnlyList<long> Received)
{
    public bool IsWhole => Session.Files.Zip(Received).All(pair => pair.First.Bytes == pair.Second);
}

/// <summary>What became of one piece.</summary>
/// <param name="Received">Bytes of the file that are here now.</param>
/// <param name="Problem">In words; null when the piece was taken.</param>
public sealed record PieceOutcome(long Received, string? Problem);

/// <summary>
/// Uploads of many files in pieces that can be gone on with after a broken connection or a restart of the portal: what has arrived is what lies on disk. Files lie as
/// they came until the import has ended; whatever nobody goes on with is deleted after <see cref="KeptFor"/>.
/// </summary>
public sealed class UploadSessions
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(3);
    private const int BufferBytes = 1 << 17;
    private const string Description = "session.json";
    private const string Content = "files";

    private readonly string _root;
    private readonly long _maxBytes;
    private readonly TimeProvider _clock;

    public UploadSessions(IOptions<PortalOptions> options, TimeProvider clock)
    {
        _root = Path.Combine(options.Value.Root, "uploads", "open");
        _maxBytes = options.Value.MaxUploadBytes;
        _clock = clock;
    }

    /// <returns>The new session, or what is wrong with it.</returns>
    public (UploadSession? Session, string? Problem) Begin(Guid userId, Guid? institutionId, string name, IReadOnlyList<UploadFile> files)
    {
        ForgetOld();
        if (UploadListing.Problem(name, files, _maxBytes) is { } problem)
        {
            return (null, problem);
        }

        var session = new UploadSession(Guid.NewGuid(), userId, institutionId, name.Trim(), files, _clock.GetUtcNow());
        string folder = FolderOf(session.Id);
        Directory.CreateDirectory(Path.Combine(folder, Content));
        string part = Path.Combine(folder, Description + ".part");
        File.WriteAllText(part, JsonSerializer.Serialize(session, ProtocolJson.Options));
        File.Move(part, Path.Combine(folder, Description));
        return (session, null);
    }

    /// <summary>All sessions of a user that can be gone on with, newest first.</summary>
    public IReadOnlyList<UploadProgress> OpenOf(Guid userId) => !Directory.Exists(_root)
        ? []
        : [.. Directory.GetDirectories(_root).Select(folder => Guid.TryParseExact(Path.GetFileName(folder), "N", out Guid id) ? Find(id, userId) : null)
            .OfType<UploadProgress>().OrderByDescending(found => found.Session.BegunAt)];

    /// <returns>Null when there is none, or when it is another user's.</returns>
    public UploadProgress? Find(Guid id, Guid userId)
    {
        string description;
        try
        {
            description = File.ReadAllText(Path.Combine(FolderOf(id), Description));
        }
        catch (Exception gone) when (gone is DirectoryNotFoundException or FileNotFoundException)
        {
            return null;
        }

        if (JsonSerializer.Deserialize<UploadSession>(description, ProtocolJson.Options) is not { } session || session.UserId != userId)
        {
            return null;
        }

        return new UploadProgress(session, [.. session.Files.Select(announced => new FileInfo(PathOf(session, announced)) is { Exists: true } there ? there.Length : 0)]);
    }

    /// <summary>Takes the next bytes of one file, as many as come.</summary>
    /// <param name="offset">Where they belong; it must be what has arrived so far.</param>
    public async Task<PieceOutcome> TakeAsync(UploadSession session, int index, long offset, Stream bytes, CancellationToken cancellationToken)
    {
        if (index < 0 || index >= session.Files.Count)
        {
            return new PieceOutcome(0, $"Expected a file from 0 to {session.Files.Count - 1} but got {index}.");
        }

        UploadFile announced = session.Files[index];
        string path = PathOf(session, announced);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            await using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
            if (file.Length != offset)
            {
                return new PieceOutcome(file.Length, $"Expected the bytes from {file.Length} on but got those from {offset} on.");
            }

            file.Seek(0, SeekOrigin.End);
            byte[] buffer = new byte[BufferBytes];
            int read;
            while ((read = await bytes.ReadAsync(buffer, cancellationToken)) > 0)
            {
                if (file.Length + read > announced.Bytes)
                {
                    return new PieceOutcome(file.Length, $"Expected {announced.Bytes} bytes in all but more came.");
                }

                await file.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None);
            }

            return new PieceOutcome(file.Length, null);
        }
        catch (IOException busy) when (busy is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return new PieceOutcome(new FileInfo(path).Length, "The connection broke, or another request sends this file at the moment.");
        }
    }

    /// <summary>Moves a whole upload to where imports read it.</summary>
    /// <returns>A zip file or a folder, directly in the folder of uploads.</returns>
    /// <exception cref="InvalidOperationException">Bytes are missing.</exception>
    public string Close(UploadProgress upload)
    {
        if (!upload.IsWhole)
        {
            throw new InvalidOperationException("The upload is not whole.");
        }

        UploadSession session = upload.Session;
        bool isArchive = session.Files is [var only] && only.Path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);
        string target = Path.Combine(Path.GetDirectoryName(_root)!, $"{session.Id:N}");
        if (isArchive)
        {
            target += ".zip";
            File.Move(PathOf(session, session.Files[0]), target);
        }
        else
        {
            Directory.Move(Path.Combine(FolderOf(session.Id), Content), target);
        }

        Cancel(session.Id);
        return target;
    }

    public void Cancel(Guid id)
    {
        if (Directory.Exists(FolderOf(id)))
        {
            Directory.Delete(FolderOf(id), recursive: true);
        }
    }

    private void ForgetOld() => Forgotten(_clock.GetUtcNow() - KeptFor, removes: true);

    /// <summary>Sessions nobody went on with since a time.</summary>
    /// <param name="removes">False to count only.</param>
    internal (int Sessions, long Bytes) Forgotten(DateTimeOffset since, bool removes)
    {
        int sessions = 0;
        long bytes = 0;
        foreach (DirectoryInfo folder in Directory.Exists(_root) ? new DirectoryInfo(_root).GetDirectories() : [])
        {
            try
            {
                // One that begins at this moment has no files yet: its folder is young.
                FileInfo[] files = folder.GetFiles("*", SearchOption.AllDirectories);
                if (folder.LastWriteTimeUtc < since.UtcDateTime && files.All(file => file.LastWriteTimeUtc < since.UtcDateTime))
                {
                    (sessions, bytes) = (sessions + 1, bytes + files.Sum(file => file.Length));
                    if (removes)
                    {
                        folder.Delete(recursive: true);
                    }
                }
            }
            catch (Exception gone) when (gone is DirectoryNotFoundException or FileNotFoundException)
            {
                // It was closed or cancelled at this moment.
            }
        }

        return (sessions, bytes);
    }

    private string FolderOf(Guid id) => Path.Combine(_root, $"{id:N}");

    private string PathOf(UploadSession session, UploadFile file) => Path.Combine(FolderOf(session.Id), Content, file.Path);
}
