using FedPortal.Data;
using FedPortal.Encryption.SecureAggregation.Aggregation;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Rounds;
using FedPortal.Training.Protection;
using FedPortal.Training.Protocol;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;

namespace FedPortal.Jobs.Protected;

/// <summary>Judges the updates by their sketches, names whom it leaves out and why, and signs the set of those that will be added. Nothing is opened.</summary>
internal sealed class ScreeningStep(RoundPapers papers, RoundProtections protections, TimeProvider clock)
{
    public async Task ScreenAsync(StudyWorkspace workspace, CancellationToken cancellationToken)
    {
        long started = clock.GetTimestamp();
        Round round = workspace.Round!;
        SignedRound signed = await papers.OpenAsync(round, cancellationToken);
        IReadOnlyDictionary<Guid, string> codes = await workspace.ShortCodesAsync(cancellationToken);
        Dictionary<string, Participation> submitted = workspace.Participations
            .Where(part => part is { State: ParticipationState.Submitted, StatementHash: not null }).ToDictionary(part => codes[part.InstitutionId]);
        RoundIntake intake = papers.IntakeOf(signed, submitted.Select(entry => (entry.Key, entry.Value)));
        foreach (ScreeningVerdict verdict in await JudgeAsync(workspace, signed, submitted, cancellationToken))
        {
            submitted[verdict.Name].Judge(verdict);
            if (!verdict.Accepted)
            {
                intake.Exclude(RoundPapers.PlaceOf(signed, verdict.Name), verdict.Reason);
            }
        }

        DateTimeOffset now = clock.GetUtcNow();
        IReadOnlyList<int> ready = intake.Ready;
        foreach ((string code, Participation part) in submitted)
        {
            Decide(workspace, code, part, RoundPapers.PlaceOf(signed, code), intake, ready, now);
        }

        if (ready.Count < Quorum.Needed(workspace.Study.Design, workspace.Participations.Count))
        {
            Failure.Of(workspace, await Quorum.ShortfallAsync(workspace, ready.Count, cancellationToken), "portal", now);
            return;
        }

        string accepted = await papers.PublishAsync(signed, intake.Close(), cancellationToken);
        FaultPoint.Reach("portal:screening");
        round.RecordScreened(accepted, now);
        workspace.Add(new StageTiming(round.Id, null, StageNames.Screen, clock.GetElapsedTime(started).TotalSeconds, now));
        workspace.Tell(now, "portal", $"Round {round.Number}: {ready.Count} of {submitted.Count} updates are accepted by their sketches; the signed set is {accepted}.");
    }

    private static void Decide(StudyWorkspace workspace, string code, Participation part, int place, RoundIntake intake, IReadOnlyList<int> ready, DateTimeOffset now)
    {
        if (ready.Contains(place))
        {
            part.Accept(now);
            return;
        }

        part.Exclude(intake.Excluded.TryGetValue(place, out string? reason) ? reason : "Its shares of the one-time key are not complete.", now);
        workspace.Tell(now, "portal", $"The update of {code} is left out: {part.Reason} Its institution can appeal.");
    }

    private async Task<IReadOnlyList<ScreeningVerdict>> JudgeAsync(
        StudyWorkspace workspace, SignedRound signed, Dictionary<string, Participation> submitted, CancellationToken cancellationToken)
    {
        RoundProtection protection = await protections.ForAsync(workspace, [.. signed.Description.Members.Select(member => member.Weight)], cancellationToken);
        ILookup<Guid, ScreeningRecord> history = await workspace.ScreeningHistoryAsync(cancellationToken);
        EncryptedUpdate[] updates = [.. submitted.Values.Select(part => EncryptedUpdate.Reopen(papers.BytesOf(part.StatementHash!), signed))];
        return new UpdateScreening(protection).Judge(updates, name => [.. history[submitted[name].InstitutionId]]);
    }
}
