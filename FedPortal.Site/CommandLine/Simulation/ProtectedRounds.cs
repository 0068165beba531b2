using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FedPortal.Encryption.SecureAggregation.Aggregation;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Unlocking;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Accounting;
using FedPortal.Training.Aggregation;
using FedPortal.Training.Decryption;
using FedPortal.Training.Models;
using FedPortal.Training.Protection;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;

namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>The portal's side of a simulated study's protected rounds. It sees ciphertexts, envelopes and sketches, and opens sums only.</summary>
internal sealed class ProtectedRounds : IDisposable
{
    private readonly SimulationSetup _setup;
    private readonly ProtectionSettings _settings;
    private readonly PrivateFolder _folder;
    private readonly EngineGroup _group;
    private readonly IReadOnlyList<EngineProcess> _institutions;
    private readonly InstitutionIdentity _portal = InstitutionIdentity.Create("portal");
    private readonly Dictionary<string, List<ScreeningRecord>> _history = [];
    private readonly PrivacyAccountant _accountant;
    private readonly PrivacyAccountant _sketchAccountant;
    private readonly string _study = $"simulation {Guid.NewGuid():n}";
    private InstitutionCard[] _cards = [];
    private float[]? _lastChange;

    /// <param name="institutions">The engines of the group that are institutions, in the order of the setup.</param>
    public ProtectedRounds(SimulationSetup setup, ProtectionSettings settings, PrivateFolder folder, EngineGroup group, IReadOnlyList<EngineProcess> institutions)
    {
        (_setup, _settings, _folder, _group, _institutions) = (setup, settings, folder, group, institutions);
        _accountant = new PrivacyAccountant(settings.Privacy.SharesOf(setup.Images.Institutions.Count), RenyiOrders.Standard, settings.Privacy.Delta);
        _sketchAccountant = new PrivacyAccountant(new NoiseShares(1), RenyiOrders.Standard, settings.Privacy.Delta);
    }

    /// <summary>Every engine makes its keys; the portal keeps the cards.</summary>
    public async Task IdentifyAsync(CancellationToken ct)
    {
        IdentifiedReply[] replies = await _group.AskAsync(_institutions, (engine, index, token) => engine.AskAsync<IdentifiedReply>(
            new IdentifyRequest(NameOf(index), _study, PathOf("journal", index), _settings.Privacy, _settings.Encryption, _settings.Screening),
            "making its keys", null, token), ct);
        _cards = [.. replies.Select(reply => InstitutionCard.Parse(reply.Card))];
    }

    /// <summary>From trained institutions to the checked mean.</summary>
    /// <exception cref="CommandException">Too few institutions passed the screening.</exception>
    public async Task<(AggregatedUpdate Mean, ProtectedRoundResult Result)> RunAsync(
        GlobalModel model, ModelFile file, TrainedReply[] trained, int round, StageClock clock, CancellationToken ct)
    {
        var wall = Stopwatch.StartNew();
        string modelHash = Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(model.Values.Span)));
        RoundProtection protection = ProtectionOf(model, modelHash, trained, round);
        SignedRound signed = Open(protection, modelHash, round, out byte[] published);
        var attempt = new Attempt(protection, signed, new RoundIntake(signed), clock, [.. _cards.Select(_ => new Dictionary<Stage, double>())]);
        ProtectedReply[] sent = await SubmitAsync(attempt, file, published, round, ct);
        EncryptedUpdate[] updates = Receive(attempt, sent, ct);
        IReadOnlyList<ScreeningVerdict> verdicts = Screen(attempt, updates, round);
        byte[] publishedSet = AcceptedSet.Publish(_portal, signed, Close(attempt, verdicts));
        var accepted = AcceptedSet.Open(publishedSet, signed);
        EncryptedAggregate aggregate = Sum(attempt, updates, accepted, ct);
        using SumKey key = await UnlockAsync(attempt, accepted, publishedSet, ct);
        DecryptedAggregate opened = clock.Time(Stage.Decrypt, () => new AggregateDecryption(signed, protection).Decrypt(aggregate, accepted, key, Environment.ProcessorCount, ct));
        double seconds = wall.Elapsed.TotalSeconds;
        KeepChange(opened.Update);
        return (opened.Update, Result(attempt, sent, updates, verdicts, opened, seconds));
    }

    public void Dispose() => _portal.Dispose();

    private RoundProtection ProtectionOf(GlobalModel model, string modelHash, TrainedReply[] trained, int round) => RoundProtection.For(
        _settings.Privacy,
        _settings.Encryption,
        _settings.Screening,
        RoundProtection.ShapeOf(_settings.Privacy, _settings.Encryption, model, round, RoundProtection.ShapeSeed(_study, round, modelHash), _lastChange),
        RoundProtection.WeightsFor(_settings.Encryption, [.. trained.Select(reply => reply.SampleCount)]),
        round);

    private SignedRound Open(RoundProtection protection, string modelHash, int round, out byte[] published)
    {
        RoundDescription description = protection.Describe(
            _study, round, attempt: 1, modelHash, TimeProvider.System.GetUtcNow().AddHours(24), [.. _cards.Select(card => new RosterMember(card.Name, card.Fingerprint))]);
        published = SignedRound.Publish(_portal, description);
        return SignedRound.Open(published, _portal.Card, _cards);
    }

    private async Task<ProtectedReply[]> SubmitAsync(Attempt attempt, ModelFile file, byte[] published, int round, CancellationToken ct)
    {
        string? lastChange = _lastChange is null ? null : PathOf("change", 0);
        byte[][] cards = [.. _cards.Select(card => card.ToBytes())];
        byte[] portal = _portal.Card.ToBytes();
        ProtectedReply[] sent = await _group.AskAsync(_institutions, (engine, index, token) => engine.AskAsync<ProtectedReply>(
            new ProtectRequest(file, lastChange, round, published, portal, cards, PathOf("ciphertext", index), _setup.Attack?.Of(index, round), _setup.Resources.ThreadsEach),
            $"protecting round {round}", null, token), ct);
        foreach ((int index, ProtectedReply reply) in sent.Index())
        {
            attempt.Spent(index, Stage.Perturb, reply.PerturbSeconds);
            attempt.Spent(index, Stage.Encrypt, reply.EncryptSeconds);
            attempt.Down[index] += published.Length + portal.Length + cards.Sum(card => card.Length);
            attempt.Up[index] += reply.Envelopes.Sum(envelope => envelope.Length) + reply.Statement.Length + new FileInfo(PathOf("ciphertext", index)).Length;
        }

        return sent;
    }

    /// <summary>What a portal does with every upload: envelopes, statement, ciphertext, each checked on arrival.</summary>
    private EncryptedUpdate[] Receive(Attempt attempt, ProtectedReply[] sent, CancellationToken ct) => [.. sent.Select((reply, index) => attempt.Time(index, Stage.Upload, () =>
    {
        foreach (byte[] envelope in reply.Envelopes)
        {
            Require(attempt.Intake.Receive(envelope));
        }

        using FileStream ciphertext = File.OpenRead(PathOf("ciphertext", index));
        (EncryptedUpdate? update, Verdict verdict) = EncryptedUpdate.Inspect(
            ciphertext, reply.Statement, attempt.Round, _settings.Screening.Sketch.Dimensions, Environment.ProcessorCount, ct);
        Require(attempt.Intake.Receive(verdict));
        return update!;
    }))];

    private IReadOnlyList<ScreeningVerdict> Screen(Attempt attempt, EncryptedUpdate[] updates, int round)
    {
        IReadOnlyList<ScreeningVerdict> verdicts = attempt.Clock.Time(
            Stage.Screen, () => new UpdateScreening(attempt.Protection).Judge(updates, name => _history.GetValueOrDefault(name) ?? []));
        foreach (ScreeningVerdict verdict in verdicts)
        {
            if (!_history.TryGetValue(verdict.Name, out List<ScreeningRecord>? records))
            {
                _history.Add(verdict.Name, records = []);
            }

            records.Add(new ScreeningRecord(round, verdict));
        }

        return verdicts;
    }

    private static IReadOnlyDictionary<int, string> Close(Attempt attempt, IReadOnlyList<ScreeningVerdict> verdicts)
    {
        foreach ((int place, ScreeningVerdict verdict) in verdicts.Index().Where(entry => !entry.Item.Accepted))
        {
            attempt.Intake.Exclude(place, verdict.Reason);
        }

        int needed = attempt.Round.Description.SmallestAcceptedSet;
        string excluded = string.Join(" ", verdicts.Where(verdict => !verdict.Accepted).Select(verdict => $"{verdict.Name}: {verdict.Reason}"));
        return attempt.Intake.Ready.Count >= needed
            ? attempt.Intake.Close()
            : throw new CommandException($"Round {attempt.Round.Description.Round} needs {needed} updates but only {attempt.Intake.Ready.Count} passed the screening. {excluded}");
    }

    private EncryptedAggregate Sum(Attempt attempt, EncryptedUpdate[] updates, AcceptedSet accepted, CancellationToken ct) => attempt.Clock.Time(Stage.Sum, () =>
    {
        var aggregation = new EncryptedAggregation(attempt.Round);
        foreach (int place in accepted.Members)
        {
            using FileStream ciphertext = File.OpenRead(PathOf("ciphertext", place));
            aggregation.Add(updates[place], ciphertext, Environment.ProcessorCount, ct);
        }

        foreach (int place in Enumerable.Range(0, updates.Length))
        {
            File.Delete(PathOf("ciphertext", place));
        }

        return aggregation.Finish();
    });

    private async Task<SumKey> UnlockAsync(Attempt attempt, AcceptedSet accepted, byte[] publishedSet, CancellationToken ct)
    {
        byte[][][] envelopes = [.. Enumerable.Range(0, _institutions.Count).Select(index => attempt.Intake.EnvelopesFor(index).Select(envelope => envelope.ToArray()).ToArray())];
        AnsweredReply[] answers = await _group.AskAsync(_institutions, (engine, index, token) => engine.AskAsync<AnsweredReply>(
            new AnswerRequest(envelopes[index], publishedSet), "unlocking the sum", null, token), ct);
        var unlocking = new SumUnlocking(attempt.Round, accepted);
        foreach ((int index, AnsweredReply reply) in answers.Index())
        {
            attempt.Spent(index, Stage.Unlock, reply.Seconds);
            attempt.Down[index] += publishedSet.Length + envelopes[index].Sum(envelope => envelope.Length);
            attempt.Up[index] += reply.Answer.Length;
            if (unlocking.Receive(reply.Answer) is { } refusal)
            {
                throw new CommandException($"{NameOf(index)}: {refusal}");
            }
        }

        return attempt.Clock.Time(Stage.Unlock, () => unlocking.Reconstruct(out _));
    }

    private ProtectedRoundResult Result(
        Attempt attempt, ProtectedReply[] sent, EncryptedUpdate[] updates, IReadOnlyList<ScreeningVerdict> verdicts, DecryptedAggregate opened, double seconds)
    {
        RoundProtection protection = attempt.Protection;
        _accountant.Add(protection.UpdateRelease, opened.Update.ContributorCount);
        if (protection.SketchRelease is { } sketch)
        {
            _sketchAccountant.Add(sketch, contributors: 1);
        }

        return new ProtectedRoundResult
        {
            Wall = seconds,
            ParameterSet = protection.Fit.Set.Name,
            MarginBits = protection.Fit.MarginBits,
            BytesPerUpdate = updates[0].ByteCount,
            BytesUp = attempt.Up,
            BytesDown = attempt.Down,
            TravellingValues = protection.Shape.Dimension,
            ClippingNorm = protection.Noise.ClippingNorm,
            QuantisationStep = opened.QuantisationStep,
            Institutions = [.. sent.Select((reply, index) => new ProtectedInstitution(
                NameOf(index), attempt.Seconds[index], reply.UpdateNorm, reply.LargestCoordinate, verdicts[index], _setup.Attack?.IsAttacker(index) ?? false))],
            SketchCheck = opened.Sketches is { } check ? (check.Difference, check.Allowed) : null,
            LargestResidue = opened.LargestResidue,
            Epsilon = PrivacyAccountant.Views.ToDictionary(view => view, _accountant.Statement),
            SketchEpsilon = protection.SketchRelease is null ? null : _sketchAccountant.Statement(PrivacyView.SingleUpdate),
            Delta = _settings.Privacy.Delta,
        };
    }

    private void KeepChange(AggregatedUpdate update)
    {
        if (_settings.Encryption.Compression.Kind == CompressionKind.PublicTopK)
        {
            _lastChange = update.Difference.ToArray();
            VectorFile.Write(PathOf("change", 0), _lastChange);
        }
    }

    private string NameOf(int index) => _setup.Images.Institutions[index].Name;

    private string PathOf(string what, int index) => _folder.File(string.Create(CultureInfo.InvariantCulture, $"{what}-{index}"));

    private static void Require(Verdict verdict)
    {
        if (!verdict.Accepted)
        {
            throw new CommandException(verdict.Refusal!);
        }
    }

    /// <summary>One attempt of one round while it runs.</summary>
    private sealed record Attempt(RoundProtection Protection, SignedRound Round, RoundIntake Intake, StageClock Clock, Dictionary<Stage, double>[] Seconds)
    {
        public long[] Up { get; } = new long[Seconds.Length];

        public long[] Down { get; } = new long[Seconds.Length];

        public void Spent(int institution, Stage stage, double seconds)
        {
            Clock.Add(stage, seconds);
            Seconds[institution][stage] = Seconds[institution].GetValueOrDefault(stage) + seconds;
        }

        public T Time<T>(int institution, Stage stage, Func<T> work)
        {
            var clock = Stopwatch.StartNew();
            T result = work();
            Spent(institution, stage, clock.Elapsed.TotalSeconds);
            return result;
        }
    }
}
