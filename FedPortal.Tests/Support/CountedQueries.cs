using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace FedPortal.Tests.Support;

/// <summary>Counts the commands that a database is asked and the rows that are read from it.</summary>
internal sealed class CountedQueries : DbCommandInterceptor
{
    private int _queries;
    private int _rows;

    public (int Queries, int Rows) Sum => (Volatile.Read(ref _queries), Volatile.Read(ref _rows));

    public override DbDataReader ReaderExecuted(DbCommand command, CommandExecutedEventData eventData, DbDataReader result)
    {
        Interlocked.Increment(ref _queries);
        return result;
    }

    public override ValueTask<DbDataReader> ReaderExecutedAsync(DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _queries);
        return ValueTask.FromResult(result);
    }

    public override InterceptionResult DataReaderDisposing(DbCommand command, DataReaderDisposingEventData eventData, InterceptionResult result)
    {
        Interlocked.Add(ref _rows, eventData.ReadCount);
        return result;
    }
}
