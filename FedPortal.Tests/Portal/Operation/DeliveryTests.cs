using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FedPortal.Data;
using FedPortal.Operation;
using FedPortal.Operation.Delivery;
using FedPortal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;
using Xunit;

namespace FedPortal.Tests.Portal.Operation;

/// <summary>Over real sockets: a mail server and a web server on the loopback interface.</summary>
public class DeliveryTests
{
    [Fact]
    public async Task AMail_SaysWhatHappenedAndWhere()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> received = SmtpReceiver.ReceiveAsync(listener);
        using AlertRig rig = await AlertRig.MakeAsync(((IPEndPoint)listener.LocalEndpoint).Port);
        await rig.Channels.AddAsync(ChannelKind.Mail, "On call", "oncall@example.test", AlertLevel.Warning, "admin", CancellationToken.None);
        await rig.RaiseAsync(AlertLevel.Notice, "Not worth a mail");

        Assert.Empty(await rig.MessagesAsync());
        await rig.RaiseAsync(AlertLevel.Warning);
        using OutboxSender sender = rig.NewSender();
        int sent = await sender.SendDueAsync(CancellationToken.None);

        string mail = (await received).Replace("=\r\n", "", StringComparison.Ordinal);
        Assert.Equal(1, sent);
        Assert.Contains("RCPT TO:<oncall@example.test>", mail, StringComparison.Ordinal);
        Assert.Contains("The site of North is silent", mail, StringComparison.Ordinal);
        Assert.Contains("https://portal.example/institutions/1", mail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWebhook_GetsSignedJson_ThatAReceiverCanCheckByItself()
    {
        using var receiver = new HttpReceiver("200 OK", "204 No Content");
        using AlertRig rig = await AlertRig.MakeAsync();
        (_, string? secret, string? problem) = await rig.Channels.AddAsync(ChannelKind.Webhook, "Pager", receiver.Address, AlertLevel.Notice, "admin", CancellationToken.None);
        Assert.Null(problem);

        await rig.RaiseAsync();
        using OutboxSender sender = rig.NewSender();
        await sender.SendDueAsync(CancellationToken.None);
        await rig.Desk.ClearAsync(AlertKind.SiteSilent, "north", CancellationToken.None);
        await sender.SendDueAsync(CancellationToken.None);

        Assert.Equal(2, receiver.Received.Count);
        ReceivedRequest opened = receiver.Received[0];
        string time = opened.Headers["X-FedPortal-Timestamp"];
        using var hmac = new HMACSHA256(Encoding.UTF8.GetBytes(secret!));
        Assert.Equal("sha256=" + Convert.ToHexString(hmac.ComputeHash(Encoding.UTF8.GetBytes(time + "." + opened.Body))).ToLowerInvariant(), opened.Headers["X-FedPortal-Signature"]);
        Assert.True(Math.Abs(long.Parse(time, System.Globalization.CultureInfo.InvariantCulture) - DateTimeOffset.UtcNow.ToUnixTimeSeconds()) < 120);
        Assert.StartsWith("POST /hook HTTP/1.1", opened.RequestLine, StringComparison.Ordinal);
        using JsonDocument body = JsonDocument.Parse(opened.Body);
        Assert.Equal("opened,SiteSilent,Warning,north,https://portal.example/institutions/1", string.Join(',', new[] { "event", "kind", "level", "subject", "url" }.Select(name => body.RootElement.GetProperty(name).GetString())));
        Assert.Contains("\"event\":\"over\"", receiver.Received[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AfterARestart_WhatWasNotSent_IsSent_AndNothingOfItLiesInTheClear()
    {
        using var receiver = new HttpReceiver("500 Broken", "503 Later", "200 OK");
        using AlertRig rig = await AlertRig.MakeAsync();
        await rig.Channels.AddAsync(ChannelKind.Webhook, "Pager", receiver.Address, AlertLevel.Notice, "admin", CancellationToken.None);
        await rig.RaiseAsync();
        OutboxMessage stored = Assert.Single(await rig.MessagesAsync());
        Assert.DoesNotContain("last heard of", stored.ProtectedBody, StringComparison.Ordinal);
        string? secret = await rig.ReadAsync(db => db.AlertChannels.Select(c => c.ProtectedSecret).SingleAsync());
        Assert.True(secret!.Length > 80, "A protected secret is longer than its 64 digits.");

        for (int attempt = 0; attempt < 3; attempt++)
        {
            using OutboxSender portal = rig.NewSender();
            await portal.SendDueAsync(CancellationToken.None);
            await portal.SendDueAsync(CancellationToken.None);
            rig.Clock.Advance(TimeSpan.FromMinutes(10));
        }

        OutboxMessage sent = Assert.Single(await rig.MessagesAsync());
        Assert.Equal((OutboxState.Sent, 3, "", 3), (sent.State, sent.Attempts, sent.ProtectedBody, receiver.Received.Count));
        Assert.Single(receiver.Received.Select(request => request.Headers["X-FedPortal-Delivery"]).Distinct());
    }

    [Fact]
    public async Task AReceiverThatNeverAnswersWell_IsGivenUp_WithTheReason()
    {
        using var receiver = new HttpReceiver("500 Broken", "500 Broken", "302 Found\r\nLocation: http://127.0.0.1:9/elsewhere");
        using AlertRig rig = await AlertRig.MakeAsync();
        await rig.Channels.AddAsync(ChannelKind.Webhook, "Pager", receiver.Address, AlertLevel.Notice, "admin", CancellationToken.None);
        await rig.RaiseAsync();

        using OutboxSender sender = rig.NewSender();
        for (int i = 0; i < 5; i++)
        {
            await sender.SendDueAsync(CancellationToken.None);
            rig.Clock.Advance(TimeSpan.FromHours(7));
        }

        // The third answer is a redirect, and no redirect is followed.
        OutboxMessage message = Assert.Single(await rig.MessagesAsync());
        Assert.Equal((OutboxState.GivenUp, 3, "The receiver answered 302."), (message.State, message.Attempts, message.Problem));
    }

    [Fact]
    public async Task OfTwoPortals_OneSendsAMessage()
    {
        using var receiver = new HttpReceiver("200 OK", "200 OK");
        using AlertRig rig = await AlertRig.MakeAsync();
        await rig.Channels.AddAsync(ChannelKind.Webhook, "Pager", receiver.Address, AlertLevel.Notice, "admin", CancellationToken.None);
        await rig.RaiseAsync();
        using OutboxSender one = rig.NewSender();
        using OutboxSender other = rig.NewSender();

        int[] sent = await Task.WhenAll(one.SendDueAsync(CancellationToken.None), other.SendDueAsync(CancellationToken.None));

        Assert.Equal((1, 1), (sent.Sum(), receiver.Received.Count));
    }

    [Fact]
    public async Task ADatabaseThatIsAwayForAMoment_DoesNotEndTheSending()
    {
        using AlertRig rig = await AlertRig.MakeAsync();
        var database = new AwayAtFirst(rig.Database);
        using OutboxSender sender = rig.NewSender(database);

        await sender.StartAsync(CancellationToken.None);
        await Eventually.HoldsAsync(() =>
        {
            rig.Nudge();
            return database.Asked > 1 || sender.ExecuteTask!.IsCompleted;
        });

        Assert.True(database.Asked > 1, $"{sender.ExecuteTask!.Exception}");
        await sender.StopAsync(CancellationToken.None);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3")]
    [InlineData("172.31.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("169.254.169.254")]
    [InlineData("100.100.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("2002:0a00:0001::")]
    [InlineData("64:ff9b::10.0.0.1")]
    public void AddressesInside_AreNotPublic(string address) => Assert.False(WebhookSender.IsPublic(IPAddress.Parse(address)));

    [Theory]
    [InlineData("8.8.8.8")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:4700::1111")]
    [InlineData("::ffff:8.8.8.8")]
    public void AddressesOutside_ArePublic(string address) => Assert.True(WebhookSender.IsPublic(IPAddress.Parse(address)));

    [Fact]
    public async Task WithoutPermission_NoAddressInside_IsReached_AlsoNotByName()
    {
        using var receiver = new HttpReceiver("200 OK");
        using var sender = new WebhookSender(Options.Create(new AlertOptions()), TimeProvider.System);
        string port = new Uri(receiver.Address).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

        Assert.Contains("https://", sender.Problem(receiver.Address), StringComparison.Ordinal);
        Assert.Contains("private network", sender.Problem($"https://127.0.0.1:{port}/hook"), StringComparison.Ordinal);
        Assert.Contains("private network", sender.Problem($"https://[::1]:{port}/hook"), StringComparison.Ordinal);
        Assert.NotNull(sender.Problem("https://user:password@alerts.example/hook"));
        Assert.NotNull(sender.Problem("file:///etc/passwd"));
        Assert.Null(sender.Problem("https://alerts.example/hook"));
        string? byName = await sender.SendAsync($"https://localhost:{port}/hook", "secret", Guid.NewGuid(), "{}", CancellationToken.None);
        Assert.Contains("private network", byName, StringComparison.Ordinal);
        Assert.Empty(receiver.Received);
    }

    /// <summary>As PostgreSQL's driver for EF Core tells of it.</summary>
    private sealed class AwayAtFirst(DatabaseFile file) : IDbContextFactory<FedPortalDbContext>
    {
        private int _asked;

        public int Asked => Volatile.Read(ref _asked);

        public FedPortalDbContext CreateDbContext() => Interlocked.Increment(ref _asked) > 1
            ? file.CreateDbContext() : throw new InvalidOperationException("An exception has been raised that is likely due to a transient failure.", new NpgsqlException());
    }
}
