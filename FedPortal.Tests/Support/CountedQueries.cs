using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FedPortal.Tests.Support;

/// <summary>Counts the commands that a database is asked in the course of HTTP requests, and the rows that are read from it; what the portal asks by the clock does not count.</summary>
internal sealed class CountedQueries : DbCommandInterceptor
{
    // Knows the request of whoever runs, wherever it is asked.
    private readonly HttpContextAccessor _requests = new();
    private int _queries;
    private int _rows;

    public (int Queries, int Rows) Sum => (Volatile.Read(ref _queries), Volatile.Read(ref _rows));

    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result)
    {
        Count(ref _queries, 1);
        return result;
    }

    public override ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        Count(ref _queries, 1);
        return ValueTask.FromResult(result);
    }

    public override InterceptionResult DataReaderDisposing(DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
    {
        Count(ref _rows, eventData.ReadCount);
        return result;
    }

    private void Count(ref int sum, int more)
    {
        if (_requests.HttpContext is not null)
        {
            Interlocked.Add(ref sum, more);
        }
    }
}
