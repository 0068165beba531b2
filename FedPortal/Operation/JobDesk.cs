using System.Security.Claims;
using FedPortal.Data;
using FedPortal.Identity;

namespace FedPortal.Operation;

/// <summary>What the jobs page shows and counts.</summary>
/// <param name="Rows">Those that match, under way first, then the newest.</param>
/// <param name="HasMore">True when there are more than were asked for.</param>
public sealed record JobList(IReadOnlyList<JobRow> Rows, bool HasMore);

/// <summary>All long tasks of all kinds. It asks every source, and lets people stop and repeat what is theirs.</summary>
public sealed class JobDesk(IEnumerable<IJobSource> sources)
{
    /// <summary>A list goes back this far for each kind.</summary>
    public const int MostRows = 2000;

    /// <summary>Said to whoever may see a task and may not act on it.</summary>
    public const string NotYours = "Only an admin, or a coordinator of the institution it belongs to, may do this.";

    // More is seldom under way of one kind.
    private const int FirstLook = 50;

    private readonly IJobSource[] _sources = [.. sources.OrderBy(source => source.Kind, StringComparer.Ordinal)];

    public IReadOnlyList<string> Kinds => [.. _sources.Select(source => source.Kind)];

    /// <param name="kind">Only this kind, or null for all.</param>
    /// <param name="isWanted">Null for all.</param>
    /// <param name="skip">Rows to leave out at the front.</param>
    public async Task<JobList> ListAsync(Viewer viewer, string? kind, Func<JobRow, bool>? isWanted, int skip, int take, CancellationToken cancellationToken)
    {
        // What is wanted may lie anywhere among a source's rows, so a selection reads as far as lists go.
        int most = isWanted is null ? Math.Min(MostRows, skip + take + 1) : MostRows;
        List<JobRow> rows = [];
        foreach (IJobSource source in _sources.Where(source => kind is null || source.Kind == kind))
        {
            rows.AddRange((await source.ListAsync(viewer, only: null, most, cancellationToken)).Where(row => isWanted is null || isWanted(row)));
        }

        JobRow[] page = [.. rows.OrderBy(row => row.IsOver).ThenByDescending(row => row.EndedAt ?? row.StartedAt ?? row.QueuedAt).ThenByDescending(row => row.Id).Skip(skip).Take(take + 1)];
        return new JobList([.. page.Take(take)], page.Length > take);
    }

    /// <summary>What waits or runs, of all kinds. Every source gives it first, so little else is read, however long the past is.</summary>
    public async Task<IReadOnlyList<JobRow>> UnderWayAsync(Viewer viewer, CancellationToken cancellationToken)
    {
        List<JobRow> open = [];
        foreach (IJobSource source in _sources)
        {
            int most = FirstLook;
            IReadOnlyList<JobRow> rows = await source.ListAsync(viewer, only: null, most, cancellationToken);
            while (rows.Count == most && !rows[^1].IsOver && most < MostRows)
            {
                most = Math.Min(4 * most, MostRows);
                rows = await source.ListAsync(viewer, only: null, most, cancellationToken);
            }

            open.AddRange(rows.Where(row => !row.IsOver));
        }

        return open;
    }

    /// <returns>Null when there is no such task, or the viewer may not see it.</returns>
    public async Task<JobRow?> FindAsync(Viewer viewer, string kind, Guid id, CancellationToken cancellationToken) =>
        _sources.FirstOrDefault(source => source.Kind == kind) is { } known && await known.ListAsync(viewer, id, 1, cancellationToken) is [var row, ..] ? row : null;

    /// <summary>Admins act on every task, coordinators on those of their institutions, nobody else on any.</summary>
    public static bool MayAct(ClaimsPrincipal person, JobRow row) =>
        person.IsInRole(Roles.Admin) || (row.InstitutionId is { } owner && PortalClaims.InstitutionsOf(person).Contains(owner));

    /// <returns>Null when the task is stopped, else why not.</returns>
    public Task<string?> CancelAsync(ClaimsPrincipal person, string kind, Guid id, CancellationToken cancellationToken) =>
        ActAsync(person, kind, id, row => row.MayCancel, "This task cannot be stopped now.", source => source.CancelAsync(id, PortalClaims.NameOf(person), cancellationToken), cancellationToken);

    /// <returns>Null when the task begins again, else why not.</returns>
    public Task<string?> RetryAsync(ClaimsPrincipal person, string kind, Guid id, CancellationToken cancellationToken) =>
        ActAsync(person, kind, id, row => row.MayRetry, "This task cannot be done again now.", source => source.RetryAsync(id, PortalClaims.NameOf(person), cancellationToken), cancellationToken);

    private async Task<string?> ActAsync(
        ClaimsPrincipal person, string kind, Guid id, Func<JobRow, bool> isAllowed, string refusal, Func<IJobSource, Task<string?>> act, CancellationToken cancellationToken)
    {
        if (await FindAsync(PortalClaims.ViewerOf(person), kind, id, cancellationToken) is not { } job)
        {
            return "There is no such task.";
        }

        return !MayAct(person, job) ? NotYours : isAllowed(job) ? await act(_sources.First(source => source.Kind == kind)) : refusal;
    }
}
