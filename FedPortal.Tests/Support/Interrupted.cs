using System.Data.Common;
using FedPortal.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FedPortal.Tests.Support;

/// <summary>The database of a portal with this data directory, where once something else happens between what is read and the transaction that saves.</summary>
internal sealed class Interrupted(string root, Func<Task> act) : DbTransactionInterceptor, IDbContextFactory<FedPortalDbContext>
{
    private int _times;

    public FedPortalDbContext CreateDbContext() => new(TestDatabase.Options(database =>
    {
        TestDatabase.Of(root).Configure(database, root);
        database.AddInterceptors(this);
    }));

    public override async ValueTask<InterceptionResult<DbTransaction>> TransactionStartingAsync(
        DbConnection connection, TransactionStartingEventData eventData, InterceptionResult<DbTransaction> result, CancellationToken cancellationToken = default)
    {
        if (Interlocked.Increment(ref _times) == 1)
        {
            await act();
        }

        return result;
    }
}
