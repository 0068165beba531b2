using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Inference;
using FedPortal.Rounds;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FedPortal.Operation.Retaining;

/// <summary>Rows of one table that are past their time.</summary>
internal abstract class RowRule<TRow>(IDbContextFactory<FedPortalDbContext> contexts) : IRetentionRule
    where TRow : class
{
    public abstract string Name { get; }

    public abstract string Consequence { get; }

    public abstract int Days { get; }

    public async Task<RetentionCount> ApplyAsync(DateTimeOffset limit, bool removes, CancellationToken cancellationToken)
    {
        await using FedPortalDbContext db = await contexts.CreateDbContextAsync(cancellationToken);
        IQueryable<TRow> old = Old(db, limit);
        return new RetentionCount(removes ? await old.ExecuteDeleteAsync(cancellationToken) : await old.CountAsync(cancellationToken));
    }

    protected abstract IQueryable<TRow> Old(FedPortalDbContext db, DateTimeOffset limit);
}

internal sealed class SessionRule(IDbContextFactory<FedPortalDbContext> contexts, IOptions<RetentionOptions> options, IOptions<AccountOptions> accounts) : RowRule<UserSession>(contexts)
{
    public override string Name => "ended sessions";

    public override string Consequence => "People no longer see that they were signed in then; the audit log still tells of each sign-in.";

    public override int Days => options.Value.SessionDays;

    // A session that nobody used for longer than sessions can last is over, whether somebody ended it or not.
    protected override IQueryable<UserSession> Old(FedPortalDbContext db, DateTimeOffset limit)
    {
        DateTimeOffset begun = limit - accounts.Value.SessionLimit;
        return db.UserSessions.Where(s => s.EndedAt < limit || (s.EndedAt == null && s.CreatedAt < begun));
    }
}

internal sealed class InvitationRule(IDbContextFactory<FedPortalDbContext> contexts, IOptions<RetentionOptions> options) : RowRule<Invitation>(contexts)
{
    public override string Name => "invitations that are over";

    public override string Consequence => "Names and addresses of people who never came are forgotten; accounts stay.";

    public override int Days => options.Value.InvitationDays;

    protected override IQueryable<Invitation> Old(FedPortalDbContext db, DateTimeOffset limit) => db.Invitations.Where(i => i.ClosedAt < limit || (i.ClosedAt == null && i.ExpiresAt < limit));
}

internal sealed class AttemptRule(IDbContextFactory<FedPortalDbContext> contexts, IOptions<RetentionOptions> options) : RowRule<AssignmentAttempt>(contexts)
{
    public override string Name => "single attempts of ended work";

    public override string Consequence => "The table of attempts of an old round is empty; the round, its times and its results stay.";

    public override int Days => options.Value.AttemptDays;

    protected override IQueryable<AssignmentAttempt> Old(FedPortalDbContext db, DateTimeOffset limit) => db.AssignmentAttempts.Where(t => t.EndedAt < limit
        && !db.Assignments.Any(a => a.Id == t.AssignmentId && (a.State == AssignmentState.Waiting || a.State == AssignmentState.Running || db.LegalHolds.Any(hold => hold.StudyId == a.StudyId))));
}

internal sealed class DriftRule(IDbContextFactory<FedPortalDbContext> contexts, IOptions<RetentionOptions> options) : RowRule<InferenceDay>(contexts)
{
    public override string Name => "days of what released models were asked";

    public override string Consequence => "Drift can no longer be drawn that far back; what it was judged to be stays in alerts and the audit log.";

    public override int Days => options.Value.DriftDays;

    protected override IQueryable<InferenceDay> Old(FedPortalDbContext db, DateTimeOffset limit)
    {
        var day = DateOnly.FromDateTime(limit.UtcDateTime);
        return db.InferenceDays.Where(d => d.Day < day && !db.LegalHolds.Any(hold => hold.StudyId == d.StudyId));
    }
}

internal sealed class AlertHistoryRule(IDbContextFactory<FedPortalDbContext> contexts, IOptions<RetentionOptions> options) : RowRule<Alert>(contexts)
{
    public override string Name => "alerts that are over";

    public override string Consequence => "They leave the list of alerts.";

    public override int Days => options.Value.AlertDays;

    protected override IQueryable<Alert> Old(FedPortalDbContext db, DateTimeOffset limit) => db.Alerts.Where(a => a.ClosedAt < limit);
}

internal sealed class MessageRule(IDbContextFactory<FedPortalDbContext> contexts, IOptions<RetentionOptions> options) : RowRule<OutboxMessage>(contexts)
{
    public override string Name => "messages that were sent or given up";

    public override string Consequence => "They leave the list of messages.";

    public override int Days => options.Value.MessageDays;

    protected override IQueryable<OutboxMessage> Old(FedPortalDbContext db, DateTimeOffset limit) => db.OutboxMessages.Where(m => m.EndedAt < limit);
}
