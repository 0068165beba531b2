using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Rounds;
using FedPortal.Site.Hosted.Protected;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Protection;
using FedPortal.Training.Protocol;
using Xunit;

namespace FedPortal.Tests.Portal;

/// <summary>A hospital whose program keeps the protocol and breaks the rules: it encrypts what it likes and sketches what it likes.</summary>
internal static class Attacker
{
    /// <param name="lattice">What it encrypts: from place and largest level.</param>
    /// <param name="sketched">What it says it encrypted; the same unless given.</param>
    public static async Task SubmitAsync(ProtectedFederation federation, int hospital, Func<int, int, int> lattice, Func<int, int, int>? sketched = null)
    {
        Hospital self = federation.Hospitals[hospital];
        FakeSite site = await self.BeginAsync(AssignmentKind.Train);
        ProtectedAssignment terms = site.Assignment.Protected!;
        SignedRound round = OpenedRound.Open(self.Home, site.Assignment, TimeProvider.System, _ => { });
        RoundProtection protection = await ProtectionAsync(site, round, self.Home);
        using var participation = new FedPortal.Encryption.SecureAggregation.Submission.Participation(round, self.Keys.Identity, new RoundPolicy(), TimeProvider.System);
        byte[] shares = [.. participation.DealShares().SelectMany(envelope => envelope.ToBytes().ToArray())];
        await AssertTakenAsync(await site.PutAsync(SiteRoutes.Shares, shares));

        int largest = protection.LargestLevel;
        int[] encrypted = [.. Enumerable.Range(0, FakeSite.ValueCount).Select(i => lattice(i, largest))];
        int[] said = [.. Enumerable.Range(0, FakeSite.ValueCount).Select(i => (sketched ?? lattice)(i, largest))];
        using var file = new MemoryStream();
        string hash = participation.Submit(new LatticeValues(encrypted.Select(value => value + largest).ToArray()), file);
        byte[] statement = UpdateStatement.Sign(round, self.Keys.Identity, hash, 10, protection.Projection(round)!.Apply(said)).ToBytes().ToArray();
        using (var ledger = SiteLedger.Open(self.Home, federation.StudyId, StudyLedgers.HeaderFor(site.Assignment, protection, round), self.Keys, SitePolicy.Hosted, TimeProvider.System))
        {
            ledger.Record(StudyLedgers.ReleasesOf(ledger.Header, protection, round.Description, hash));
        }

        string[] lines = await File.ReadAllLinesAsync(self.Home.LedgerFile(federation.StudyId));
        await AssertTakenAsync(await site.Http.PostAsJsonAsync(
            SiteRoutes.Ledger, new LedgerMessage(site.Assignment.Binding, $"{federation.StudyId:N}-{terms.InstitutionCode}", 0, lines), ProtocolJson.Options));
        byte[] update = file.ToArray();
        await AssertTakenAsync(await site.ChunkAsync(update, 0));
        await AssertTakenAsync(await site.Http.PostAsJsonAsync(
            SiteRoutes.ProtectedUpdate,
            new ProtectedUpdateMessage(site.Assignment.Binding, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(update)), statement, 0.5, 7, "test", []),
            ProtocolJson.Options));
        OwnUpdates.Remember(self.Home, site.Assignment.Binding, hash);
    }

    private static async Task<RoundProtection> ProtectionAsync(FakeSite site, SignedRound round, SiteHome home)
    {
        ProtectedAssignment terms = site.Assignment.Protected!;
        byte[] bytes = await site.Http.GetByteArrayAsync($"{SiteRoutes.Models}/{site.Assignment.ModelHash}");
        await File.WriteAllBytesAsync(home.ModelFile(site.Assignment.ModelHash!), bytes);
        GlobalModel model = GlobalModelFile.Load(home.ModelFile(site.Assignment.ModelHash!), description => new ModelLayout(description, FakeSite.Tensors)).Model;
        int number = site.Assignment.Binding.Round;
        return RoundProtection.For(
            terms.Privacy, terms.Encryption, terms.Screening,
            RoundProtection.ShapeOf(terms.Privacy, terms.Encryption, model, number, RoundProtection.ShapeSeed($"{site.Assignment.Binding.StudyId}", number, site.Assignment.ModelHash!)),
            [.. round.Description.Members.Select(member => member.Weight)], number);
    }

    private static async Task AssertTakenAsync(HttpResponseMessage answer)
    {
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        answer.Dispose();
    }
}
