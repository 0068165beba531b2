using System.Net.Http.Headers;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Institutions;
using FedPortal.Jobs;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Tests.Support;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace FedPortal.Tests.Portal;

/// <summary>A study whose model has a dozen values, driven step by step; the test plays the site programs over real HTTP.</summary>
internal sealed class FakeFederation
{
    private readonly PortalHost _host;
    private readonly List<Guid> _institutions = [];
    private int _name;

    private FakeFederation(PortalHost host) => _host = host;

    public Guid StudyId { get; private set; }

    public IReadOnlyList<Guid> Institutions => _institutions;

    private IDbContextFactory<FedPortalDbContext> Contexts => _host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>();

    private RoundDriver Driver => _host.Services.GetRequiredService<RoundDriver>();

    public AssignmentStore Assignments => _host.Services.GetRequiredService<AssignmentStore>();

    public BlobStore Blobs => _host.Services.GetRequiredService<BlobStore>();

    public RoundStore Rounds => _host.Services.GetRequiredService<RoundStore>();

    public StudyStore Studies => _host.Services.GetRequiredService<StudyStore>();

    /// <summary>Institutions with 10, 20, 30, … training images; the study is running and has been advanced once.</summary>
    public static Task<FakeFederation> StartAsync(PortalHost host, int institutions, int quorum, int rounds = 1) => StartAsync(
        host, institutions, new StudyDesign { Strategy = FederatedStrategy.PlainFedAvg, Name = "Fake", Question = "?", Classes = ["a", "b"], Rounds = rounds, Quorum = quorum });

    public static async Task<FakeFederation> StartAsync(PortalHost host, int institutions, StudyDesign design)
    {
        var federation = new FakeFederation(host);
        await federation.SetUpAsync(institutions, design);
        await federation.AdvanceAsync();
        return federation;
    }

    /// <summary>As <see cref="StartAsync(PortalHost, int, int, int)"/>, up to an open round: model version 0 is made and evaluated.</summary>
    public static async Task<FakeFederation> StartRoundAsync(PortalHost host, int institutions, int quorum, int rounds = 1)
    {
        FakeFederation federation = await StartAsync(host, institutions, quorum, rounds);
        await (await federation.BeginAsync(AssignmentKind.Initialise)).SubmitModelAsync();
        await federation.AdvanceAsync();
        await federation.EvaluateAsync();
        return federation;
    }

    public Task AdvanceAsync() => Driver.AdvanceAsync(StudyId, CancellationToken.None);

    public async Task EvaluateAsync()
    {
        foreach (Guid institution in _institutions)
        {
            HttpResponseMessage taken = await (await BeginAsync(AssignmentKind.Evaluate, institution)).SubmitEvaluationAsync();
            Assert.True(taken.IsSuccessStatusCode, await taken.Content.ReadAsStringAsync());
        }

        await AdvanceAsync();
    }

    /// <summary>Begins the waiting assignment of this kind and joins it as its site program.</summary>
    public async Task<FakeSite> BeginAsync(AssignmentKind kind, Guid? institution = null)
    {
        BegunAttempt attempt = (await Assignments.TryBeginAsync(await WaitingAsync(kind, institution), CancellationToken.None))!;
        HttpClient http = NewClient();
        using HttpResponseMessage joined = await http.PostAsJsonAsync(SiteRoutes.Session, new JoinRequest(attempt.Token), ProtocolJson.Options);
        Assert.True(joined.IsSuccessStatusCode, await joined.Content.ReadAsStringAsync());
        string session = (await joined.Content.ReadFromJsonAsync<JoinResponse>(ProtocolJson.Options))!.Session;
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session);
        await AdvanceAsync();
        return await FakeSite.CreateAsync(http, attempt);
    }

    public HttpClient NewClient() => new() { BaseAddress = _host.Address };

    public async Task<Guid> WaitingAsync(AssignmentKind kind, Guid? institution)
    {
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync();
        return await db.Assignments.Where(a => a.StudyId == StudyId && a.Kind == kind && a.InstitutionId == institution && a.State == AssignmentState.Waiting)
            .OrderByDescending(a => a.CreatedAt).Select(a => a.Id).FirstAsync();
    }

    public async Task<RoundDetail> RoundAsync(int number = 1) => (await Rounds.FindAsync(Viewer.Everything, StudyId, number, CancellationToken.None))!;

    private async Task SetUpAsync(int institutions, StudyDesign design)
    {
        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        List<(Guid, Guid)> roster = [];
        for (int i = 0; i < institutions; i++)
        {
            var institution = new Institution($"Hospital {i}", $"f{Guid.NewGuid():N}"[..12], isHosted: false, i, now);
            var dataset = new Dataset($"Images {_name++}", institution.Id, DatasetPurpose.Institution, DatasetSource.Folder, "nowhere", hospital: null, seed: 1, now);
            dataset.Finish(new ImportResult([new ClassCount("a", 5 * (i + 1), 2), new ClassCount("b", 5 * (i + 1), 2)], 0, true, "{}", "{}", new string('d', 64)), now);
            db.AddRange(institution, dataset);
            _institutions.Add(institution.Id);
            roster.Add((institution.Id, dataset.Id));
        }

        var study = new Study(design, roster, holdoutDatasetId: null, isSynthetic: true, now);
        study.Start(now);
        db.Add(study);
        await db.SaveChangesAsync();
        StudyId = study.Id;
    }
}

/// <summary>What a site program would say about one assignment.</summary>
internal sealed class FakeSite
{
    public static readonly IReadOnlyList<TensorEntry> Tensors = [new("weight", 0, [3, 4], IsBuffer: false), new("running_mean", 12, [2], IsBuffer: true)];

    private FakeSite(HttpClient http, BegunAttempt attempt, AssignmentMessage assignment)
    {
        Http = http;
        Attempt = attempt;
        Assignment = assignment;
    }

    public HttpClient Http { get; }

    public BegunAttempt Attempt { get; }

    public AssignmentMessage Assignment { get; }

    public static int ValueCount => 14;

    public UpdateHeader GoodUpdate => new(
        Assignment.Binding, LayoutHash, Assignment.ModelVersion, Assignment.ModelHash!, SampleCount: 10, TrainingLoss: 0.5, ImagesPerSecond: 7, "test", [new StageSeconds("train", 1.5)]);

    private string LayoutHash => new ModelLayout(Assignment.Model, Tensors).Hash;

    public static async Task<FakeSite> CreateAsync(HttpClient http, BegunAttempt attempt) =>
        new(http, attempt, (await http.GetFromJsonAsync<AssignmentMessage>(SiteRoutes.Assignment, ProtocolJson.Options))!);

    public async Task SubmitModelAsync()
    {
        float[] values = [.. Enumerable.Range(0, ValueCount).Select(i => i / 8f)];
        using HttpResponseMessage taken = await PutAsync(SiteRoutes.FirstModel, new ModelHeader(Assignment.Binding, LayoutHash, Tensors), values);
        Assert.True(taken.IsSuccessStatusCode, await taken.Content.ReadAsStringAsync());
    }

    public Task<HttpResponseMessage> SubmitUpdateAsync(float value, UpdateHeader? header = null) =>
        PutAsync(SiteRoutes.Update, header ?? GoodUpdate, Enumerable.Repeat(value, ValueCount).ToArray());

    public Task<HttpResponseMessage> SubmitEvaluationAsync() => PutAsync(
        SiteRoutes.Evaluation,
        new PredictionsHeader(Assignment.Binding, Assignment.ModelVersion, Assignment.ModelHash!, Assignment.Classes, [0, 1, 0, 1], IsSynthetic: true, []),
        [0.9f, 0.1f, 0.4f, 0.6f, 0.3f, 0.7f, 0.2f, 0.8f]);

    public async Task<HttpResponseMessage> PutAsync<THeader>(string route, THeader header, float[] values)
    {
        using var folder = new TemporaryFolder();
        SubmissionFile.Write(folder.At("submission"), header, values);
        return await PutAsync(route, await File.ReadAllBytesAsync(folder.At("submission")));
    }

    public async Task<HttpResponseMessage> PutAsync(string route, byte[] body, string? hash = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, route) { Content = new ByteArrayContent(body) };
        request.Headers.Add(SiteRoutes.HashHeader, hash ?? Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body)));
        return await Http.SendAsync(request);
    }

    public Task<HttpResponseMessage> ReportAsync() => Http.PostAsJsonAsync(
        SiteRoutes.Progress, new ProgressMessage("training", 1, 2, 3, 4, 0.5, 12, 30, "test"), ProtocolJson.Options);
}
