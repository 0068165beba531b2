using System.Diagnostics;
using System.Security.Cryptography;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Encryption.SecureAggregation.Unlocking;
using FedPortal.Tests.Site;
using FedPortal.Tests.Support;
using FedPortal.Training.Accounting;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Protocol;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>The real site program as a helper, against a portal that signs two accepted sets for one attempt.</summary>
[Collection("Jobs")]
public sealed class EquivocatingPortalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly InstitutionIdentity _portal = InstitutionIdentity.Create("portal");
    private readonly Guid _study = Guid.NewGuid();
    private readonly string _model = new('a', 64);
    private readonly IdentityKeys[] _members;
    private readonly SignedRound _round;
    private readonly byte[] _description;
    private readonly List<AnswerMessage> _answers = [];
    private readonly List<FailureMessage> _failures = [];
    private byte[] _set = [];

    public EquivocatingPortalTests()
    {
        _members = [.. Enumerable.Range(0, 5).Select(i => i == 0 ? SiteIdentity.LoadOrCreate(Home, "site-0") : IdentityKeys.Create($"site-{i}"))];
        _description = SignedRound.Publish(_portal, new RoundDescription
        {
            Study = $"{_study}",
            Round = 1,
            Attempt = 1,
            ModelHash = _model,
            Seed = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)),
            Set = ParameterSets.Compact,
            ValueCount = 10,
            ValueBits = 8,
            Deadline = TimeProvider.System.GetUtcNow().AddHours(1),
            MinimumInstitutions = 3,
            Threshold = 4,
            Members = [.. _members.Select(member => new RosterMember(member.Card.Name, member.Card.Fingerprint))],
        });
        _round = SignedRound.Open(_description, _portal.Card, _members.Select(member => member.Card));
    }

    private SiteHome Home => new(_folder.At("home"));

    [Fact]
    public async Task AHelperAnswersTheFirstSet_AndRefusesTheSecondOfTheSameAttempt()
    {
        await using WebApplication portal = await ServeAsync();
        Uri address = new(portal.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

        _set = SetOf(1, 2, 3, 4);
        (int first, _) = await RunSiteAsync(address);
        _set = SetOf(1, 2, 3);
        Assert.Throws<FormatException>(() => AcceptedSet.Open(_set, _round)); // below the threshold: not even a set
        _set = SetOf([(1, 'b'), (2, 'b'), (3, 'b'), (4, 'f')]);
        (int second, string said) = await RunSiteAsync(address);

        Assert.Equal(0, first);
        AnswerMessage answer = Assert.Single(_answers);
        Assert.Equal(0, HelperAnswer.Open(answer.Answer, _round, AcceptedSet.Open(SetOf(1, 2, 3, 4), _round)).Helper);
        Assert.NotEqual(0, second);
        FailureMessage refusal = Assert.Single(_failures);
        Assert.True(refusal.IsRefusal);
        Assert.Contains("Attempt 1 of round 1 was answered before", refusal.Reason, StringComparison.Ordinal);
        Assert.Contains("answered before", said, StringComparison.Ordinal);
        Assert.Contains("answered before", await File.ReadAllTextAsync(Path.Combine(Home.Path, "site.log"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _portal.Dispose();
        Array.ForEach(_members, member => member.Dispose());
        _folder.Dispose();
    }

    private byte[] SetOf(params int[] places) => SetOf([.. places.Select(place => (place, 'b'))]);

    // The set's bytes are written here by hand, as a portal that lies about the smallest set would.
    private byte[] SetOf((int Place, char Hash)[] updates)
    {
        using var body = new MemoryStream();
        body.Write([.. "FPAS"u8, 1, 0, .. _round.Hash.Span, (byte)updates.Length, 0]);
        foreach ((int place, char hash) in updates)
        {
            body.Write([(byte)place, 0, .. Convert.FromHexString(new string(hash, 64))]);
        }

        byte[] bytes = body.ToArray();
        return [.. bytes, .. _portal.Sign(Signatures.Accepted, bytes)];
    }

    private async Task<WebApplication> ServeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        byte[][] envelopes = [.. _members.Select(Envelope)];
        app.MapPost(SiteRoutes.Session, () => Results.Json(new JoinResponse("session"), ProtocolJson.Options));
        app.MapGet(SiteRoutes.Assignment, () => Results.Json(Assignment(), ProtocolJson.Options));
        app.MapPost(SiteRoutes.Progress, () => Results.NoContent());
        app.MapGet(SiteRoutes.Unlock, () => Results.Json(new UnlockMessage(_set, envelopes, null), ProtocolJson.Options));
        app.MapPost(SiteRoutes.Unlock, async (HttpRequest request) =>
        {
            _answers.Add((await request.ReadFromJsonAsync<AnswerMessage>(ProtocolJson.Options))!);
            return Results.Json(new SubmissionReceipt("taken", false), ProtocolJson.Options);
        });
        app.MapPost(SiteRoutes.Failure, async (HttpRequest request) =>
        {
            _failures.Add((await request.ReadFromJsonAsync<FailureMessage>(ProtocolJson.Options))!);
            return Results.NoContent();
        });
        await app.StartAsync();
        return app;
    }

    private byte[] Envelope(IdentityKeys member)
    {
        using var participation = new Participation(_round, member.Identity, new RoundPolicy(), TimeProvider.System);
        return participation.DealShares()[0].ToBytes().ToArray();
    }

    private AssignmentMessage Assignment() => new(
        new MessageBinding(Guid.NewGuid(), _study, 1, 1, Guid.NewGuid()), SiteWork.Unlock,
        new StudyTerms { Strategy = FederatedStrategy.ProtectedFedAvg, IsProtected = true, Institutions = 5, MinimumInstitutions = 4 },
        "Test", 0, 1, ["a", "b"], new ModelDescription(ClassifierArchitecture.ResNet50Slim, 2), PreprocessingPipeline.Plain(32), PreprocessingPipeline.Plain(32).Hash,
        new TrainingPlan(), 1, null, null, false, 0, _model, 30)
    {
        Protected = new ProtectedAssignment(
            "site-0", _portal.Card.ToBytes(), _members[0].Card.Fingerprint, _description, [.. _members.Select(member => member.Card.ToBytes())],
            new PrivacyProfile(), new EncryptionProfile(), new ScreeningProfile(), 5, null),
    };

    private async Task<(int ExitCode, string Said)> RunSiteAsync(Uri portal)
    {
        using Process site = SiteProgram.Start("run", "--portal", portal.ToString(), "--home", Home.Path, "--threads", "1");
        await site.StandardInput.WriteLineAsync("token");
        site.StandardInput.Close();
        string said = await site.StandardOutput.ReadToEndAsync() + await site.StandardError.ReadToEndAsync();
        await site.WaitForExitAsync();
        return (site.ExitCode, said);
    }
}
