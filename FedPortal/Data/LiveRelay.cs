using System.Globalization;
using System.Threading.Channels;
using Npgsql;

namespace FedPortal.Data;

/// <summary>
/// Carries live updates between portals on one PostgreSQL database, by its NOTIFY: what was saved at one portal refreshes pages at all. An update that is lost while the
/// connection is away costs freshness only: pages ask their store, and the next update comes.
/// </summary>
internal sealed class LiveRelay(LiveUpdates live, PortalDatabase database, TimeProvider clock, ILogger<LiveRelay> logger) : BackgroundService
{
    private const string Channel = "fedportal_live";
    private const int MostWaiting = 10_000;
    private const int MostInOne = 64; // of at most 90 characters: a payload may have 8,000 bytes
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly string _self = $"{Guid.NewGuid():N}";
    private readonly Channel<LiveUpdate> _outgoing = System.Threading.Channels.Channel.CreateBounded<LiveUpdate>(
        new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        live.RelayBy(update => _outgoing.Writer.TryWrite(update));
        return Task.WhenAll(KeepUpAsync(ListenAsync, stoppingToken), KeepUpAsync(SendAsync, stoppingToken));
    }

    /// <summary>A batch as text: the sender, then one line for each update.</summary>
    internal static string Write(string sender, IEnumerable<LiveUpdate> updates) =>
        string.Join('\n', updates.Distinct().Select(update => string.Create(CultureInfo.InvariantCulture, $"{(int)update.Subject} {update.Id:N} {update.StudyId:N}")).Prepend(sender));

    /// <returns>Nothing where the sender is the reader itself, or the text is not one of ours.</returns>
    internal static IReadOnlyList<LiveUpdate> Read(string self, string text)
    {
        string[] lines = text.Split('\n');
        return lines[0] == self ? [] : [.. lines.Skip(1).Select(Parse).OfType<LiveUpdate>()];
    }

    private static LiveUpdate? Parse(string line) =>
        line.Split(' ') is [var subject, var id, var study] && int.TryParse(subject, CultureInfo.InvariantCulture, out int kind) && Guid.TryParseExact(id, "N", out Guid changed)
            ? new LiveUpdate((LiveSubject)kind, changed, Guid.TryParseExact(study, "N", out Guid owner) ? owner : null)
            : null;

    private async Task KeepUpAsync(Func<NpgsqlConnection, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(database.Server!.ConnectionString);
                await connection.OpenAsync(cancellationToken);
                await work(connection, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException away)
            {
                logger.LogWarning(away, "Live updates of other portals are away; the next attempt is in {Pause}", Pause);
                await Task.Delay(Pause, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ListenAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        connection.Notification += (_, heard) =>
        {
            foreach (LiveUpdate update in Read(_self, heard.Payload))
            {
                live.Deliver(update);
            }
        };
        await using (NpgsqlCommand listen = new($"LISTEN {Channel}", connection))
        {
            await listen.ExecuteNonQueryAsync(cancellationToken);
        }

        while (true)
        {
            await connection.WaitAsync(cancellationToken);
        }
    }

    private async Task SendAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        while (await _outgoing.Reader.WaitToReadAsync(cancellationToken))
        {
            List<LiveUpdate> batch = [];
            while (batch.Count < MostInOne && _outgoing.Reader.TryRead(out LiveUpdate update))
            {
                batch.Add(update);
            }

            await using NpgsqlCommand notify = new("SELECT pg_notify($1, $2)", connection)
            {
                Parameters = { new NpgsqlParameter { Value = Channel }, new NpgsqlParameter { Value = Write(_self, batch) } },
            };
            await notify.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
