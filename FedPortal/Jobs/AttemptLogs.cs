using System.Collections.Concurrent;
using System.Globalization;
using FedPortal.Data;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs;

/// <summary>What the site programs of hosted institutions said, one file for each attempt, written as they speak: a killed one leaves its last words.</summary>
public sealed class AttemptLogs(IOptions<PortalOptions> options, TimeProvider clock)
{
    /// <summary>A file is cut off here; a site program says a few dozen lines.</summary>
    public const int MaxBytes = 256 * 1024;

    private readonly ConcurrentDictionary<string, Lock> _gates = new();

    internal void Append(Guid assignmentId, int lease, string line)
    {
        string path = PathOf(assignmentId, lease);
        lock (_gates.GetOrAdd(path, _ => new Lock()))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (!File.Exists(path) || new FileInfo(path).Length < MaxBytes)
            {
                File.AppendAllText(path, string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow():HH:mm:ss.fff} {line}\n"));
            }
        }
    }

    /// <summary>The attempt has ended; nothing more is written.</summary>
    internal void Close(Guid assignmentId, int lease) => _gates.TryRemove(PathOf(assignmentId, lease), out _);

    /// <returns>What it said, or null where the portal did not run it: a hospital's own machine keeps its own log.</returns>
    public async Task<string?> ReadAsync(Viewer viewer, AttemptRow attempt, CancellationToken cancellationToken)
    {
        string path = PathOf(attempt.AssignmentId, attempt.Lease);
        return viewer.Sees(attempt.InstitutionId) && File.Exists(path) ? await File.ReadAllTextAsync(path, cancellationToken) : null;
    }

    private string PathOf(Guid assignmentId, int lease) =>
        Path.Combine(options.Value.Root, "attempts", assignmentId.ToString("N"), string.Create(CultureInfo.InvariantCulture, $"{lease}.log"));
}
