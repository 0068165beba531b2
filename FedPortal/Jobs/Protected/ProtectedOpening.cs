using FedPortal.Data;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Institutions;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Protection;

namespace FedPortal.Jobs.Protected;

/// <summary>Opens a protected round: everything its parties must agree on goes into one description that the portal signs. Each attempt has a fresh seed and fresh keys.</summary>
internal sealed class ProtectedOpening(RoundPapers papers, RoundProtections protections, RiskStore risks)
{
    public async Task OpenAsync(StudyWorkspace workspace, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Round round = workspace.Round!;
        if ((await risks.ForAsync(round, cancellationToken)).Stops)
        {
            Failure.Of(workspace, "An assessment of risk that is in force allows no further round of this study.", "portal", now);
            return;
        }

        IReadOnlyDictionary<Guid, InstitutionKey> keys = await workspace.KeysAsync(cancellationToken);
        List<RosterEntry> members = [.. workspace.Study.Roster.Where(entry => keys.ContainsKey(entry.InstitutionId)).OrderBy(entry => entry.Seat)];
        foreach (RosterEntry missing in workspace.Study.Roster.Where(entry => !keys.ContainsKey(entry.InstitutionId)))
        {
            var absent = new Participation(round.Id, missing.InstitutionId, now);
            absent.Drop("Its site program has registered no keys yet.", now);
            workspace.Add(absent);
        }

        DateTimeOffset deadline = now.AddMinutes(workspace.Study.Design.DeadlineMinutes);
        RoundDescription description;
        try
        {
            description = await DescribeAsync(workspace, members, keys, deadline, cancellationToken);
        }
        catch (ArgumentException unfit)
        {
            Failure.Of(workspace, unfit.Message, "portal", now);
            return;
        }

        foreach (RosterEntry entry in members)
        {
            CollectionStep.Invite(workspace, entry, now);
        }

        string hash = await papers.PublishAsync(description, cancellationToken);
        round.Open(hash, deadline, now);
        workspace.Tell(now, "portal",
            $"Round {round.Number} attempt {round.Attempt} is open to {members.Count} institutions; {description.Threshold} helpers open the sum of at least {description.SmallestAcceptedSet} updates; parameter set {description.Set.Name}; signed description {hash}.");
    }

    private async Task<RoundDescription> DescribeAsync(
        StudyWorkspace workspace, List<RosterEntry> members, IReadOnlyDictionary<Guid, InstitutionKey> keys, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        Study study = workspace.Study;
        Round round = workspace.Round!;
        int needed = Quorum.Needed(study.Design, study.Roster.Count);
        if (members.Count < needed)
        {
            throw new ArgumentException($"The round needs {needed} institutions but only {members.Count} of {study.Roster.Count} have registered the keys of their site programs.");
        }

        IReadOnlyDictionary<Guid, string> codes = await workspace.ShortCodesAsync(cancellationToken);
        IReadOnlyDictionary<Guid, int> images = await workspace.TrainingImagesAsync(cancellationToken);
        IReadOnlyList<int> weights = RoundProtection.WeightsFor(study.Design.Encryption, [.. members.Select(entry => (long)images[entry.InstitutionId])]);
        RoundProtection protection = await protections.ForAsync(workspace, weights, cancellationToken);
        GlobalModelVersion version = await workspace.VersionAsync(round.BaseVersion, cancellationToken);
        return protection.Describe(
            $"{study.Id}", round.Number, round.Attempt, version.BlobHash, deadline,
            [.. members.Select(entry => new RosterMember(codes[entry.InstitutionId], keys[entry.InstitutionId].Fingerprint))]);
    }
}
