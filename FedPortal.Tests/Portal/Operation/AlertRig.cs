using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Operation;
using FedPortal.Operation.Delivery;
using FedPortal.Tests.Support;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace FedPortal.Tests.Portal.Operation;

/// <summary>Alerts and their delivery over a real database, without a portal; a second sender stands for the portal after a restart.</summary>
internal sealed class AlertRig : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly OutboxNudge _nudge = new();
    private readonly OutboxSeal _seal = new(new EphemeralDataProtectionProvider());
    private readonly LiveUpdates _live = new(NullLogger<LiveUpdates>.Instance);
    private readonly AlertLetters _letters;
    private readonly IOptions<AlertOptions> _options;
    private readonly WebhookSender _webhooks;
    private readonly MailSender _mail;

    private AlertRig(int smtpPort, bool allowsPrivate)
    {
        Database = new DatabaseFile(_folder.Path);
        IOptions<AccountOptions> accounts = Options.Create(new AccountOptions
        {
            SmtpHost = "127.0.0.1",
            SmtpPort = smtpPort,
            SmtpTls = false,
            SmtpFrom = "portal@example.test",
            PublicUrl = "https://portal.example/",
        });
        _options = Options.Create(new AlertOptions { AllowPrivateAddresses = allowsPrivate, Attempts = 3, RetrySeconds = 10 });
        _letters = new AlertLetters(_seal, accounts);
        _webhooks = new WebhookSender(_options, Clock);
        _mail = new MailSender(accounts, NullLogger<MailSender>.Instance);
        Desk = new AlertDesk(Database, _letters, _nudge, _live, Clock, NullLogger<AlertDesk>.Instance);
        Channels = new ChannelStore(Database, _webhooks, _letters, _seal, _nudge, _live, Clock);
        Store = new AlertStore(Database, _live, Clock);
    }

    public DatabaseFile Database { get; }

    public ShiftableClock Clock { get; } = new();

    public AlertDesk Desk { get; }

    public ChannelStore Channels { get; }

    public AlertStore Store { get; }

    public static async Task<AlertRig> MakeAsync(int smtpPort = 1, bool allowsPrivate = true)
    {
        var rig = new AlertRig(smtpPort, allowsPrivate);
        using DatabaseStartup startup = rig.Database.NewStartup();
        await startup.StartAsync(CancellationToken.None);
        return rig;
    }

    /// <summary>As a portal has one; each call is another portal on the same database.</summary>
    public OutboxSender NewSender(IDbContextFactory<FedPortalDbContext>? database = null) => new(database ?? Database, _mail, _webhooks, _seal, _nudge, _live, _options, Clock, NullLogger<OutboxSender>.Instance);

    public Task RaiseAsync(AlertLevel level = AlertLevel.Warning, string title = "The site of North is silent") =>
        Desk.RaiseAsync(AlertKind.SiteSilent, level, "north", title, "It was last heard of at noon.", "/institutions/1", null, CancellationToken.None);

    public void Nudge() => _nudge.Now();

    public async Task<T> ReadAsync<T>(Func<FedPortalDbContext, Task<T>> read)
    {
        await using FedPortalDbContext db = Database.CreateDbContext();
        return await read(db);
    }

    public Task<List<OutboxMessage>> MessagesAsync() => ReadAsync(db => db.OutboxMessages.OrderBy(m => m.CreatedAt).ToListAsync());

    public void Dispose()
    {
        _webhooks.Dispose();
        _nudge.Dispose();
        _folder.Dispose();
    }
}
