using FedPortal.Identity;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Remembers the last accepted code of each account. It has a row of its own, so that saving a stale copy of the account cannot turn it back.</summary>
internal sealed class AcceptedCodeStore(IDbContextFactory<FedPortalDbContext> contexts)
{
    /// <returns>True for one of those who show this step, or an earlier one, at once; false for all others and for ever after.</returns>
    public async Task<bool> TryTakeAsync(Guid userId, long step, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        if (await db.AcceptedCodes.Where(c => c.UserId == userId && c.Step < step).ExecuteUpdateAsync(c => c.SetProperty(x => x.Step, step), cancellationToken) == 1)
        {
            return true;
        }

        if (await db.AcceptedCodes.AnyAsync(c => c.UserId == userId, cancellationToken))
        {
            return false;
        }

        db.AcceptedCodes.Add(new AcceptedCode(userId, step));
        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return true;
        }
        catch (DbUpdateException) when (!cancellationToken.IsCancellationRequested)
        {
            // Another request was first to use the account's first code.
            return false;
        }
    }
}
