using System.Security.Claims;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Operation;
using FedPortal.Operation.Rules;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FedPortal.Tests.Portal.Operation;

public class AlertTests
{
    private static readonly ClaimsPrincipal Admin = JobTests.Person(Roles.Admin);

    [Fact]
    public async Task RaisedAgainAndAgain_OneIsOpen()
    {
        using AlertRig rig = await AlertRig.MakeAsync();

        await rig.RaiseAsync();
        await rig.RaiseAsync();
        rig.Clock.Advance(TimeSpan.FromHours(1));
        await rig.RaiseAsync();

        AlertRow open = Assert.Single(await rig.Store.OpenAsync(Viewer.Everything, CancellationToken.None));
        Assert.Equal((AlertLevel.Warning, "The site of North is silent"), (open.Level, open.Title));
        Assert.True(open.SeenAt - open.OpenedAt > TimeSpan.FromMinutes(59));
    }

    [Fact]
    public async Task RaisedByManyAtOnce_OneIsOpen()
    {
        using AlertRig rig = await AlertRig.MakeAsync();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => rig.RaiseAsync())));

        Assert.Single(await rig.Store.OpenAsync(Viewer.Everything, CancellationToken.None));
    }

    [Fact]
    public async Task WhoeverTookNote_IsAskedAgainWhenItBecomesMoreSerious()
    {
        using AlertRig rig = await AlertRig.MakeAsync();
        await rig.RaiseAsync();
        AlertRow first = Assert.Single(await rig.Store.OpenAsync(Viewer.Everything, CancellationToken.None));

        Assert.Null(await rig.Store.AcknowledgeAsync(Admin, first.Id, CancellationToken.None));
        AlertRow noted = Assert.Single(await rig.Store.OpenAsync(Viewer.Everything, CancellationToken.None));
        await rig.RaiseAsync(AlertLevel.Critical);
        AlertRow worse = Assert.Single(await rig.Store.OpenAsync(Viewer.Everything, CancellationToken.None));

        Assert.Equal("A. Admin", noted.AcknowledgedBy);
        Assert.Equal((first.Id, AlertLevel.Critical, null), (worse.Id, worse.Level, worse.AcknowledgedBy));
        Assert.Contains("Took note", (await rig.ReadAsync(db => db.AuditEntries.Where(e => e.Subject == "alert").Select(e => e.Action).ToListAsync())).Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIsOver_ClosesByItself_AndMayOpenAnew()
    {
        using AlertRig rig = await AlertRig.MakeAsync();
        await rig.RaiseAsync();

        await rig.Desk.ClearAsync(AlertKind.SiteSilent, "north", CancellationToken.None);
        await rig.Desk.ClearAsync(AlertKind.SiteSilent, "never", CancellationToken.None);
        Assert.Empty(await rig.Store.OpenAsync(Viewer.Everything, CancellationToken.None));
        await rig.RaiseAsync();

        Assert.Single(await rig.Store.OpenAsync(Viewer.Everything, CancellationToken.None));
        Assert.Equal("portal", Assert.Single(await rig.Store.ClosedAsync(Viewer.Everything, 10, CancellationToken.None)).ClosedBy);
    }

    [Fact]
    public async Task ACoordinator_SeesAndClosesTheOwnOnly_AndNothingOfThePortalItself()
    {
        using AlertRig rig = await AlertRig.MakeAsync();
        Guid own = Guid.NewGuid(), other = Guid.NewGuid();
        await rig.Desk.RaiseAsync(AlertKind.SiteSilent, AlertLevel.Warning, "own", "Own", "", null, own, CancellationToken.None);
        await rig.Desk.RaiseAsync(AlertKind.SiteSilent, AlertLevel.Warning, "other", "Other", "", null, other, CancellationToken.None);
        await rig.Desk.RaiseAsync(AlertKind.RoundFailed, AlertLevel.Warning, "study", "Study", "", null, null, CancellationToken.None);
        await rig.Desk.RaiseAsync(AlertKind.DiskLow, AlertLevel.Critical, "disk", "Disk", "", null, null, CancellationToken.None);
        ClaimsPrincipal coordinator = JobTests.Person(Roles.Coordinator, own);
        IReadOnlyList<AlertRow> all = await rig.Store.OpenAsync(Viewer.Everything, CancellationToken.None);

        IReadOnlyList<AlertRow> seen = await rig.Store.OpenAsync(Viewer.Of(own), CancellationToken.None);

        Assert.Equal(["Own", "Study"], seen.Select(row => row.Title).Order(StringComparer.Ordinal));
        Assert.Equal(4, all.Count);
        Assert.NotNull(await rig.Store.CloseAsync(coordinator, all.Single(row => row.Title == "Study").Id, CancellationToken.None));
        Assert.NotNull(await rig.Store.CloseAsync(coordinator, all.Single(row => row.Title == "Other").Id, CancellationToken.None));
        Assert.NotNull(await rig.Store.CloseAsync(JobTests.Person(Roles.Auditor), all.Single(row => row.Title == "Own").Id, CancellationToken.None));
        Assert.Null(await rig.Store.CloseAsync(coordinator, all.Single(row => row.Title == "Own").Id, CancellationToken.None));
    }

    [Fact]
    public async Task TheWatch_OpensWhatARuleFinds_AndClosesWhatItFindsNoMore()
    {
        using AlertRig rig = await AlertRig.MakeAsync();
        var rule = new Changing { Found = [new Finding(AlertLevel.Warning, "a", "A", "", null, null), new Finding(AlertLevel.Notice, "b", "B", "", null, null)] };
        var watch = new AlertWatch([new Broken(), rule], rig.Desk, rig.Database, rig.Clock, NullLogger<AlertWatch>.Instance);

        await rig.RaiseAsync();
        await watch.CheckAsync(CancellationToken.None);
        Assert.Equal(["A", "B", "The site of North is silent"], (await rig.Store.OpenAsync(Viewer.Everything, CancellationToken.None)).Select(row => row.Title).Order(StringComparer.Ordinal));
        rule.Found = [new Finding(AlertLevel.Warning, "a", "A", "", null, null)];
        await watch.CheckAsync(CancellationToken.None);

        Assert.Equal(["A", "The site of North is silent"], (await rig.Store.OpenAsync(Viewer.Everything, CancellationToken.None)).Select(row => row.Title).Order(StringComparer.Ordinal));
    }

    private sealed class Changing : IAlertRule
    {
        public IReadOnlyList<Finding> Found { get; set; } = [];

        public AlertKind Kind => AlertKind.TermsExpiring;

        public Task<IReadOnlyList<Finding>> FindAsync(DateTimeOffset now, CancellationToken cancellationToken) => Task.FromResult(Found);
    }

    private sealed class Broken : IAlertRule
    {
        public AlertKind Kind => AlertKind.DiskLow;

        public Task<IReadOnlyList<Finding>> FindAsync(DateTimeOffset now, CancellationToken cancellationToken) => throw new IOException("The disk is away.");
    }
}
