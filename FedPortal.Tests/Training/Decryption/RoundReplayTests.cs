using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using FedPortal.Tests.Site;
using FedPortal.Tests.Support;
using FedPortal.Tests.Training.Learning;
using FedPortal.Tests.Training.Protection;
using FedPortal.Training.Accounting;
using FedPortal.Training.Decryption;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using Xunit;

namespace FedPortal.Tests.Training.Decryption;

/// <summary>A real round of five institutions with real keys and ciphertexts, replayed from what it left behind.</summary>
public sealed class RoundReplayTests : IDisposable
{
    private readonly ProtectedConsortium _consortium;
    private readonly RoundEvidence _evidence;
    private readonly GlobalModel _model;
    private readonly ModelUpdate[] _updates;

    public RoundReplayTests()
    {
        ModelLayout layout = SmallLayout.Of(5_000);
        var random = new Random(5);
        _updates = [.. Enumerable.Range(0, 5).Select(_ => new ModelUpdate(layout, [.. Enumerable.Range(0, 5_000).Select(_ => (float)((random.NextDouble() - 0.5) * 0.07))], 10))];
        _model = new GlobalModel(layout, 0, new float[5_000]);
        _consortium = new ProtectedConsortium(_model, _updates, new PrivacyProfile { ClippingNorm = 2 });
        _consortium.Run();
        _evidence = _consortium.Evidence!;
    }

    public void Dispose() => _consortium.Dispose();

    [Fact]
    public void AnHonestRoundIsReached_UpToTheOpenedSum()
    {
        ReplayOutcome outcome = RoundReplay.Run(_evidence, _consortium.PortalKey);

        Assert.True(outcome.Passed, string.Join('\n', outcome.Steps));
        Assert.Equal(["Signed description", "Signed accepted set", "Sealed ciphertexts", "Encrypted sum", "Opened sum"], outcome.Steps.Select(step => step.Name));
        Assert.Contains(_evidence.SumHash!, outcome.Steps[^1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void TheNoiseThatTheDescriptionPromises_IsFoundInTheSum()
    {
        using var noisy = new ProtectedConsortium(_model, _updates, new PrivacyProfile { ClippingNorm = 2, NoiseIntensity = 0.05 });
        noisy.Run();

        ReplayOutcome outcome = RoundReplay.Run(noisy.Evidence!);

        Assert.True(outcome.Passed, string.Join('\n', outcome.Steps));
        Assert.Equal("Noise in the sum", outcome.Steps[^1].Name);
    }

    [Fact]
    public void WithoutAnswersItEndsAtTheEncryptedSum()
    {
        ReplayOutcome outcome = RoundReplay.Run(_evidence with { Answers = [], SumHash = null });

        Assert.True(outcome.Passed);
        Assert.Equal("Encrypted sum", outcome.Steps[^1].Name);
    }

    [Fact]
    public void TheOrderOfTheUpdatesDoesNotMatter() =>
        Assert.True(RoundReplay.Run(_evidence with { Updates = [.. _evidence.Updates.Reverse()] }).Passed);

    [Fact]
    public void WhateverWasChanged_TheStepThatNoticesItIsNamed()
    {
        byte[] tampered = Bytes(_evidence.Updates[1].OpenCiphertext());
        tampered[tampered.Length / 2] ^= 1;
        byte[] description = _evidence.Description.ToArray();
        description[10] ^= 1;
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string other = new('0', 64);

        Assert.Equal("Sealed ciphertexts", FailedStep(_evidence with { Updates = [_evidence.Updates[0], _evidence.Updates[1] with { OpenCiphertext = () => new MemoryStream(tampered) }, .. _evidence.Updates.Skip(2)] }));
        Assert.Equal("Sealed ciphertexts", FailedStep(_evidence with { Updates = [.. _evidence.Updates.Skip(1)] }));
        Assert.Equal("Sealed ciphertexts", FailedStep(_evidence with { Updates = [_evidence.Updates[0], .. _evidence.Updates] }));
        Assert.Equal("Encrypted sum", FailedStep(_evidence with { EncryptedSumHash = other }));
        Assert.Equal("Opened sum", FailedStep(_evidence with { SumHash = other }));
        Assert.Equal("Opened sum", FailedStep(_evidence with { Answers = [_evidence.Answers[0]] }));
        Assert.Equal("Signed accepted set", FailedStep(_evidence with { AcceptedSet = _evidence.Description }));
        Assert.Equal("Signed description", FailedStep(_evidence with { Description = description }));
        Assert.Equal("Signed description", FailedStep(_evidence, Convert.ToBase64String(stranger.ExportSubjectPublicKeyInfo())));
    }

    [Fact]
    public async Task ThePapersTravelAsAFile_AndTheVerbReplaysThem()
    {
        using var folder = new TemporaryFolder();
        string good = await WriteAsync(folder.At("good.zip"), _evidence);
        string bad = await WriteAsync(folder.At("bad.zip"), _evidence with { SumHash = new string('0', 64) });

        (int first, string replayed, _) = await SiteProgram.RunAsync("audit", "replay", good, "--key", _consortium.PortalKey, "--json");
        (int second, string refused, _) = await SiteProgram.RunAsync("audit", "replay", bad);

        Assert.Equal((0, 1), (first, second));
        Assert.Equal(5, JsonDocument.Parse(replayed).RootElement.GetProperty("steps").GetArrayLength());
        Assert.Contains("BAD   Opened sum: Expected the recorded sum 0000", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileThatHoldsNoPapersIsRefusedInOneLine()
    {
        using var folder = new TemporaryFolder();
        await using (ZipArchive zip = await ZipFile.OpenAsync(folder.At("other.zip"), ZipArchiveMode.Create))
        {
            zip.CreateEntry("something");
        }

        (int code, string output, string error) = await SiteProgram.RunAsync("audit", "replay", folder.At("other.zip"));

        Assert.Equal(1, code);
        Assert.Empty(output);
        Assert.Contains("round.json", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    private static string? FailedStep(RoundEvidence evidence, string? key = null) => RoundReplay.Run(evidence, key).Steps.FirstOrDefault(step => !step.Passed)?.Name;

    private static async Task<string> WriteAsync(string path, RoundEvidence evidence)
    {
        await using FileStream file = File.Create(path);
        await RoundEvidenceFile.WriteAsync(file, evidence, CancellationToken.None);
        return path;
    }

    private static byte[] Bytes(Stream stream)
    {
        using var all = new MemoryStream();
        stream.CopyTo(all);
        stream.Dispose();
        return all.ToArray();
    }
}
