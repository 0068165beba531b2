using System.Security.Cryptography;
using FedPortal.Data;
using FedPortal.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Operation.Delivery;

/// <summary>
/// Sends what waits in the outbox. A message is claimed before it is sent, so of two portals one sends it; a portal that dies in between leaves it to the
/// next after the claim has run out: a receiver may then get it twice, but never not at all. Receivers tell the two apart by the delivery's id.
/// </summary>
internal sealed class OutboxSender(
    IDbContextFactory<FedPortalDbContext> contexts, MailSender mail, WebhookSender webhooks, OutboxSeal seal, OutboxNudge nudge, LiveUpdates live, IOptions<AlertOptions> options, TimeProvider clock,
    ILogger<OutboxSender> logger) : BackgroundService
{
    private const int Batch = 20;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ClaimFor = TimeSpan.FromMinutes(3);

    /// <summary>Sends everything that is due now.</summary>
    /// <returns>How many messages were sent.</returns>
    public async Task<int> SendDueAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        List<Guid> due = await db.OutboxMessages.Where(m => m.State == OutboxState.Waiting && m.DueAt <= now).OrderBy(m => m.DueAt).Select(m => m.Id).Take(Batch).ToListAsync(cancellationToken);
        int sent = 0;
        foreach (Guid id in due)
        {
            sent += await TrySendAsync(id, cancellationToken) ? 1 : 0;
        }

        return sent;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await nudge.WaitAsync(Beat, stoppingToken);
            try
            {
                await SendDueAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // Whatever it is, mostly a database that is away for a moment: thrown on, it would end the portal.
                logger.LogError(failure, "The outbox could not be worked off; the next look is in {Beat}", Beat);
            }
        }
    }

    private async Task<bool> TrySendAsync(Guid id, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        OutboxMessage? message = await db.OutboxMessages.SingleOrDefaultAsync(m => m.Id == id, cancellationToken);
        if (message is not { State: OutboxState.Waiting } || message.DueAt > clock.GetUtcNow())
        {
            return false;
        }

        message.Claim(clock.GetUtcNow() + ClaimFor);
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return false; // Another portal took it.
        }

        (string? problem, bool isFinal) = await SendAsync(db, message, cancellationToken);
        DateTimeOffset now = clock.GetUtcNow();
        if (problem is null)
        {
            message.Sent(now);
        }
        else
        {
            bool givesUp = isFinal || message.Attempts >= options.Value.Attempts;
            message.Failed(problem, givesUp ? null : now + options.Value.WaitAfter(message.Attempts), now);
            logger.LogWarning(LogEvents.MessageNotSent, "Message {Message} to {Kind} was not sent at attempt {Attempt}: {Problem}", id, message.Kind, message.Attempts, problem);
        }

        await db.SaveChangesAsync(cancellationToken);
        live.Publish(new LiveUpdate(LiveSubject.Alert, message.AlertId ?? id));
        return problem is null;
    }

    private async Task<(string? Problem, bool IsFinal)> SendAsync(FedPortalDbContext db, OutboxMessage message, CancellationToken cancellationToken)
    {
        try
        {
            string body = seal.Open(message.ProtectedBody);
            if (message.Kind == ChannelKind.Mail)
            {
                return (await mail.SendAsync(message.Address, $"FedPortal: {message.Title}", body, cancellationToken), false);
            }

            string? secret = await db.AlertChannels.Where(c => c.Id == message.ChannelId).Select(c => c.ProtectedSecret).SingleOrDefaultAsync(cancellationToken);
            return secret is null
                ? ("The webhook was removed.", true)
                : (await webhooks.SendAsync(message.Address, seal.OpenSecret(secret), message.Id, body, cancellationToken), false);
        }
        catch (CryptographicException)
        {
            return ("It cannot be decrypted with this portal's data protection keys.", true);
        }
    }
}
