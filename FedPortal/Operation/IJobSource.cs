using FedPortal.Data;

namespace FedPortal.Operation;

/// <summary>The long tasks of one kind. Register one for each kind as a service; the jobs page, the HTTP API and the figures for monitoring ask all of them.</summary>
public interface IJobSource
{
    /// <summary>Words for people, unique among the sources.</summary>
    string Kind { get; }

    /// <summary>The tasks that the viewer may see: those under way first, then the newest.</summary>
    /// <param name="only">This task alone, or null for all.</param>
    /// <param name="most">Rows wanted at most.</param>
    Task<IReadOnlyList<JobRow>> ListAsync(Viewer viewer, Guid? only, int most, CancellationToken cancellationToken);

    /// <summary>Stops a task and records who did. Whoever calls has checked that the person may.</summary>
    /// <returns>Null when it is done, else why not.</returns>
    Task<string?> CancelAsync(Guid id, string actor, CancellationToken cancellationToken);

    /// <summary>Has a task done once more and records who asked. Whoever calls has checked that the person may.</summary>
    /// <returns>Null when it is done, else why not.</returns>
    Task<string?> RetryAsync(Guid id, string actor, CancellationToken cancellationToken);
}
