namespace FedPortal.Data;

/// <summary>Where reports find the portal's copies of the ledgers.</summary>
public interface ILedgerSource
{
    /// <summary>Copies that the viewer may see: all for admins and auditors, a coordinator's own.</summary>
    Task<IReadOnlyList<LedgerCopyRow>> ListAsync(Viewer viewer, Guid? studyId, CancellationToken cancellationToken);

    /// <summary>The lines of a copy as a ledger file holds them.</summary>
    /// <returns>Null when there is none that the viewer may see.</returns>
    Task<IReadOnlyList<string>?> LinesAsync(Viewer viewer, Guid studyId, Guid institutionId, CancellationToken cancellationToken);
}

/// <summary>A portal whose studies keep no ledger.</summary>
internal sealed class NoLedgers : ILedgerSource
{
    public Task<IReadOnlyList<LedgerCopyRow>> ListAsync(Viewer viewer, Guid? studyId, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<LedgerCopyRow>>([]);

    public Task<IReadOnlyList<string>?> LinesAsync(Viewer viewer, Guid studyId, Guid institutionId, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>?>(null);
}
