using System.Collections.Concurrent;

namespace FedPortal.Tests.Portal.Operation;

/// <summary>Keeps every line, field and scope that is logged, at every level.</summary>
internal sealed class KeptLog : ILoggerProvider, ISupportExternalScope
{
    private readonly ConcurrentQueue<string> _lines = new();
    private IExternalScopeProvider? _scopes;

    public string Text => string.Join('\n', _lines);

    public ILogger CreateLogger(string categoryName) => new Kept(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose()
    {
    }

    private static string Words(object? state) =>
        state is IEnumerable<KeyValuePair<string, object?>> fields ? $"{state} [{string.Join(", ", fields.Select(field => $"{field.Key}={field.Value}"))}]" : $"{state}";

    private sealed class Kept(KeptLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            List<string> scopes = [];
            log._scopes?.ForEachScope((scope, list) => list.Add(Words(scope)), scopes);
            log._lines.Enqueue($"{logLevel} {category} {eventId} {formatter(state, exception)} {Words(state)} {exception} {{{string.Join("; ", scopes)}}}");
        }
    }
}
