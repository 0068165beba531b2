using System.Text.Json;
using System.Text.Json.Serialization;
using FedPortal.Data;
using FedPortal.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Operation.Delivery;

internal enum LetterKind
{
    Opened,
    Worse,
    Over,
    Test,
}

/// <summary>What a webhook gets. Names are stable.</summary>
/// <param name="Event">"opened", "worse", "over" or "test".</param>
/// <param name="Url">The page that shows more; only the path where the portal's public address is not set.</param>
public sealed record WebhookBody(
    Guid? Id, string Event, string Kind, string Level, string Subject, string Title, string Detail, string? Url, string? Institution, DateTimeOffset OpenedAt, DateTimeOffset At);

/// <summary>Writes what is sent about an alert, for every channel that wants it.</summary>
internal sealed class AlertLetters(OutboxSeal seal, IOptions<AccountOptions> accounts)
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Adds the messages to what the caller saves.</summary>
    public async Task AddAsync(FedPortalDbContext db, Alert alert, LetterKind letter, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<AlertChannel> channels = await db.AlertChannels.AsNoTracking().ToListAsync(cancellationToken);
        if (!channels.Exists(channel => channel.Wants(alert.Level)))
        {
            return;
        }

        string? institution = await db.Institutions.Where(i => i.Id == alert.InstitutionId).Select(i => i.Name).FirstOrDefaultAsync(cancellationToken);
        var body = new WebhookBody(
            alert.Id, NameOf(letter), $"{alert.Kind}", $"{alert.Level}", alert.Subject, alert.Title, alert.Detail, UrlOf(alert.Address), institution, alert.OpenedAt, now);
        foreach (AlertChannel channel in channels.Where(channel => channel.Wants(alert.Level)))
        {
            db.OutboxMessages.Add(MessageFor(channel, alert.Id, letter, body, now));
        }
    }

    /// <summary>A message that says only that the channel works.</summary>
    public OutboxMessage Test(AlertChannel channel, string askedBy, DateTimeOffset now) => MessageFor(channel, alertId: null, LetterKind.Test, new WebhookBody(
        null, NameOf(LetterKind.Test), "Test", $"{AlertLevel.Notice}", "test", "A test of FedPortal's alerts", $"{askedBy} asked for this test. Nothing is wrong.", UrlOf(Components.Urls.Alerts), null, now, now), now);

    private OutboxMessage MessageFor(AlertChannel channel, Guid? alertId, LetterKind letter, WebhookBody body, DateTimeOffset now)
    {
        string title = letter == LetterKind.Over ? $"Over: {body.Title}" : body.Title;
        title = title.Length <= Alert.TitleLength ? title : title[..Alert.TitleLength];
        string text = channel.Kind == ChannelKind.Webhook ? JsonSerializer.Serialize(body, Json) : TextOf(letter, body);
        return new OutboxMessage(channel.Kind, channel.Id, alertId, channel.Address, title, seal.Close(text), now);
    }

    private static string TextOf(LetterKind letter, WebhookBody body) => $"""
        {(letter == LetterKind.Over ? "This is over: " : letter == LetterKind.Worse ? "This became more serious: " : "")}{body.Title}

        {body.Detail}

        Level: {body.Level}{(body.Institution is null ? "" : $"\nInstitution: {body.Institution}")}
        Since: {body.OpenedAt:yyyy-MM-dd HH:mm} UTC
        {(body.Url is null ? "" : $"Look: {body.Url}")}
        """;

    private string? UrlOf(string? address) => address is null ? null : accounts.Value.PublicUrl.TrimEnd('/') + address;

    private static string NameOf(LetterKind letter) => letter switch
    {
        LetterKind.Opened => "opened",
        LetterKind.Worse => "worse",
        LetterKind.Over => "over",
        _ => "test",
    };
}
