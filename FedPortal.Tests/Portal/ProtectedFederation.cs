using System.Net.Http.Headers;
using System.Security.Cryptography;
using FedPortal.Data;
using FedPortal.Rounds;
using FedPortal.Site.Hosted;
using FedPortal.Studies;
using FedPortal.Tests.Support;
using FedPortal.Training.Accounting;
using FedPortal.Training.Datasets;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.Protocol;
using FedPortal.Training.Submission;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace FedPortal.Tests.Portal;

/// <summary>A protected study whose model has fourteen values. The hospitals run the site program's own code over real HTTP; only what they learn is made up.</summary>
internal sealed class ProtectedFederation : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private ProtectedFederation(ProtectedHost host, FakeFederation federation, string[] codes)
    {
        Base = federation;
        Hospitals = [.. federation.Institutions.Select((id, i) => new Hospital(host, federation, id, codes[i], new SiteHome(_folder.At(codes[i])), value: i / 10f))];
    }

    public FakeFederation Base { get; }

    public IReadOnlyList<Hospital> Hospitals { get; }

    public Guid StudyId => Base.StudyId;

    /// <summary>Clipped at more than anybody learns, and no noise: means are right to 0.001.</summary>
    public static PrivacyProfile Clear => new() { ClippingNorm = 40 };

    /// <summary>Up to an open round. Hospital i learns the value i/10 everywhere.</summary>
    public static async Task<ProtectedFederation> StartRoundAsync(ProtectedHost host, int institutions = 5, Func<StudyDesign, StudyDesign>? change = null)
    {
        var design = new StudyDesign { Name = "Protected", Question = "?", Classes = ["a", "b"], Rounds = 3, Quorum = 3, Privacy = Clear, Encryption = new EncryptionProfile { ValueBits = 16 } };
        FakeFederation based = await FakeFederation.StartAsync(host, institutions, change?.Invoke(design) ?? design);
        await (await based.BeginAsync(AssignmentKind.Initialise)).SubmitModelAsync();
        await based.AdvanceAsync();
        await using FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync();
        string[] codes = [.. based.Institutions.Select(id => db.Institutions.Single(i => i.Id == id).ShortCode)];
        var federation = new ProtectedFederation(host, based, codes);
        await federation.EvaluateAsync();
        return federation;
    }

    public async Task EvaluateAsync()
    {
        foreach (Hospital hospital in Hospitals)
        {
            FakeSite site = await Base.BeginAsync(AssignmentKind.Evaluate, hospital.Id);
            if (site.Assignment.Protected!.RegisteredFingerprint is null)
            {
                using HttpResponseMessage registered = await site.PutAsync(SiteRoutes.Identity, hospital.Keys.Card.ToBytes());
                Assert.True(registered.IsSuccessStatusCode, await registered.Content.ReadAsStringAsync());
            }

            (await site.SubmitEvaluationAsync()).EnsureSuccessStatusCode();
        }

        await Base.AdvanceAsync();
    }

    /// <summary>These hospitals do what they are asked for, then the portal moves on.</summary>
    public async Task RunAsync(AssignmentKind kind, params IEnumerable<int> hospitals)
    {
        foreach (int hospital in hospitals)
        {
            await Hospitals[hospital].RunAsync(kind);
        }

        await Base.AdvanceAsync();
    }

    public Task RunAllAsync(AssignmentKind kind) => RunAsync(kind, Enumerable.Range(0, Hospitals.Count));

    /// <summary>These hospitals never answer: their work is given up with that reason.</summary>
    public async Task VanishAsync(AssignmentKind kind, params int[] hospitals)
    {
        foreach (int hospital in hospitals)
        {
            BegunAttempt begun = (await Base.Assignments.TryBeginAsync(await Base.WaitingAsync(kind, Hospitals[hospital].Id), CancellationToken.None))!;
            await Base.Assignments.TryEndAttemptAsync(begun.Context.Assignment.Id, begun.Lease, "The site program was silent for 30 seconds.", CancellationToken.None);
        }

        await Base.AdvanceAsync();
    }

    public async Task ResumeAsync()
    {
        Assert.True(await Base.Studies.TryMoveAsync(StudyId, StudyState.Running, (study, now) => study.Start(now), "test", "Resumed.", CancellationToken.None));
        await Base.AdvanceAsync();
    }

    public Task<RoundDetail> RoundAsync(int number = 1) => Base.RoundAsync(number);

    /// <summary>The mean of the round, read from the model that it made.</summary>
    public async Task<float> MeanAsync()
    {
        RoundDetail round = await RoundAsync();
        float[] next = Safetensors.Load(Base.Blobs.PathOf(round.ModelHash!)).Tensors["weight"].Values.ToArray();
        float[] means = [.. next.Select((value, i) => value - (i / 8f))];
        Assert.All(means, mean => Assert.Equal(means[0], mean, 0.005f));
        return means.Average();
    }

    public void Dispose()
    {
        foreach (Hospital hospital in Hospitals)
        {
            hospital.Dispose();
        }

        _folder.Dispose();
    }
}

/// <summary>One hospital with the site program's own code and a home of its own.</summary>
internal sealed class Hospital(ProtectedHost host, FakeFederation federation, Guid id, string code, SiteHome home, float value) : IDisposable
{
    private readonly List<string> _log = [];

    public Guid Id => id;

    public string Code => code;

    public SiteHome Home => home;

    public IdentityKeys Keys { get; } = SiteIdentity.LoadOrCreate(home, code);

    public IReadOnlyList<string> Log => _log;

    public SitePolicy Policy { get; set; } = SitePolicy.Hosted;

    /// <summary>Does the waiting work of this kind as the site program does it.</summary>
    public async Task RunAsync(AssignmentKind kind)
    {
        BegunAttempt begun = (await federation.Assignments.TryBeginAsync(await federation.WaitingAsync(kind, id), CancellationToken.None))!;
        using var portal = new PortalClient(host.Address, TimeSpan.FromSeconds(5), TimeProvider.System);
        await new SiteRun(portal, home, Policy, new ComputeOptions(Threads: 1), new FakeLearning(portal, home, value), host.Clock, _log.Add)
            .RunAsync(begun.Token, CancellationToken.None);
    }

    /// <summary>Joins as the site program would, to say something else than it would.</summary>
    public Task<FakeSite> BeginAsync(AssignmentKind kind) => federation.BeginAsync(kind, id);

    public void Dispose() => Keys.Dispose();
}

/// <summary>Learns the same value everywhere, at once.</summary>
internal sealed class FakeLearning(PortalClient portal, SiteHome home, float value) : ISiteLearning
{
    public async Task<GlobalModel> ModelAsync(string hash, int version, Heartbeat heartbeat)
    {
        await portal.DownloadModelAsync(hash, home.ModelFile(hash), heartbeat.Over);
        return GlobalModelFile.Load(home.ModelFile(hash), description => new ModelLayout(description, FakeSite.Tensors)).Model;
    }

    public Task<PreparedDataset> DataAsync(AssignmentMessage assignment, StageClock stages, Heartbeat heartbeat) => throw NoImages();

    public Task<LocalTrainingResult> TrainAsync(AssignmentMessage assignment, GlobalModel model, StageClock stages, Heartbeat heartbeat)
    {
        stages.Add(StageNames.Decode, 0.5);
        stages.Add(StageNames.Train, 1.5);
        float[] difference = [.. Enumerable.Repeat(value, model.Layout.ValueCount)];
        return Task.FromResult(new LocalTrainingResult(new ModelUpdate(model.Layout, difference, 10), [0.5], [0.5], TimeSpan.FromSeconds(1.5), 7, "test"));
    }

    public Task<PooledImages> PoolAsync(AssignmentMessage assignment, GlobalModel model, StageClock stages, Heartbeat heartbeat) => throw NoImages();

    private static NotSupportedException NoImages() => new("Nothing here has images that a network could look at.");
}

internal static class FakeSiteUploads
{
    /// <summary>Sends one chunk as it is.</summary>
    public static async Task<HttpResponseMessage> ChunkAsync(this FakeSite site, byte[] bytes, long offset, string? hash = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, SiteRoutes.Upload) { Content = new ByteArrayContent(bytes) };
        request.Headers.Add(SiteRoutes.HashHeader, hash ?? Convert.ToHexStringLower(SHA256.HashData(bytes)));
        request.Headers.Add(SiteRoutes.OffsetHeader, $"{offset}");
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await site.Http.SendAsync(request);
    }
}
