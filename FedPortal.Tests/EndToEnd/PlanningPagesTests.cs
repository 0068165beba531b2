using System.Net;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Models;
using FedPortal.Planning;
using FedPortal.Tests.Support;
using FedPortal.Training.Learning;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>Home, roadmap and the public pages over HTTP.</summary>
[Collection("Browser")]
public sealed class PlanningPagesTests(PortalHost host) : IClassFixture<PortalHost>
{
    [Fact]
    public async Task ThePublicPage_NamesNoInstitutionAndShowsNoFigureOfOne()
    {
        await host.SampleAsync();
        using HttpClient nobody = host.NewClient();

        string page = await nobody.GetStringAsync("/transparency");

        Assert.Contains("What happens with X-rays here", page, StringComparison.Ordinal);
        Assert.All(["Northfield", "Lakeside", "Elsewhere", "Harbour", "Valley", "Phantoms", "Archive"], name => Assert.DoesNotContain(name, page, StringComparison.Ordinal));
        Assert.Contains("not shown", page, StringComparison.Ordinal);
        Assert.Contains("A study runs without encryption at this moment", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARequest_ReachesTheAdminsQueue_AndAProgramsDoesNot()
    {
        using HttpClient nobody = host.NewClient();
        (string, string)[] asked = [("Input.Name", "Ida Blum"), ("Input.Organisation", "Seaview"), ("Input.Email", "ida@example.test"), ("Input.Message", "May we <b>join</b>?")];

        using HttpResponseMessage sent = await nobody.SubmitAsync("/consultation", "consultation", asked);
        using HttpResponseMessage robot = await nobody.SubmitAsync("/consultation", "consultation", [.. asked, ("Input.Name", "Robot"), ("Input.Website", "https://spam.example")]);
        using HttpResponseMessage empty = await nobody.SubmitAsync("/consultation", "consultation", ("Input.Name", "Nobody"));

        Assert.Equal(["/consultation?sent=True", "/consultation?sent=True"], new[] { sent, robot }.Select(answer => answer.Headers.Location?.PathAndQuery));
        Assert.Contains("Write a few lines.", await empty.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using HttpClient admin = await host.SignInAsync(await host.AddUserAsync(Roles.Admin));
        string queue = await admin.GetStringAsync("/planning/requests");
        Assert.Contains("Ida Blum", queue, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>join</b>", queue, StringComparison.Ordinal);
        Assert.DoesNotContain("Robot", queue, StringComparison.Ordinal);
        Assert.Contains("1 request for a consultation", await admin.GetStringAsync("/"), StringComparison.Ordinal);

        PlanningStore store = host.Services.GetRequiredService<PlanningStore>();
        ConsultationRow row = Assert.Single(await store.RequestsAsync(Viewer.Everything, areClosed: false, CancellationToken.None));
        await store.CloseRequestAsync(row.Id, "Ada", CancellationToken.None);
        Assert.Empty(await store.RequestsAsync(Viewer.Everything, areClosed: false, CancellationToken.None));
        Assert.Empty(await store.RequestsAsync(Viewer.Of(Guid.NewGuid()), areClosed: true, CancellationToken.None));
    }

    [Fact]
    public async Task AGate_IsClosedByItsRecord_AndByNothingElse()
    {
        SampleConsortium sample = await host.SampleAsync();
        RoadmapStore roadmap = host.Services.GetRequiredService<RoadmapStore>();
        await using (FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync())
        {
            await db.Rounds.ExecuteUpdateAsync(r => r.SetProperty(x => x.Strategy, FederatedStrategy.PlainFedAvg));
            await db.ModelReleases.ExecuteUpdateAsync(r => r.SetProperty(x => x.State, ReleaseState.Candidate));
        }

        Dictionary<RoadmapGate, GateView> before = await GatesAsync(roadmap);

        Assert.Contains("active institutions; the third was admitted then", before[RoadmapGate.InstitutionsAdmitted].Evidence?.Text, StringComparison.Ordinal);
        Assert.Equal("1 of 3", before[RoadmapGate.DataReady].Missing);
        Assert.All([RoadmapGate.DataReady, RoadmapGate.ProtectedRound, RoadmapGate.StudyCompleted, RoadmapGate.ModelReleased], gate => Assert.Null(before[gate].Evidence));

        await using (FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync())
        {
            await db.Rounds.Where(r => r.Id == sample.CompletedRoundId).ExecuteUpdateAsync(r => r.SetProperty(x => x.Strategy, FederatedStrategy.ProtectedFedAvg));
            await db.ModelReleases.ExecuteUpdateAsync(r => r.SetProperty(x => x.State, ReleaseState.Released));
        }

        Dictionary<RoadmapGate, GateView> after = await GatesAsync(roadmap);
        Assert.Contains("Round 2", after[RoadmapGate.ProtectedRound].Evidence?.Text, StringComparison.Ordinal);
        Assert.Contains("1 model version is released", after[RoadmapGate.ModelReleased].Evidence?.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheFirstPage_SaysToEachRoleWhatWaits_AndToACoordinatorOnlyTheOwn()
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient coordinator = await host.SignInAsync(await host.AddUserAsync(Roles.Coordinator, sample.InstitutionId));
        using HttpClient newcomer = await host.SignInAsync(await host.AddUserAsync(Roles.Coordinator, Guid.NewGuid()));
        using HttpClient auditor = await host.SignInAsync(await host.AddUserAsync(Roles.Auditor));

        string own = await coordinator.GetStringAsync("/");
        Assert.Contains("Your part in round 3", own, StringComparison.Ordinal);
        Assert.DoesNotContain("Active institutions", own, StringComparison.Ordinal);
        Assert.Contains("Your institution has no data set yet.", await newcomer.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Contains("Entries in the audit log", await auditor.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MeasuredTimes_AreThoseTheReaderMaySee()
    {
        SampleConsortium sample = await host.SampleAsync();
        PlanningStore store = host.Services.GetRequiredService<PlanningStore>();
        await using (FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync())
        {
            await db.StageTimings.Where(t => db.Rounds.Any(r => r.Id == t.RoundId && r.StudyId != sample.StudyId)).ExecuteDeleteAsync();
        }

        MeasuredRounds? all = await store.MeasuredAsync(Viewer.Everything, CancellationToken.None);

        // Two completed rounds of five institutions, each 50, 42, 34, 26, 18 s of training and 0.4 s of submission.
        Assert.Equal((10, 18.4, 50.4), (all!.Count, Math.Round(all.Seconds.Low, 6), Math.Round(all.Seconds.High, 6)));
        Assert.Null(await store.MeasuredAsync(Viewer.Of(sample.InstitutionId), CancellationToken.None));
        Assert.Equal(HttpStatusCode.OK, (await host.NewClient().GetAsync("/transparency")).StatusCode);
    }

    private static async Task<Dictionary<RoadmapGate, GateView>> GatesAsync(RoadmapStore roadmap) =>
        (await roadmap.ReadAsync(CancellationToken.None)).SelectMany(phase => phase.Gates).ToDictionary(gate => gate.Gate);
}
