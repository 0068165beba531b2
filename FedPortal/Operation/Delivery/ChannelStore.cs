using System.Net.Mail;
using System.Security.Cryptography;
using FedPortal.Audit;
using FedPortal.Data;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Operation.Delivery;

/// <summary>A channel on the settings page; its secret is not on it.</summary>
public sealed record ChannelRow(Guid Id, ChannelKind Kind, string Name, string Address, AlertLevel LeastLevel, string AddedBy, DateTimeOffset AddedAt);

/// <summary>A message that was sent, or waits.</summary>
public sealed record OutboxRow(Guid Id, ChannelKind Kind, string Address, string Title, OutboxState State, int Attempts, DateTimeOffset CreatedAt, DateTimeOffset DueAt, DateTimeOffset? EndedAt, string? Problem);

/// <summary>Where alerts go, and what became of the latest messages. For those who see everything.</summary>
public sealed class ChannelStore
{
    private readonly IDbContextFactory<FedPortalDbContext> _contexts;
    private readonly WebhookSender _webhooks;
    private readonly AlertLetters _letters;
    private readonly OutboxSeal _seal;
    private readonly OutboxNudge _nudge;
    private readonly LiveUpdates _live;
    private readonly TimeProvider _clock;

    internal ChannelStore(IDbContextFactory<FedPortalDbContext> contexts, WebhookSender webhooks, AlertLetters letters, OutboxSeal seal, OutboxNudge nudge, LiveUpdates live, TimeProvider clock) =>
        (_contexts, _webhooks, _letters, _seal, _nudge, _live, _clock) = (contexts, webhooks, letters, seal, nudge, live, clock);

    public async Task<IReadOnlyList<ChannelRow>> ListAsync(Viewer viewer, CancellationToken cancellationToken)
    {
        if (!viewer.SeesAll)
        {
            return [];
        }

        await using FedPortalDbContext db = await _contexts.CreateDbContextAsync(cancellationToken);
        return await db.AlertChannels.OrderBy(c => c.AddedAt).Select(c => new ChannelRow(c.Id, c.Kind, c.Name, c.Address, c.LeastLevel, c.AddedBy, c.AddedAt)).ToListAsync(cancellationToken);
    }

    /// <summary>The latest messages, newest first.</summary>
    public async Task<IReadOnlyList<OutboxRow>> MessagesAsync(Viewer viewer, int take, CancellationToken cancellationToken)
    {
        if (!viewer.SeesAll)
        {
            return [];
        }

        await using FedPortalDbContext db = await _contexts.CreateDbContextAsync(cancellationToken);
        return await db.OutboxMessages.OrderByDescending(m => m.CreatedAt).Take(take)
            .Select(m => new OutboxRow(m.Id, m.Kind, m.Address, m.Title, m.State, m.Attempts, m.CreatedAt, m.DueAt, m.EndedAt, m.Problem)).ToListAsync(cancellationToken);
    }

    /// <returns>The channel, and for a webhook the secret that signs what it gets, to be shown once; or what is wrong.</returns>
    public async Task<(Guid Id, string? Secret, string? Problem)> AddAsync(ChannelKind kind, string name, string address, AlertLevel leastLevel, string actor, CancellationToken cancellationToken)
    {
        string where = address.Trim();
        string? problem = string.IsNullOrWhiteSpace(name) ? "Give it a name."
            : where.Length > AlertChannel.AddressLength ? $"An address has at most {AlertChannel.AddressLength} characters; this one has {where.Length}."
            : kind == ChannelKind.Webhook ? _webhooks.Problem(where)
            : MailAddress.TryCreate(where, out _) ? null : $"'{where}' is not an e-mail address.";
        if (problem is not null)
        {
            return (Guid.Empty, null, problem);
        }

        string? secret = kind == ChannelKind.Webhook ? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)) : null;
        DateTimeOffset now = _clock.GetUtcNow();
        var channel = new AlertChannel(kind, name.Length > 100 ? name[..100] : name, where, secret is null ? null : _seal.CloseSecret(secret), leastLevel, actor, now);
        await using FedPortalDbContext db = await _contexts.CreateDbContextAsync(cancellationToken);
        db.AlertChannels.Add(channel);
        db.AuditEntries.Add(new AuditEntry(now, actor, "alert", channel.Id, $"Alerts from {leastLevel} on go to {where} ({kind})."));
        await db.SaveChangesAsync(cancellationToken);
        Publish(channel.Id);
        return (channel.Id, secret, null);
    }

    public async Task RemoveAsync(Guid id, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await _contexts.CreateDbContextAsync(cancellationToken);
        if (await db.AlertChannels.SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } channel)
        {
            return;
        }

        db.AlertChannels.Remove(channel);
        db.AuditEntries.Add(new AuditEntry(_clock.GetUtcNow(), actor, "alert", id, $"Alerts no longer go to {channel.Address} ({channel.Kind})."));
        await db.SaveChangesAsync(cancellationToken);
        Publish(id);
    }

    /// <summary>Sends a message that says only that the channel works; the list of messages shows how it went.</summary>
    public async Task TestAsync(Guid id, string actor, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await _contexts.CreateDbContextAsync(cancellationToken);
        if (await db.AlertChannels.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is { } channel)
        {
            db.OutboxMessages.Add(_letters.Test(channel, actor, _clock.GetUtcNow()));
            await db.SaveChangesAsync(cancellationToken);
            Publish(id);
            _nudge.Now();
        }
    }

    private void Publish(Guid id) => _live.Publish(new LiveUpdate(LiveSubject.Alert, id));
}
