using FedPortal.Data;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Protocol;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>kill -9 of real processes at every stage: afterwards the round goes on without losing an accepted update, or fails loudly.</summary>
[Collection("EndToEnd")]
public class KillTests
{
    private const string PortalPoints =
        "portal:importing,portal:Initialise-received,portal:Opened,portal:Training,portal:progress,portal:Train-received,portal:Train-recorded,"
        + "portal:Submitted,portal:aggregating,portal:Aggregated,portal:applying,portal:Applied,portal:Evaluate-recorded,portal:Evaluated,portal:Completed";

    private const string SitePoints =
        "site:joined,site:training,site:Initialise-made,site:Train-made,site:Train-sent,site:Evaluate-made,site:Evaluate-sent";

    [Fact]
    public async Task ThePortalIsKilledAtEveryStage_AndTheRoundCompletes()
    {
        using var portal = new PortalProcess(PortalPoints, once: true, maxAttempts: 8, leaseSeconds: 20);

        await portal.RunToTheEndAsync(killSites: false);

        AssertAllDied(PortalPoints, portal);
        Assert.True(portal.Lives > PortalPoints.Split(',').Length, $"{portal.Lives} lives");
        AssertCompletedFromTheAcceptedUpdates(portal);
    }

    [Fact]
    public async Task SiteProgramsAreKilledAtEveryStage_AndTheRoundCompletes()
    {
        using var portal = new PortalProcess(SitePoints, once: true, maxAttempts: 8);

        await portal.RunToTheEndAsync(killSites: false);

        AssertAllDied(SitePoints, portal);
        AssertCompletedFromTheAcceptedUpdates(portal);
    }

    [Fact]
    public async Task PortalAndSiteProgramsAreKilledTogetherAtEveryStage_AndTheRoundCompletes()
    {
        using var portal = new PortalProcess(PortalPoints, once: true, maxAttempts: 8, leaseSeconds: 20);

        await portal.RunToTheEndAsync(killSites: true);

        AssertAllDied(PortalPoints, portal);
        AssertCompletedFromTheAcceptedUpdates(portal);
    }

    [Fact]
    public async Task SiteProgramsThatAlwaysDie_FailTheRoundWithTheReason()
    {
        using var portal = new PortalProcess("site:training", once: false, maxAttempts: 2);

        await portal.RunToTheEndAsync(killSites: false);

        Assert.Equal(Studies.StudyState.Failed, portal.StudyState);
        string reason = portal.Read<string>("SELECT FailureReason FROM Rounds")!;
        Assert.Contains("quorum is 2", reason, StringComparison.Ordinal);
        Assert.Contains("ended by signal 9", reason, StringComparison.Ordinal);
        Assert.Equal(["2", "2"], portal.ReadAll<string>("SELECT CAST(Failures AS TEXT) FROM Assignments WHERE Kind = 'Train'"));
    }

    private static void AssertAllDied(string points, PortalProcess portal) =>
        Assert.Equal(points.Split(',').Select(point => point.Replace(':', '-')).Order(StringComparer.Ordinal), portal.Deaths);

    /// <summary>Computes the next model anew from the first model and the updates that were accepted, and compares it with the stored one.</summary>
    private static void AssertCompletedFromTheAcceptedUpdates(PortalProcess portal)
    {
        Assert.True(portal.StudyState == Studies.StudyState.Completed, portal.Log);
        Assert.Equal(["Completed"], portal.ReadAll<string>("SELECT State FROM Rounds"));
        Assert.Equal(["Accepted", "Accepted"], portal.ReadAll<string>("SELECT State FROM Participations"));
        Assert.Equal("4", portal.Read<string>("SELECT CAST(COUNT(*) AS TEXT) FROM Evaluations WHERE ModelVersion = 1"));

        var blobs = new BlobStore(Path.Combine(portal.DataDirectory, "blobs"));
        float[] first = ModelOf(portal, blobs, 0);
        float[] next = ModelOf(portal, blobs, 1);
        double[] sum = new double[first.Length];
        long samples = 0;
        foreach (string hash in portal.ReadAll<string>("SELECT UpdateHash FROM Participations"))
        {
            (UpdateHeader header, float[] difference) = SubmissionFile.Read<UpdateHeader>(blobs.PathOf(hash), _ => first.Length);
            Assert.Contains(difference, value => value != 0);
            samples += header.SampleCount;
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] += header.SampleCount * (double)difference[i];
            }
        }

        // One rounding of the mean to float32 and one of the sum.
        for (int i = 0; i < first.Length; i++)
        {
            double expected = first[i] + (sum[i] / samples);
            Assert.True(Math.Abs(expected - next[i]) <= 2e-7 * (1 + Math.Abs(expected)), $"value {i}: expected {expected} but got {next[i]}");
        }
    }

    private static float[] ModelOf(PortalProcess portal, BlobStore blobs, int version)
    {
        string hash = portal.Read<string>($"SELECT BlobHash FROM ModelVersions WHERE Version = {version}")!;
        Assert.Equal(hash, ContentHash.OfFile(blobs.PathOf(hash)));
        LoadedWeights weights = Safetensors.Load(blobs.PathOf(hash));
        (ModelDescription description, _, int round) = GlobalModelFile.ReadCard(blobs.PathOf(hash));
        Assert.Equal(version, round);
        string layout = portal.Read<string>("SELECT LayoutBlobHash FROM ModelVersions")!;
        TensorEntry[] tensors = System.Text.Json.JsonSerializer.Deserialize<TensorEntry[]>(File.ReadAllText(blobs.PathOf(layout)), ProtocolJson.Options)!;
        return weights.MapTo(new ModelLayout(description, tensors));
    }
}
