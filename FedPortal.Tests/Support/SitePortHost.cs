using System.Globalization;
using System.Net;
using FedPortal.Data;
using FedPortal.Enrolment;
using FedPortal.Institutions;
using FedPortal.Site.Enrolment;
using FedPortal.Training.Protocol;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Tests.Support;

/// <summary>A portal that also listens for hospitals' own site programs, over HTTPS on the loopback interface.</summary>
public sealed class SitePortHost : PortalHost
{
    private readonly int _port = Loopback.FreePort();
    private int _codes;

    /// <summary>Where site programs reach it.</summary>
    public Uri SiteAddress => new($"https://127.0.0.1:{_port.ToString(CultureInfo.InvariantCulture)}");

    internal EnrolmentStore Enrolments => Services.GetRequiredService<EnrolmentStore>();

    internal EnrolmentDesk Desk => Services.GetRequiredService<EnrolmentDesk>();

    internal InstitutionStore Institutions => Services.GetRequiredService<InstitutionStore>();

    public IDbContextFactory<FedPortalDbContext> Contexts => Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>();

    public override ValueTask InitializeAsync()
    {
        UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        StartServer();
        ICollection<string> addresses = Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses;
        Address = new UriBuilder(addresses.Single(address => address.StartsWith("http:", StringComparison.Ordinal))) { Host = "localhost" }.Uri;
        return ValueTask.CompletedTask;
    }

    /// <summary>Admits an institution that runs its own site.</summary>
    public async Task<Guid> AdmitAsync() =>
        (await Institutions.AdmitAsync("Saint Test's", $"own{Interlocked.Increment(ref _codes)}", isHosted: false, "test", CancellationToken.None))!.Value;

    /// <summary>Invites, joins in this process and confirms, as hospital and admin would together.</summary>
    internal async Task<SiteHome> JoinAsync(Guid institution, string folder)
    {
        var home = new SiteHome(folder);
        string token = await Desk.InviteAsync(institution, "admin", CancellationToken.None);
        Task<EnrolledAt> joining = new SiteJoin(home, TimeProvider.System, _ => { })
            .RunAsync(SiteAddress, EnrolmentToken.Parse(token), newKeys: false, TimeSpan.FromMinutes(2), CancellationToken.None);
        await ConfirmAsync(institution, joining);
        await joining;
        return home;
    }

    /// <summary>Confirms the keys as soon as they are there.</summary>
    internal async Task<EnrolmentRow> ConfirmAsync(Guid institution, Task? joining = null)
    {
        while (true)
        {
            EnrolmentView view = (await Enrolments.FindAsync(Viewer.Everything, institution, CancellationToken.None))!;
            if (view.Current is { State: SiteEnrolmentState.Requested } asked)
            {
                await Enrolments.ConfirmAsync(asked.Id, asked.Fingerprint!, "admin", CancellationToken.None);
                return asked;
            }

            if (joining is { IsFaulted: true })
            {
                await joining;
            }

            await Task.Delay(100);
        }
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("Portal:SitePort", _port.ToString(CultureInfo.InvariantCulture));
    }
}
