using System.Net;
using System.Net.Sockets;
using FedPortal.Identity;
using FedPortal.Operation.Delivery;
using FedPortal.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Xunit;

namespace FedPortal.Tests.Portal.Identity;

public class InvitationMailTests
{
    private static readonly InvitationOffer Offer = new("grace@example.test", "Grace", [Roles.Auditor], []);

    [Fact]
    public async Task TheMailServer_GetsTheLinkAndWhoInvited()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> received = SmtpReceiver.ReceiveAsync(listener);
        InvitationMail mail = MailTo(((IPEndPoint)listener.LocalEndpoint).Port);

        string? problem = await mail.SendAsync(Offer, mail.LinkOf("secret-of-the-link", "https://portal.example/"), "Ada", CancellationToken.None);

        string message = await received;
        Assert.Null(problem);
        Assert.Contains("RCPT TO:<grace@example.test>", message, StringComparison.Ordinal);
        Assert.Contains("https://portal.example/account/invitation#secret-of-the-link", message.Replace("=\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("Ada invites you", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AServerThatDoesNotAnswer_IsToldWithoutTheSecret()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        string? problem = await MailTo(port).SendAsync(Offer, "https://portal.example/account/invitation#secret-of-the-link", "Ada", CancellationToken.None);

        Assert.Contains("did not take the message", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    private static InvitationMail MailTo(int port)
    {
        IOptions<AccountOptions> options = Options.Create(new AccountOptions { SmtpHost = "127.0.0.1", SmtpPort = port, SmtpTls = false, SmtpFrom = "portal@example.test" });
        return new InvitationMail(options, new MailSender(options, NullLogger<MailSender>.Instance));
    }
}
