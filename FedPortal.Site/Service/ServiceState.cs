using System.Text.Json;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Service;

/// <summary>A piece of work as the service shows it.</summary>
/// <param name="Outcome">Null while it goes on.</param>
internal sealed record ServiceWork(SiteWork Work, string Study, int Round, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? Outcome);

/// <summary>What the service says of itself, in <c>service.json</c> of the home, for <c>site status</c>.</summary>
internal sealed record ServiceState
{
    public int ProcessId { get; init; }

    public DateTimeOffset StartedAt { get; init; }

    /// <summary>When the portal last answered.</summary>
    public DateTimeOffset? LastContactAt { get; init; }

    /// <summary>Why nothing goes on; null while all is well.</summary>
    public string? Problem { get; init; }

    /// <summary>What is being done now: at most one piece of each kind.</summary>
    public IReadOnlyList<ServiceWork> Current { get; init; } = [];

    public ServiceWork? Last { get; init; }

    public static string FileOf(SiteHome home) => Path.Combine(home.Path, "service.json");

    /// <summary>Null when no service ever ran here.</summary>
    public static ServiceState? Load(SiteHome home) =>
        File.Exists(FileOf(home)) ? JsonSerializer.Deserialize<ServiceState>(File.ReadAllText(FileOf(home)), ProtocolJson.Options) : null;
}

/// <summary>Keeps the state on disk; several loops of one service change it.</summary>
internal sealed class ServiceRecord(SiteHome home, ServiceState first)
{
    private readonly Lock _lock = new();
    private ServiceState _state = first;

    public void Change(Func<ServiceState, ServiceState> change)
    {
        lock (_lock)
        {
            _state = change(_state);
            PrivateFile.Write(ServiceState.FileOf(home), JsonSerializer.SerializeToUtf8Bytes(_state, ProtocolJson.Options));
        }
    }
}
