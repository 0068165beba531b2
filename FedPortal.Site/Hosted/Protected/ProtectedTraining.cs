using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Training.Accounting;
using FedPortal.Training.Compression;
using FedPortal.Training.Learning;
using FedPortal.Training.Ledger;
using FedPortal.Training.Models;
using FedPortal.Training.Native;
using FedPortal.Training.Perturbation;
using FedPortal.Training.PrivateHead;
using FedPortal.Training.Protection;
using FedPortal.Training.Protocol;
using FedPortal.Training.Submission;

namespace FedPortal.Site.Hosted.Protected;

/// <summary>
/// A protected round at the site: check the signed description, deal the shares of a one-time key, train, perturb, encrypt; then write the
/// ledger, and only then send. A run that died before the ciphertext was whole begins anew with a fresh key; after that the same bytes are sent.
/// </summary>
internal sealed class ProtectedTraining(
    PortalClient portal, SiteHome home, SitePolicy policy, ComputeOptions compute, ISiteLearning learning, StageClock stages, TimeProvider clock, Action<string> say)
{
    private int Threads => compute.Threads > 0 ? compute.Threads : Environment.ProcessorCount;

    public async Task RunAsync(AssignmentMessage assignment, WorkFolder work, IdentityKeys keys, Heartbeat heartbeat)
    {
        SignedRound round = OpenedRound.Open(home, assignment, clock, say);
        Outbox? outbox = Outbox.TryLoad(work, assignment.Binding);
        if (outbox is not null)
        {
            say("the encrypted update of an earlier run is there and is sent");
        }
        else
        {
            outbox = await MakeAsync(assignment, round, work, keys, heartbeat);
            FaultPoint.Reach("site:Train-made", assignment.Binding.Round);
        }

        await SendAsync(assignment, outbox, work, keys, heartbeat);
    }

    private async Task<Outbox> MakeAsync(AssignmentMessage assignment, SignedRound round, WorkFolder work, IdentityKeys keys, Heartbeat heartbeat)
    {
        GlobalModel model = await learning.ModelAsync(assignment.ModelHash!, assignment.ModelVersion, heartbeat);
        RoundProtection protection = await ProtectionAsync(assignment, round, model, heartbeat);
        LedgerHeader header = StudyLedgers.HeaderFor(assignment, protection, round);
        await RequireAllowedAsync(assignment, round, header, protection, keys, heartbeat.Over);

        using var participation = new Participation(round, keys.Identity, new RoundPolicy(), clock);
        heartbeat.Show("sharing the one-time key");
        long started = clock.GetTimestamp();
        byte[] shares = [.. participation.DealShares().SelectMany(envelope => envelope.ToBytes().ToArray())];
        double dealing = clock.GetElapsedTime(started).TotalSeconds;
        FaultPoint.Reach("site:dealing", assignment.Binding.Round);
        await portal.DealAsync(shares, heartbeat.Over);
        FaultPoint.Reach("site:dealt", assignment.Binding.Round);

        var waiting = new FeedbackFile(home, assignment);
        LocalStep step = protection.Privacy.Regime == PrivacyRegime.PrivateHead
            ? await HeadStepAsync(assignment, model, protection, heartbeat)
            : await NetworkStepAsync(assignment, round, model, protection, participation.Place, waiting, heartbeat);
        FaultPoint.Reach("site:trained", assignment.Binding.Round);
        return await Task.Run(() => Protect(assignment, round, protection, header, participation, step, waiting, work, keys, dealing, heartbeat), heartbeat.Over);
    }

    private async Task<LocalStep> NetworkStepAsync(
        AssignmentMessage assignment, SignedRound round, GlobalModel model, RoundProtection protection, int place, FeedbackFile waiting, Heartbeat heartbeat)
    {
        LocalTrainingResult trained = await learning.TrainAsync(assignment, model, stages, heartbeat);
        return new LocalStep(
            () => protection.Perturbation(round, place).Perturb(waiting.AddTo(trained.Update, protection), Threads), trained.EpochLosses[^1], trained.ImagesPerSecond, trained.Device);
    }

    /// <summary>The private head's part of a round: features of the frozen network, then drawing, clipping and noise by patient. No loss is told.</summary>
    private async Task<LocalStep> HeadStepAsync(AssignmentMessage assignment, GlobalModel model, RoundProtection protection, Heartbeat heartbeat)
    {
        PooledImages pooled = await learning.PoolAsync(assignment, model, stages, heartbeat);
        return new LocalStep(() => HeadPerturbation.Perturb(protection, model, pooled.Features), null, pooled.ImagesPerSecond, pooled.Device);
    }

    /// <summary>What local work came to: the perturbed update, made when it is asked for, and what may be told about it.</summary>
    private sealed record LocalStep(Func<PerturbedUpdate> Perturb, double? TrainingLoss, double ImagesPerSecond, string Device);

    private async Task<RoundProtection> ProtectionAsync(AssignmentMessage assignment, SignedRound round, GlobalModel model, Heartbeat heartbeat)
    {
        ProtectedAssignment terms = assignment.Protected!;
        int number = assignment.Binding.Round;
        ReadOnlyMemory<float>? lastChange = terms.Encryption.Compression.Kind == CompressionKind.PublicTopK && terms.PreviousModelHash is { } hash
            ? model.ChangeSince(await learning.ModelAsync(hash, assignment.ModelVersion - 1, heartbeat))
            : null;
        try
        {
            UpdateShape shape = RoundProtection.ShapeOf(
                terms.Privacy, terms.Encryption, model, number, RoundProtection.ShapeSeed($"{assignment.Binding.StudyId}", number, assignment.ModelHash!), lastChange);
            var protection = RoundProtection.For(
                terms.Privacy, terms.Encryption, terms.Screening, shape, [.. round.Description.Members.Select(member => member.Weight)], number);
            return protection.Disagreements(round.Description) is { Count: > 0 } disagreements
                ? throw new SiteRefusedException(string.Join(" ", disagreements))
                : protection;
        }
        catch (ArgumentException unfit)
        {
            throw new SiteRefusedException(unfit.Message);
        }
    }

    /// <summary>Asks policy and budget before any work is done. A budget that is used up is written to the ledger as a refusal.</summary>
    private async Task RequireAllowedAsync(
        AssignmentMessage assignment, SignedRound round, LedgerHeader header, RoundProtection protection, IdentityKeys keys, CancellationToken cancellationToken)
    {
        using var ledger = SiteLedger.Open(home, assignment.Binding.StudyId, header, keys, policy, clock);
        IReadOnlyList<LedgerRelease> releases = StudyLedgers.ReleasesOf(ledger.Header, protection, round.Description, "");
        if (releases.Select(ledger.Ask).FirstOrDefault(decision => !decision.Allowed) is not null)
        {
            try
            {
                ledger.Record(releases);
            }
            finally
            {
                await ledger.ShowAsync(portal, assignment.Binding, cancellationToken);
            }
        }

        StudyTerms terms = assignment.Terms with { ParameterSet = round.Description.Set.Name };
        var forecast = new EpsilonForecast(EpsilonOf(ledger.Ask(releases[0]).After), ledger.SpentElsewhere);
        if (policy.Refusals(assignment.Binding.StudyId, terms, forecast) is { Count: > 0 } refusals)
        {
            throw new SiteRefusedException(string.Join(" ", refusals));
        }
    }

    private static double EpsilonOf(PrivacyStatement statement) => statement is EpsilonStatement known ? known.Epsilon : double.PositiveInfinity;

    private Outbox Protect(
        AssignmentMessage assignment, SignedRound round, RoundProtection protection, LedgerHeader header, Participation participation,
        LocalStep step, FeedbackFile waiting, WorkFolder work, IdentityKeys keys, double dealing, Heartbeat heartbeat)
    {
        heartbeat.Show("perturbing");
        PerturbedUpdate perturbed = stages.Time(StageNames.Perturb, step.Perturb);
        heartbeat.Show("encrypting");
        FaultPoint.Reach("site:perturbed", assignment.Binding.Round);
        long started = clock.GetTimestamp();
        string part = $"{Outbox.UpdateFile(work)}.part";
        EncryptedUpdate encrypted;
        using (FileStream file = File.Create(part))
        {
            encrypted = new UpdateEncryption(round, protection, keys.Identity).Encrypt(perturbed, participation, file, Threads, cancellationToken: heartbeat.Over);
            file.Flush(flushToDisk: true);
        }

        stages.Add(StageNames.Encrypt, dealing + clock.GetElapsedTime(started).TotalSeconds);
        File.Move(part, Outbox.UpdateFile(work), overwrite: true);
        FaultPoint.Reach("site:encrypted", assignment.Binding.Round);
        var message = new ProtectedUpdateMessage(
            assignment.Binding, ContentHash.OfFile(Outbox.UpdateFile(work)), encrypted.Statement.ToArray(), step.TrainingLoss, step.ImagesPerSecond, step.Device, stages.Stages);
        var outbox = new Outbox(message, encrypted.Hash, StudyLedgers.ReleasesOf(header, protection, round.Description, encrypted.Hash));
        outbox.Save(work);
        waiting.Save();
        return outbox;
    }

    private async Task SendAsync(AssignmentMessage assignment, Outbox outbox, WorkFolder work, IdentityKeys keys, Heartbeat heartbeat)
    {
        using (var ledger = SiteLedger.Open(home, assignment.Binding.StudyId, fresh: null, keys, policy, clock))
        {
            try
            {
                if (!ledger.Had(outbox.CiphertextHash))
                {
                    ledger.Record(outbox.Releases);
                }
            }
            catch (SiteRefusedException)
            {
                Outbox.Destroy(work);
                await ledger.ShowAsync(portal, assignment.Binding, heartbeat.Over);
                throw;
            }

            FaultPoint.Reach("site:recorded", assignment.Binding.Round);
            await ledger.ShowAsync(portal, assignment.Binding, heartbeat.Over);
        }

        OwnUpdates.Remember(home, assignment.Binding, outbox.CiphertextHash);
        FaultPoint.Reach("site:shown", assignment.Binding.Round);
        heartbeat.Show("submitting");
        long started = clock.GetTimestamp();
        await portal.UploadAsync(Outbox.UpdateFile(work), heartbeat.Over);
        FaultPoint.Reach("site:uploaded", assignment.Binding.Round);
        var upload = new StageSeconds(StageNames.Upload, clock.GetElapsedTime(started).TotalSeconds);
        heartbeat.LeaveTheLastWordToTheResult();
        SubmissionReceipt receipt = await portal.FinishAsync(outbox.Message with { Stages = [.. outbox.Message.Stages, upload] }, heartbeat.Over);
        FaultPoint.Reach("site:Train-sent", assignment.Binding.Round);
        say($"handed in the encrypted update {receipt.Hash}{(receipt.Duplicate ? ", which the portal had already" : "")}");
    }
}
