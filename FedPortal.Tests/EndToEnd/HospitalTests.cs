using System.Diagnostics;
using System.Text.Json;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Jobs;
using FedPortal.Studies;
using FedPortal.Tests.Site;
using FedPortal.Tests.Support;
using FedPortal.Training.Accounting;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Protocol;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>A hospital with a machine of its own, as real processes: join, import, refuse, train through kills, revocation.</summary>
[Collection("Jobs")]
public sealed class HospitalTests(SitePortHost host) : IClassFixture<SitePortHost>, IDisposable
{
    private const string StopAt = "site:service-working,site:training,site:Train-made,site:Train-sent";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(8);

    private readonly TemporaryFolder _folder = new();

    private string Home => _folder.At("home");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AHospital_JoinsRefusesTrainsThroughKills_AndIsRevoked()
    {
        PortalHost.RequireTraining();
        Guid institution = await JoinAsync();
        Guid dataset = await ImportAsync();
        Guid study = await StartStudyAsync(FederatedStrategy.PlainFedAvg, [(institution, dataset)], quorum: 1);

        // A new policy accepts no study: the portal is told so, in the site's own words.
        await RunUntilAsync(study, StudyState.Failed, stopAt: "");
        string reason = (await host.Services.GetRequiredService<StudyStore>().FindAsync(Viewer.Everything, study, default))!.Row.FailureReason!;
        Assert.Contains("This site's policy accepts no study yet", reason, StringComparison.Ordinal);

        await SiteAsync("policy", "set", "--study", $"{study}", "--allow-plain", "true", "--minimum-institutions", "1", "--threads", "1");
        Assert.True(await host.Services.GetRequiredService<StudyControl>().StartAsync(study, "admin", default));
        int lives = await RunUntilAsync(study, StudyState.Completed, StopAt);

        Assert.True(lives > 1, $"{lives} lives");
        Assert.Equal(StopAt.Split(',').Select(point => point.Replace(':', '-')).Order(StringComparer.Ordinal), Directory.GetFiles(_folder.At("marks")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        InstitutionRecord given = (await host.Institutions.RecordAsync(Viewer.Everything, institution, default))!;
        Assert.Equal((1, given.TrainImages), (given.RoundsAccepted, given.ImagesAccepted));
        JsonElement status = await StatusAsync();
        Assert.Equal("Active", status.GetProperty("standing").GetString());
        Assert.Equal($"{study}", status.GetProperty("studies")[0].GetProperty("id").GetString());

        DatasetImages terms = host.Services.GetRequiredService<DatasetImages>();
        await terms.AcceptTermsAsync(dataset, TimeProvider.System.GetUtcNow().AddDays(9), "A. Coordinator", default);
        await terms.WithdrawTermsAsync(dataset, "A. Coordinator", default);
        Assert.StartsWith("The terms of use of the data set 'Winter' ended on ", (await StatusAsync()).GetProperty("notices")[0].GetString(), StringComparison.Ordinal);

        EnrolmentView view = (await host.Enrolments.FindAsync(Viewer.Everything, institution, default))!;
        await host.Enrolments.RevokeAsync(view.Certificates[0].Id, "Stolen.", "admin", default);
        Assert.Contains("Stolen.", (await StatusAsync()).GetProperty("standingProblem").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task InAProtectedRound_AHospitalsOwnMachineStandsBesideHostedOnes_AndKeepsItsOwnLedger()
    {
        PortalHost.RequireTraining();
        Guid own = await JoinAsync();
        Guid dataset = await ImportAsync();
        List<(Guid, Guid)> roster = [(own, dataset), await HostedAsync("hosted-a"), await HostedAsync("hosted-b")];
        SharedImages[] shared = [.. await host.Services.GetRequiredService<DatasetStore>().SharedAsync(Viewer.Everything, dataset, default)];
        Assert.Equal([24, 24], new[] { "hosted-a", "hosted-b" }.Select(name => shared.Single(one => one.InstitutionName == name).Count)); // known by tags that the site made
        await SiteAsync("policy", "set", "--study", "all", "--minimum-institutions", "3", "--threads", "1");
        Guid study = await StartStudyAsync(FederatedStrategy.ProtectedFedAvg, roster, quorum: 3);

        await RunUntilAsync(study, StudyState.Completed, stopAt: "");

        Assert.Equal(1, (await host.Institutions.RecordAsync(Viewer.Everything, own, default))!.RoundsAccepted);
        LedgerCopyRow copy = (await host.Services.GetRequiredService<LedgerStore>().ListAsync(Viewer.Everything, study, default)).Single(row => row.InstitutionId == own);
        JsonElement ledger = (await SiteAsync("ledger", "verify")).GetProperty("ledgers")[0];
        Assert.Equal(($"{study}", true, copy.Head), (ledger.GetProperty("study").GetString(), ledger.GetProperty("verified").GetBoolean(), ledger.GetProperty("head").GetString()));
        await SiteAsync("ledger", "export", $"{study}", "--to", _folder.At("ledger.csv"));
        (int verified, _, string errors) = await SiteProgram.RunAsync("epsilon", "--ledger", _folder.At("ledger.csv"), "--json");
        Assert.True(verified == 0, errors);
    }

    private async Task<(Guid Institution, Guid Dataset)> HostedAsync(string code)
    {
        Guid institution = (await host.Institutions.AdmitAsync(code, code, isHosted: true, "admin", default))!.Value;
        Guid dataset = await host.Services.GetRequiredService<DatasetIntake>().FromFolderAsync(code, institution, _folder.At("xrays"), hospital: null, seed: 1, "admin", default);
        DatasetStore datasets = host.Services.GetRequiredService<DatasetStore>();
        while ((await datasets.FindAsync(Viewer.Everything, dataset, default))!.Row.State == DatasetState.Importing)
        {
            await Task.Delay(200);
        }

        return (institution, dataset);
    }

    private async Task<Guid> JoinAsync()
    {
        Guid institution = await host.AdmitAsync();
        string token = await host.Desk.InviteAsync(institution, "admin", default);
        Task<(int ExitCode, string Output, string Errors)> joining = SiteProgram.RunAsync("site", "join", "--portal", $"{host.SiteAddress}", "--token", token, "--home", Home, "--json");
        EnrolmentRow asked = await host.ConfirmAsync(institution);
        (int code, string output, string errors) = await joining;
        Assert.True(code == 0, errors);
        Assert.Equal(asked.Fingerprint, JsonDocument.Parse(output).RootElement.GetProperty("fingerprint").GetString());
        Assert.Contains(EnrolmentFingerprint.Grouped(asked.Fingerprint!), errors, StringComparison.Ordinal);
        Assert.DoesNotContain(token, await File.ReadAllTextAsync(Path.Combine(Home, "enrolment", "site.json")), StringComparison.Ordinal);
        return institution;
    }

    private async Task<Guid> ImportAsync()
    {
        await new PhantomConsortium(new PhantomConsortiumOptions { ImageCount = 24, InstitutionCount = 1, HoldoutCount = 0, Size = 32 }).WriteAsync(_folder.At("xrays"), progress: null, default);
        await SiteAsync("policy", "set", "--data-folder", _folder.At("elsewhere"));
        (int refused, _, string why) = await SiteProgram.RunAsync("site", "data", "import", _folder.At("xrays"), "--name", "Winter", "--home", Home);
        Assert.Equal(1, refused);
        Assert.Contains("policy allows data from", why, StringComparison.Ordinal);
        await SiteAsync("policy", "set", "--data-folder", _folder.At("xrays"));

        JsonElement imported = await SiteAsync("data", "import", _folder.At("xrays"), "--name", "Winter", "--json");

        Guid id = imported.GetProperty("id").GetGuid();
        Assert.True(imported.GetProperty("registered").GetBoolean());
        DatasetDetail known = (await host.Services.GetRequiredService<DatasetStore>().FindAsync(Viewer.Everything, id, default))!;
        Assert.Equal(24, known.Row.TrainCount + known.Row.HoldoutCount);
        Assert.DoesNotContain("iVBOR", known.QualityReportJson, StringComparison.Ordinal);
        return id;
    }

    private async Task<Guid> StartStudyAsync(FederatedStrategy strategy, IReadOnlyList<(Guid Institution, Guid Dataset)> roster, int quorum)
    {
        var design = new StudyDesign
        {
            Name = "Own machine",
            Question = "Does it work from outside?",
            Classes = PhantomConsortium.Classes,
            Preprocessing = PreprocessingPipeline.Plain(32),
            Strategy = strategy,
            Training = new TrainingPlan { Epochs = 1 },
            Privacy = new PrivacyProfile { ClippingNorm = 5 },
            Rounds = 1,
            Quorum = quorum,
        };
        (Guid? study, IReadOnlyList<string> problems) = await host.Services.GetRequiredService<StudyStore>().CreateAsync(design, roster, null, "admin", default);
        Assert.Empty(problems);
        Assert.Null(await host.Services.GetRequiredService<StudyPlanner>().ProposeAsync(study!.Value, design, roster, null, "admin", default));
        ApprovalStore approvals = host.Services.GetRequiredService<ApprovalStore>();
        ApprovalView plan = (await approvals.FindAsync(Viewer.Everything, study.Value, default))!;
        foreach (SignatureRow open in plan.Signatures.Where(row => row.SignedBy is null))
        {
            Assert.Null(await approvals.SignAsync(study.Value, open.InstitutionId, plan.PlanHash, "A. Coordinator", isOnBehalf: false, default));
        }

        Assert.True(await host.Services.GetRequiredService<StudyControl>().StartAsync(study.Value, "admin", default));
        return study.Value;
    }

    /// <summary>Keeps the service running, anew each time it dies, until the study is in this state.</summary>
    /// <returns>How often it was started.</returns>
    private async Task<int> RunUntilAsync(Guid study, StudyState wanted, string stopAt)
    {
        Directory.CreateDirectory(_folder.At("marks"));
        long started = Stopwatch.GetTimestamp();
        int lives = 0;
        while (await StateAsync(study) != wanted)
        {
            lives++;
            using Process service = SiteProgram.Start(
                new Dictionary<string, string> { ["DOTNET_ENVIRONMENT"] = "Development", ["FEDPORTAL_STOP_AT"] = stopAt, ["FEDPORTAL_STOP_ONCE"] = _folder.At("marks") }, "site", "run", "--home", Home);
            service.OutputDataReceived += (_, _) => { };
            service.ErrorDataReceived += (_, _) => { };
            service.BeginOutputReadLine();
            service.BeginErrorReadLine();
            try
            {
                while (!service.HasExited && await StateAsync(study) != wanted)
                {
                    if (Stopwatch.GetElapsedTime(started) > Patience)
                    {
                        Assert.Fail($"The study did not become {wanted}.{Environment.NewLine}{await File.ReadAllTextAsync(Path.Combine(Home, "site.log"))}");
                    }

                    await Task.Delay(200);
                }
            }
            finally
            {
                await SiteProgram.EndAsync(service);
            }
        }

        return lives;
    }

    private async Task<StudyState> StateAsync(Guid study) =>
        (await host.Services.GetRequiredService<StudyStore>().FindAsync(Viewer.Everything, study, default))!.Row.State;

    private async Task<JsonElement> SiteAsync(params string[] arguments)
    {
        (int code, string output, string errors) = await SiteProgram.RunAsync(["site", .. arguments, "--home", Home, .. arguments.Contains("--json") ? Array.Empty<string>() : ["--json"]]);
        Assert.True(code == 0, errors);
        return JsonDocument.Parse(output).RootElement;
    }

    /// <summary>What the program says once the portal answered it: on a crowded machine its few seconds of patience can be over before.</summary>
    private async Task<JsonElement> StatusAsync()
    {
        long started = Stopwatch.GetTimestamp();
        while (true)
        {
            (_, string output, _) = await SiteProgram.RunAsync("site", "status", "--home", Home, "--json");
            JsonElement status = JsonDocument.Parse(output).RootElement;
            if (status.GetProperty("standingProblem").GetString()?.Contains("did not answer within", StringComparison.Ordinal) is not true || Stopwatch.GetElapsedTime(started) > Patience)
            {
                return status;
            }
        }
    }
}
