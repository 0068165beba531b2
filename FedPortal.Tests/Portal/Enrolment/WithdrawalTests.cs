using System.Net;
using System.Text.Json;
using FedPortal.Data;
using FedPortal.Enrolment;
using FedPortal.Identity;
using FedPortal.Institutions;
using FedPortal.Jobs;
using FedPortal.Rounds;
using FedPortal.Tests.Support;
using FedPortal.Training.Protocol;
using Xunit;

namespace FedPortal.Tests.Portal.Enrolment;

/// <summary>An institution leaves, or is suspended: what stays, what ends, and what is signed.</summary>
public sealed class WithdrawalTests(PortalHost host) : IClassFixture<PortalHost>
{
    private WithdrawalDesk Desk => host.Services.GetRequiredService<WithdrawalDesk>();

    private InstitutionStore Institutions => host.Services.GetRequiredService<InstitutionStore>();

    [Fact]
    public async Task TheSignedRecord_NamesTheModelsWithItsUpdates_AndNoByteOfItCanBeChanged()
    {
        FakeFederation federation = await CompletedAsync();
        Guid institution = federation.Institutions[0];

        string document = await Desk.WithdrawAsync(institution, "Our board decided so.", "admin", default);

        using JsonDocument parsed = JsonDocument.Parse(document);
        JsonElement study = parsed.RootElement.GetProperty("record").GetProperty("studies")[0];
        Assert.Equal(federation.StudyId, study.GetProperty("studyId").GetGuid());
        Assert.Equal(1, study.GetProperty("models")[0].GetProperty("version").GetInt32());
        Assert.Contains("added in the clear", study.GetProperty("privacy").GetString(), StringComparison.Ordinal);
        Assert.Equal(64, study.GetProperty("models")[0].GetProperty("hash").GetString()!.Length);
        Assert.True(WithdrawalDesk.IsGenuine(document));
        Assert.False(WithdrawalDesk.IsGenuine(document.Replace("Our board decided so.", "Our board decided no.", StringComparison.Ordinal)));
        Assert.Equal(InstitutionStatus.Withdrawn, (await Institutions.FindAsync(Viewer.Everything, institution, default))!.Status);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Desk.WithdrawAsync(institution, "Again.", "admin", default));
    }

    [Fact]
    public async Task TheRecord_IsForTheInstitutionItselfAndForAdminsAndAuditors()
    {
        FakeFederation federation = await CompletedAsync();
        await Desk.WithdrawAsync(federation.Institutions[1], "Moved.", "admin", default);
        string path = $"/api/v1/institutions/{federation.Institutions[1]}/withdrawal";

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(Roles.Auditor, null, path));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(Roles.Coordinator, federation.Institutions[1], path));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(Roles.Coordinator, federation.Institutions[0], path));
    }

    [Fact]
    public async Task SuspendedInstitutions_AreDroppedFromTheOpenRound_WithTheReason()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 3, quorum: 2);
        Guid suspended = federation.Institutions[2];

        await Institutions.SuspendAsync(suspended, "Its approval has run out.", "admin", default);
        await host.Services.GetRequiredService<AssignmentDispatcher>().DispatchAsync(default);
        foreach (Guid institution in federation.Institutions.Take(2))
        {
            await (await federation.BeginAsync(AssignmentKind.Train, institution)).SubmitUpdateAsync(0.5f);
        }

        await federation.AdvanceAsync();
        RoundDetail round = await federation.RoundAsync();
        ParticipationRow part = round.Participations.Single(p => p.InstitutionId == suspended);
        Assert.Equal(ParticipationState.Dropped, part.State);
        Assert.Contains("Its approval has run out.", part.Reason, StringComparison.Ordinal);
        Assert.Equal(2, round.Participations.Count(p => p.State == ParticipationState.Accepted));
    }

    [Fact]
    public async Task AHostedInstitutionThatLeaves_LeavesNoImageAtThePortal()
    {
        Guid institution = (await Institutions.AdmitAsync("Hosted", "hosted1", isHosted: true, "admin", default))!.Value;
        var home = new SiteHome(host.Services.GetRequiredService<SitePlaces>().HomeOf("hosted1"));
        Directory.CreateDirectory(home.Images);
        await File.WriteAllTextAsync(Path.Combine(home.Images, "image"), "pixels");

        await Desk.WithdrawAsync(institution, "Done.", "admin", default);

        Assert.False(Directory.Exists(home.Images));
    }

    private async Task<FakeFederation> CompletedAsync()
    {
        FakeFederation federation = await FakeFederation.StartRoundAsync(host, institutions: 2, quorum: 2);
        foreach (Guid institution in federation.Institutions)
        {
            await (await federation.BeginAsync(AssignmentKind.Train, institution)).SubmitUpdateAsync(0.5f);
        }

        await federation.AdvanceAsync();
        await federation.EvaluateAsync();
        return federation;
    }

    private async Task<HttpStatusCode> StatusAsync(string role, Guid? institution, string path)
    {
        using HttpClient client = await host.SignInAsync(await host.AddUserAsync(role, institution));
        using HttpResponseMessage response = await client.GetAsync(path);
        return response.StatusCode;
    }
}
