using System.Text.Json;
using FedPortal.Audit;
using FedPortal.Comparisons;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Institutions;
using FedPortal.Models;
using FedPortal.Operation;
using FedPortal.Privacy;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Tests.Training.Ledger;
using FedPortal.Training.Attacks;
using FedPortal.Training.Comparison;
using FedPortal.Training.Datasets;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Ledger;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Tests.Support;

/// <summary>
/// Fills a portal's database with a study in the middle of its third round, a failed attempt and a data set that failed to import: every face of every
/// page, without training. It goes through the domain classes, so only states that can occur do occur.
/// </summary>
internal sealed class SampleConsortium
{
    private static readonly string[] Classes = ["covid", "normal", "pneumonia"];
    private static readonly (string Name, string Code, int Train)[] Hospitals =
        [("Northfield General", "north", 240), ("Lakeside Clinic", "lake", 160), ("St. Elsewhere Teaching Hospital", "elsewhere", 120), ("Harbour Medical Centre", "harbour", 90), ("Valley Community", "valley", 40)];

    private readonly DateTimeOffset _start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private readonly Random _random = new(7);

    public Guid StudyId { get; private set; }

    public Guid InstitutionId { get; private set; }

    /// <summary>Belongs to <see cref="InstitutionId"/>.</summary>
    public Guid DatasetId { get; private set; }

    /// <summary>Of images that are not synthetic; it belongs to <see cref="RealInstitutionId"/>.</summary>
    public Guid RealDatasetId { get; private set; }

    public Guid RealInstitutionId { get; private set; }

    /// <summary>On synthetic images.</summary>
    public Guid ComparisonId { get; private set; }

    /// <summary>On data sets of three institutions that are not <see cref="InstitutionId"/>.</summary>
    public Guid OtherComparisonId { get; private set; }

    public SampleSites Sites { get; private set; } = new();

    public SampleStudies Studies { get; private set; } = new();

    public Guid CompletedRoundId { get; private set; }

    public Guid RunningRoundId { get; private set; }

    public Guid FailedRoundId { get; private set; }

    /// <summary>An open one of the consortium's.</summary>
    public Guid AlertId { get; private set; }

    /// <summary>Of an institution that is not <see cref="InstitutionId"/>; its copy differs from the site's.</summary>
    public Guid OtherLedgerInstitutionId { get; private set; }

    /// <summary>A robustness test of version 1 with pictures, and one of these.</summary>
    public (Guid Run, string Picture) RobustnessPicture { get; private set; }

    /// <summary>Every page that shows something, with something to show.</summary>
    public IReadOnlyList<string> Pages =>
    [
        "/", "/studies", $"/studies/{StudyId}", "/rounds", $"/rounds/{CompletedRoundId}", $"/rounds/{RunningRoundId}", $"/rounds/{FailedRoundId}",
        "/comparison", $"/comparison/{ComparisonId}",
        "/models", $"/models/{StudyId}/2", $"/models/{StudyId}/1", $"/models/{StudyId}/2/robustness", $"/models/{StudyId}/1/robustness", "/models/inference", "/models/inference/keys", $"/models/{StudyId}/2/try", $"/models/{StudyId}/2/drift",
        "/institutions", $"/institutions/{InstitutionId}", "/datasets", $"/datasets/{DatasetId}", "/audit", "/operation/jobs", "/operation/alerts", "/planning", "/planning/return", "/privacy", "/privacy/what-if", "/privacy/risk", $"/privacy/risk/{StudyId}",
        $"/privacy/studies/{StudyId}", $"/privacy/institutions/{InstitutionId}", $"/privacy/ledgers/{StudyId}/{InstitutionId}",
        $"/studies/{Studies.ProposedId}", $"/studies/{Studies.ProtectedId}", $"/rounds/{Studies.UnlockingRoundId}",
        $"/institutions/{Sites.EnrolledId}", $"/institutions/{Sites.AskingId}", $"/institutions/applications/{Sites.ApplicationId}",
    ];

    /// <summary>The pages of a study that is being written, for admins only.</summary>
    public IReadOnlyList<string> DraftPages => [.. Enum.GetValues<StudyStep>().Select(step => $"/studies/drafts/{Studies.DraftId}?step={step}")];

    public static async Task<SampleConsortium> AddToAsync(PortalHost host)
    {
        var sample = new SampleConsortium();
        await using FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync();
        BlobStore blobs = host.Services.GetRequiredService<BlobStore>();
        Institution[] institutions = await sample.FillAsync(db, blobs);
        sample.RobustnessPicture = await SampleRobustness.AddToAsync(db, blobs, sample.StudyId, sample.InstitutionId, sample.RealInstitutionId, Classes, sample._start.AddMinutes(18));
        db.Add(new AuditEntry(sample._start, "admin@example.test", "study", sample.StudyId, "Study created with 5 institutions."));
        db.Add(new AuditEntry(sample._start.AddMinutes(5), "admin@example.test", "study", sample.StudyId, "Started."));
        db.Add(new AuditEntry(sample._start.AddMinutes(7), "portal", "round", sample.FailedRoundId, "Round 1 opened."));
        db.Add(new AuditEntry(sample._start.AddMinutes(8), "elsewhere", "round", sample.RunningRoundId, "Dropped: the site program could not read 3 of its images."));
        await db.SaveChangesAsync();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        await new SampleInference(host, sample.StudyId).AddAsync(
            institutions[0], institutions[1], EvaluationReports.From(sample.MadeUp(140, SampleInference.Version), replicates: 100), EvaluationReports.From(sample.MadeUp(118, 1), replicates: 100), now);
        return sample;
    }

    private async Task<Institution[]> FillAsync(FedPortalDbContext db, BlobStore blobs)
    {
        Institution[] institutions = [.. Hospitals.Select((hospital, i) => new Institution(hospital.Name, hospital.Code, isHosted: true, i, _start))];
        Dataset[] datasets = [.. institutions.Select((institution, i) => DatasetOf(institution, Hospitals[i].Train))];
        var broken = new Dataset("Scans of the archive", institutions[1].Id, DatasetPurpose.Institution, DatasetSource.Upload, "upload", hospital: null, seed: 1, _start);
        broken.Fail("The archive holds no image that can be read.", _start.AddMinutes(1));
        db.AddRange(institutions);
        db.AddRange(datasets);
        Dataset real = DatasetOf(institutions[2], 60, isSynthetic: false);
        db.AddRange(broken, real);
        (RealInstitutionId, RealDatasetId) = (institutions[2].Id, real.Id);
        (InstitutionId, DatasetId) = (institutions[0].Id, datasets[0].Id);

        var design = new StudyDesign { Strategy = FederatedStrategy.PlainFedAvg, Name = "Pneumonia or COVID-19 on chest X-rays", Question = "Can one network tell normal, pneumonia and COVID-19 apart at five hospitals?", Classes = Classes };
        var study = new Study(design, [.. institutions.Zip(datasets, (institution, dataset) => (institution.Id, dataset.Id))], holdoutDatasetId: null, isSynthetic: true, _start);
        study.Start(_start.AddMinutes(5));
        db.Add(study);
        StudyId = study.Id;
        await AddEvaluationsAsync(db, blobs, study, roundId: null, version: 0, institutions, _start.AddMinutes(6));

        FailedRoundId = AddFailedRound(db, study, institutions, _start.AddMinutes(7));
        await AddCompletedRoundAsync(db, blobs, study, 1, attempt: 2, institutions, _start.AddMinutes(10));
        CompletedRoundId = await AddCompletedRoundAsync(db, blobs, study, 2, attempt: 1, institutions, _start.AddMinutes(13));
        RunningRoundId = AddRunningRound(db, study, institutions, _start.AddMinutes(16));
        AddAttacks(db, study, institutions, _start.AddMinutes(17));
        AddComparisons(db, institutions, datasets, _start.AddMinutes(18));
        Sites = SampleSites.AddTo(db, _start);
        AddAlerts(db, _start.AddMinutes(18));
        AddLedger(db, study, institutions[0], rounds: 4, alarm: null);
        AddLedger(db, study, institutions[1], rounds: 3, alarm: "the site's ledger ends after 2 rows, but the portal countersigned 3.");
        OtherLedgerInstitutionId = institutions[1].Id;
        Studies = SampleStudies.AddTo(db, institutions, datasets, Classes, _start.AddDays(-1));
        return institutions;
    }

    // Of kinds that the portal's own rules do not look for, so that they stay open.
    private void AddAlerts(FedPortalDbContext db, DateTimeOffset now)
    {
        var open = new Alert(AlertKind.InputDrift, AlertLevel.Warning, "sample", "Images shown to version 2 differ from the hold-outs", "41 of 60 pictures of the last day are unlike. Look whether a new machine sends them.", "/models", null, now);
        var noted = new Alert(AlertKind.JobFailed, AlertLevel.Critical, "sample", "A backup failed", "The disk of backups was full.", null, null, now);
        noted.Acknowledge("A. Admin", now.AddMinutes(1));
        var over = new Alert(AlertKind.ScoreDrift, AlertLevel.Notice, "sample", "Scores of version 1 drifted", "", "/models", null, now);
        over.Close("portal", now.AddHours(1));
        db.AddRange(open, noted, over);
        AlertId = open.Id;
    }

    private Dataset DatasetOf(Institution institution, int train, bool isSynthetic = true)
    {
        var dataset = new Dataset($"{(isSynthetic ? "Phantoms" : "Archive")} {institution.ShortCode}", institution.Id, DatasetPurpose.Institution, isSynthetic ? DatasetSource.Phantoms : DatasetSource.Folder, "folder", hospital: null, seed: 1, _start);
        ClassCount[] classes = [.. Classes.Select((name, c) => new ClassCount(name, train * (c + 1) / 6, train * (c + 1) / 24))];
        dataset.Finish(new ImportResult(classes, RejectedCount: 2, isSynthetic, (ReportOf(classes) with { IsSynthetic = isSynthetic }).ToJson(), JsonSerializer.Serialize(new SplitRecord("by patient, stratified by class", 1, 0.2, train, train / 4, train, 0, new string('f', 64)), ProtocolJson.Options), new string('a', 64)), _start.AddMinutes(1));
        return dataset;
    }

    private QualityReport ReportOf(ClassCount[] classes)
    {
        int images = classes.Sum(c => c.Total);
        return new QualityReport
        {
            Images = images,
            IsSynthetic = true,
            Classes = [.. classes.Select(c => new ImageCount(c.Class, c.Total, (double)c.Total / images))],
            Hospitals = [],
            Splits = [new("holdout", classes.Sum(c => c.Holdout), 0.2), new("train", classes.Sum(c => c.Train), 0.8)],
            Formats = [new("PNG, 16 bit", images, 1)],
            Patients = images,
            ImagesWithoutPatient = 0,
            Sizes = new SizeSummary(64, 64, 512, 64, 64, 480),
            ExactDuplicates = [new DuplicateGroup(["copy 1", "copy 2"], IsContradictory: true, CrossesSplit: false)],
            NearDuplicates = [new NearDuplicate("pair 1, first", "pair 1, second", 0.993, IsContradictory: false, CrossesSplit: true)],
            NearDuplicateCount = 1,
            Unreadable = [new RejectedFile("file 1", default, "The PNG ends in the middle of its pixels."), new RejectedFile("file 2", default, "This is not an image.")],
            ImageWarnings = [new ImageWarning("image 3", "Almost all pixels are black.")],
            Warnings = ["The smallest class has a third of the images of the largest."],
            Thumbnails = [.. classes.Select(c => new Thumbnail("image 1", c.Class, GreySquare()))],
        };
    }

    /// <summary>A genuine ledger as the portal keeps its copy.</summary>
    private void AddLedger(FedPortalDbContext db, Study study, Institution institution, int rounds, string? alarm)
    {
        using SampleLedger ledger = new SampleLedger().With(rounds, epsilonCap: 8);
        LedgerVerification verified = LedgerVerifier.Verify(ledger.Lines);
        var copy = new LedgerCopy(study.Id, institution.Id, verified.Header!.LedgerId, _start);
        copy.Grow(verified.Rows.Count, verified.Head, _start.AddMinutes(rounds));
        if (alarm is not null)
        {
            copy.Raise(alarm, _start.AddMinutes(20));
        }

        db.Add(copy);
        db.AddRange(ledger.Lines.Index().Select(line => new LedgerCopyLine(copy.Id, line.Index, line.Item, verified.Hashes[line.Index], null, _start)));
    }

    private byte[] GreySquare()
    {
        byte[] pixels = new byte[64 * 64];
        _random.NextBytes(pixels);
        return GreyPng.Encode8(64, 64, pixels);
    }

    private Guid AddFailedRound(FedPortalDbContext db, Study study, Institution[] institutions, DateTimeOffset now)
    {
        var round = new Round(study.Id, 1, attempt: 1, FederatedStrategy.PlainFedAvg, now);
        round.Open(now.AddHours(1), now);
        round.BeginTraining(now.AddSeconds(5));
        round.Fail("Only 1 of 5 institutions handed an update in before the deadline; the quorum is 2.", now.AddMinutes(1));
        db.Add(round);
        foreach (Institution institution in institutions)
        {
            var part = new Participation(round.Id, institution.Id, now);
            part.BeginTraining(now.AddSeconds(5));
            part.Drop("The site program ended with status 137: it was killed.", now.AddMinutes(1));
            db.Add(part);
        }

        var assignment = new Assignment(study.Id, round.Id, institutions[0].Id, DatasetId, AssignmentKind.Train, 0, 0, now);
        assignment.Begin(new string('b', 64), now.AddMinutes(1), now);
        db.Add(assignment);
        var attempt = new AssignmentAttempt(assignment.Id, 1, now.AddSeconds(5));
        attempt.End("The site program ended with status 137: it was killed.", now.AddSeconds(25));
        db.Add(attempt);
        return round.Id;
    }

    private async Task<Guid> AddCompletedRoundAsync(FedPortalDbContext db, BlobStore blobs, Study study, int number, int attempt, Institution[] institutions, DateTimeOffset now)
    {
        var round = new Round(study.Id, number, attempt, FederatedStrategy.PlainFedAvg, now);
        round.Open(now.AddHours(1), now);
        round.BeginTraining(now.AddSeconds(2));
        foreach ((int i, Institution institution) in institutions.Index())
        {
            Participation part = Submitted(round, institution, now);
            part.Accept(now.AddSeconds(61));
            db.Add(part);
            db.Add(new StageTiming(round.Id, institution.Id, StageNames.Train, 50 - (8 * i), now.AddSeconds(55)));
            db.Add(new StageTiming(round.Id, institution.Id, StageNames.Upload, 0.4, now.AddSeconds(56)));
        }

        round.CloseSubmissions(now.AddSeconds(60));
        round.RecordAggregate(new string('c', 64), now.AddSeconds(62));
        round.RecordApplied(now.AddHours(1), now.AddSeconds(63));
        round.RecordEvaluated(now.AddSeconds(75));
        round.Complete(now.AddSeconds(76));
        db.Add(round);
        db.Add(new StageTiming(round.Id, null, StageNames.Sum, 2.1, now.AddSeconds(62)));
        db.Add(new StageTiming(round.Id, null, StageNames.Evaluate, 12, now.AddSeconds(75)));
        db.Add(new GlobalModelVersion(study.Id, number, round.Id, HashOf(number), 6_012_000, new string('d', 64), new string('d', 64), null, now.AddSeconds(63)));
        await AddEvaluationsAsync(db, blobs, study, round.Id, number, institutions, now.AddSeconds(75));
        return round.Id;
    }

    private static Guid AddRunningRound(FedPortalDbContext db, Study study, Institution[] institutions, DateTimeOffset now)
    {
        var round = new Round(study.Id, 3, attempt: 1, FederatedStrategy.PlainFedAvg, now);
        round.Open(now.AddHours(1), now);
        round.BeginTraining(now.AddSeconds(2));
        db.Add(round);
        Participation accepted = Submitted(round, institutions[0], now);
        var training = new Participation(round.Id, institutions[1].Id, now);
        training.BeginTraining(now);
        training.Show(new TrainingSnapshot("training", 1, 2, 13, 20, 0.712, 58.4, 21, "CPU, bfloat16, 1 thread"), now.AddSeconds(20));
        var dropped = new Participation(round.Id, institutions[2].Id, now);
        dropped.BeginTraining(now);
        dropped.Drop("The site program could not read 3 of its images.", now.AddSeconds(9));
        db.AddRange(accepted, training, dropped);
        db.AddRange(institutions[3..].Select(institution => new Participation(round.Id, institution.Id, now)));
        return round.Id;
    }

    /// <summary>Of version 2: a finished loss-threshold attack, a canary audit that failed, shadow models on their way, and one signature.</summary>
    private void AddAttacks(FedPortalDbContext db, Study study, Institution[] institutions, DateTimeOffset now)
    {
        MembershipReport Report(int units) => MembershipStatistics.Of(
            new MembershipTrials([.. Enumerable.Range(0, units).Select(_ => _random.NextDouble() + 0.3)], [.. Enumerable.Range(0, units / 2).Select(_ => _random.NextDouble())]), 1e-5);
        var outcome = new AttackOutcome(PrivacyClaim.Nothing, IsSynthetic: true, $"model version 2 of '{study.Name}'")
        {
            Membership = Report(400),
            Institutions = [new InstitutionMembership(institutions[0].Id, Report(120)), new InstitutionMembership(institutions[1].Id, Report(60))],
            Missing = ["Valley Community: its policy refuses attack tests."],
        };
        AttackRun Begun(AttackKind kind)
        {
            var run = new AttackRun(study.Id, 2, kind, "A. Admin", now);
            run.Begin([], now);
            db.Add(run);
            return run;
        }

        string json = JsonSerializer.Serialize(outcome, ProtocolJson.Options);
        Begun(AttackKind.Membership).Finish(json, ContentHash.OfText(json), outcome.Finding!.LowerBound, now.AddMinutes(1));
        Begun(AttackKind.Canary).Fail("The attack program ended with code 137.", now.AddMinutes(1));
        Begun(AttackKind.LikelihoodRatio).Show("training shadow models", 0.4, now.AddMinutes(1));
    }

    private static Participation Submitted(Round round, Institution institution, DateTimeOffset now)
    {
        var part = new Participation(round.Id, institution.Id, now);
        part.BeginTraining(now.AddSeconds(3));
        part.Submit(new string('e', 64), 5_998_000, sampleCount: 120, trainingLoss: 0.641, now.AddSeconds(55));
        return part;
    }

    /// <summary>One on synthetic images that is done, one on other institutions' data sets in the middle of its third method.</summary>
    private void AddComparisons(FedPortalDbContext db, Institution[] institutions, Dataset[] datasets, DateTimeOffset now)
    {
        ComparisonReport report = SampleComparison.Report();
        var done = new ComparisonRun(ComparisonOrder.Usual, "A. Admin", now);
        done.Begin(now);
        done.Finish(JsonSerializer.Serialize(report, ProtocolJson.Options), now.AddMinutes(9));
        ComparisonSite[] sites = [.. Enumerable.Range(1, 3).Select(i => new ComparisonSite(institutions[i].Id, institutions[i].Name, institutions[i].ShortCode, datasets[i].Id, datasets[i].Name, IsSynthetic: true))];
        var running = new ComparisonRun(new ComparisonOrder(null, sites, ComparedMethods.Names), "A. Admin", now.AddMinutes(10));
        running.Begin(now.AddMinutes(10));
        running.Show(ComparedMethods.Conventional, "round 2 of 5", 0.27, JsonSerializer.Serialize(report with { Results = [.. report.Results.Take(2)] }, ProtocolJson.Options), now.AddMinutes(12));
        db.AddRange(done, running);
        (ComparisonId, OtherComparisonId) = (done.Id, running.Id);
    }

    /// <summary>Of the version that is released the predictions themselves are kept, too.</summary>
    private async Task AddEvaluationsAsync(FedPortalDbContext db, BlobStore blobs, Study study, Guid? roundId, int version, Institution[] institutions, DateTimeOffset now)
    {
        Predictions[] own = [.. institutions.Select((_, i) => MadeUp(i == 4 ? 0 : 40 - (6 * i), version))];
        foreach ((Institution institution, Predictions predictions) in institutions.Zip(own))
        {
            string? handedIn = version == SampleInference.Version && predictions.Count > 0
                ? await SampleInference.HandInAsync(blobs, study.Id, institution.Id, HashOf(version), predictions) : null;
            db.Add(EvaluationOf(study, roundId, version, EvaluationScope.Institution, institution.Id, predictions, handedIn, now));
        }

        db.Add(EvaluationOf(study, roundId, version, EvaluationScope.Pooled, null, Predictions.Concat([.. own]), null, now));
        db.Add(EvaluationOf(study, roundId, version, EvaluationScope.Holdout, null, MadeUp(90, version), null, now));
    }

    private static Evaluation EvaluationOf(Study study, Guid? roundId, int version, EvaluationScope scope, Guid? institution, Predictions predictions, string? handedIn, DateTimeOffset now)
    {
        EvaluationReport report = EvaluationReports.From(predictions, replicates: 100);
        return new Evaluation(study.Id, roundId, version, scope, institution, report, JsonSerializer.Serialize(report, ProtocolJson.Options), handedIn, now);
    }

    /// <summary>Of a model file that is not there.</summary>
    private static string HashOf(int version) => new((char)('0' + version), 64);

    private Predictions MadeUp(int count, int skill)
    {
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % Classes.Length)];
        float[] logits = [.. labels.SelectMany(label => Classes.Select((_, c) => (float)((_random.NextDouble() * 2) + (c == label ? 0.6 * skill : 0))))];
        return Predictions.FromLogits(Classes, labels, logits, isSynthetic: true);
    }
}
