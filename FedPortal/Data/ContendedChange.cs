using Microsoft.EntityFrameworkCore;

namespace FedPortal.Data;

/// <summary>Changes of what others may change at the same moment: a beginning and a stop, a result and a deadline.</summary>
internal static class ContendedChange
{
    private const int MostTries = 10;

    // A row that could not be added tells the same: another took its place. One that cannot be added at all ends here.
    private const int MostTriesToAdd = 3;

    /// <summary>Reads, decides, changes and saves. Whoever was slower reads again and decides again, so that a refusal is about what is there and not about who came first.</summary>
    /// <param name="attempt">Changes what it reads with the context it is given; null when the change does not fit what is there.</param>
    /// <returns>What was saved; null when it did not fit, or others were faster ten times in a row.</returns>
    public static async Task<T?> TryChangeAsync<T>(
        this IDbContextFactory<FedPortalDbContext> contexts, Func<FedPortalDbContext, Task<T?>> attempt, CancellationToken cancellationToken)
        where T : class
    {
        for (int tries = 0; tries < MostTries; tries++)
        {
            await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
            if (await attempt(db) is not { } changed)
            {
                return null;
            }

            try
            {
                await db.SaveChangesAsync(cancellationToken);
                return changed;
            }
            catch (DbUpdateException failure) when (failure is DbUpdateConcurrencyException || tries < MostTriesToAdd)
            {
                // Another was faster: anew, on what is there now.
            }
        }

        return null;
    }
}
