using System.Text.Json;
using FedPortal.Audit;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Identity;
using FedPortal.Institutions;
using FedPortal.Models;
using FedPortal.Privacy;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Learning;
using FedPortal.Training.Protocol;
using FedPortal.Training.Screening;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Benchmarks.Portal;

/// <summary>
/// Fills a portal's database with a consortium's past: rounds that all institutions took part in, with timings, screening verdicts, evaluations, runs (killed ones
/// too), failed attempts, entries of the audit log, and privacy ledgers with a row for every round.
/// </summary>
internal sealed class PortalHistory(int rounds, int institutions)
{
    public const string Email = "bench@example.test";
    public const string CoordinatorEmail = "bench-coordinator@example.test";
    public const string AuditorEmail = "bench-auditor@example.test";
    public const string Password = "correct horse battery staple";
    private const int RoundsAtOnce = 25;
    private const int LinesAtOnce = 2000;
    private const int FailedAttemptEvery = 20;
    private const int KilledRunEvery = 15;
    private static readonly string[] Classes = ["covid", "normal", "pneumonia"];
    private static readonly string[] AtSites = [StageNames.Decode, StageNames.Train, StageNames.Perturb, StageNames.Encrypt, StageNames.Upload, StageNames.Evaluate];
    private static readonly string[] AtPortal = [StageNames.Screen, StageNames.Sum, StageNames.Unlock, StageNames.Decrypt, StageNames.Apply];

    private readonly DateTimeOffset _start = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
    private readonly EvaluationReport _report = EvaluationReports.From(MadeUp(400), replicates: 100);
    private Institution[] _institutions = [];

    public Guid StudyId { get; private set; }

    public int Rounds => rounds;

    public Guid InstitutionId { get; private set; }

    public Guid LastRoundId { get; private set; }

    /// <summary>Makes a database with people who can sign in and the whole past, or finds the one of an earlier time.</summary>
    public async Task WriteOrFindAsync(string databaseFile, CancellationToken cancellationToken)
    {
        bool isThere = File.Exists(databaseFile);
        DbContextOptions<FedPortalDbContext> options = new DbContextOptionsBuilder<FedPortalDbContext>()
            .UseSqlite($"Data Source={databaseFile};Pooling=False").UseApplicationServiceProvider(Services()).Options;
        await using var db = new FedPortalDbContext(options);
        await db.Database.MigrateAsync(cancellationToken);
        if (isThere)
        {
            await FindAsync(db, cancellationToken);
        }
        else
        {
            await WriteAsync(() => new FedPortalDbContext(options), withPeople: true, cancellationToken);
        }
    }

    /// <summary>Adds the past to a database that is up to date.</summary>
    public async Task WriteAsync(Func<FedPortalDbContext> open, bool withPeople, CancellationToken cancellationToken)
    {
        await using (FedPortalDbContext db = open())
        {
            AddStudy(db);
            if (withPeople)
            {
                AddPerson(db, Email, Roles.Admin);
                AddPerson(db, CoordinatorEmail, Roles.Coordinator, InstitutionId);
                AddPerson(db, AuditorEmail, Roles.Auditor);
            }

            await db.SaveChangesAsync(cancellationToken);
        }

        await WriteRoundsAsync(open, cancellationToken);
        await WriteLedgersAsync(open, cancellationToken);
    }

    private async Task FindAsync(FedPortalDbContext db, CancellationToken cancellationToken)
    {
        StudyId = await db.Studies.Select(study => study.Id).SingleAsync(cancellationToken);
        InstitutionId = await db.Institutions.OrderBy(institution => institution.ColourIndex).Select(institution => institution.Id).FirstAsync(cancellationToken);
        Round last = await db.Rounds.OrderByDescending(round => round.Number).ThenByDescending(round => round.Attempt).FirstAsync(cancellationToken);
        if (last.Number != rounds || await db.Institutions.CountAsync(cancellationToken) != institutions)
        {
            throw new InvalidOperationException($"The kept data has {last.Number} rounds, not {rounds} of {institutions} institutions: measure with the same numbers or in another folder.");
        }

        LastRoundId = last.Id;
    }

    private async Task WriteRoundsAsync(Func<FedPortalDbContext> open, CancellationToken cancellationToken)
    {
        for (int first = 1; first <= rounds; first += RoundsAtOnce)
        {
            await using FedPortalDbContext db = open();
            db.ChangeTracker.AutoDetectChangesEnabled = false;
            for (int number = first; number < Math.Min(first + RoundsAtOnce, rounds + 1); number++)
            {
                AddRound(db, number);
            }

            await db.SaveChangesAsync(cancellationToken);
        }
    }

    private async Task WriteLedgersAsync(Func<FedPortalDbContext> open, CancellationToken cancellationToken)
    {
        using var ledgers = new PortalLedgers(StudyId, rounds, [.. _institutions.Select(institution => institution.ShortCode)]);
        foreach (Institution institution in _institutions)
        {
            (LedgerCopy copy, IReadOnlyList<LedgerCopyLine> lines) = ledgers.CopyOf(StudyId, institution.Id, institution.Name, _start.AddMinutes(10 * rounds));
            foreach ((int part, LedgerCopyLine[] some) in lines.Chunk(LinesAtOnce).Index())
            {
                await using FedPortalDbContext db = open();
                db.ChangeTracker.AutoDetectChangesEnabled = false;
                if (part == 0)
                {
                    db.Add(copy);
                }

                db.AddRange(some);
                await db.SaveChangesAsync(cancellationToken);
            }
        }
    }

    // Identity's schema depends on its options, as in the portal.
    private static ServiceProvider Services() =>
        new ServiceCollection().Configure<IdentityOptions>(identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3).BuildServiceProvider();

    private static void AddPerson(FedPortalDbContext db, string email, string roleName, params Guid[] speaksFor)
    {
        var user = new PortalUser
        {
            Id = Guid.CreateVersion7(),
            UserName = email,
            Email = email,
            NormalizedUserName = email.ToUpperInvariant(),
            NormalizedEmail = email.ToUpperInvariant(),
            DisplayName = $"Benchmark {roleName}",
            SecurityStamp = Guid.NewGuid().ToString("N"),
            InstitutionIds = speaksFor,
        };
        user.PasswordHash = new PasswordHasher<PortalUser>().HashPassword(user, Password);
        var role = new IdentityRole<Guid>(roleName) { Id = Guid.CreateVersion7(), NormalizedName = roleName.ToUpperInvariant() };
        db.AddRange(user, role, new IdentityUserRole<Guid> { UserId = user.Id, RoleId = role.Id });
    }

    private void AddStudy(FedPortalDbContext db)
    {
        _institutions = [.. Enumerable.Range(0, institutions).Select(i => new Institution($"Hospital {i}", $"hospital-{i}", isHosted: false, i, _start))];
        Dataset[] datasets = [.. _institutions.Select(institution =>
        {
            var dataset = new Dataset($"Images of {institution.Name}", institution.Id, DatasetPurpose.Institution, DatasetSource.Folder, "nowhere", hospital: null, seed: 1, _start);
            dataset.Finish(new ImportResult([.. Classes.Select(name => new ClassCount(name, 200, 50))], 0, false, "{}", "{}", new string('d', 64)), _start);
            return dataset;
        })];
        var design = new StudyDesign { Name = "Years of rounds", Question = "How fast are the pages?", Classes = Classes, Strategy = FederatedStrategy.ProtectedFedAvg, Rounds = rounds, Quorum = 3 };
        var study = new Study(design, [.. _institutions.Zip(datasets, (i, d) => (i.Id, d.Id))], holdoutDatasetId: null, isSynthetic: false, _start);
        PlannedSeat[] seats = [.. _institutions.Zip(datasets, (i, d) => new PlannedSeat(i.Id, i.Name, d.Id, d.ContentHash, d.TrainCount, d.HoldoutCount, i.IsHosted))];
        study.Propose(StudyForecaster.Make(design, seats, Classes.ToDictionary(name => name, _ => 50 * institutions), StageFigures.None, _ => null).ToPlan(design, seats, _start).ToText(), _start);
        study.Start(_start);
        study.Complete(_start);
        (StudyId, InstitutionId) = (study.Id, _institutions[0].Id);
        db.AddRange(_institutions);
        db.AddRange(datasets);
        db.Add(study);
    }

    private void AddRound(FedPortalDbContext db, int number)
    {
        DateTimeOffset now = _start.AddMinutes(10 * number);
        bool isSecondAttempt = number % FailedAttemptEvery == 0;
        if (isSecondAttempt)
        {
            AddFailedAttempt(db, number, now);
        }

        var round = new Round(StudyId, number, isSecondAttempt ? 2 : 1, FederatedStrategy.ProtectedFedAvg, now);
        LastRoundId = round.Id;
        round.Open(new string('a', 64), now.AddHours(1), now);
        round.BeginTraining(now);
        round.CloseSubmissions(now);
        round.RecordScreened(new string('b', 64), now);
        round.RecordSummed(new string('e', 64), now.AddHours(1), now);
        round.RecordUnlocked(new string('c', 64), now);
        round.RecordApplied(now.AddHours(1), now);
        round.RecordEvaluated(now);
        round.Complete(now.AddMinutes(5));
        db.Add(round);
        db.Add(new GlobalModelVersion(StudyId, number, round.Id, new string('e', 64), 94_000_000, new string('d', 64), new string('d', 64), null, now));
        foreach ((int seat, Institution institution) in _institutions.Index())
        {
            AddPart(db, round, institution, seat, now);
        }

        db.AddRange(AtPortal.Select(stage => new StageTiming(round.Id, null, stage, 1.5, now)));
        db.Add(EvaluationOf(round, EvaluationScope.Pooled, null, now));
        Tell(db, round, "portal", $"Round {number} opened with {institutions} institutions.", now);
        Tell(db, round, "portal", $"Screened: {institutions} of {institutions} updates are accepted.", now);
        Tell(db, round, "portal", "The sum was opened, and only the sum.", now);
        Tell(db, round, "portal", $"Model version {number} was made.", now);
    }

    private void AddFailedAttempt(FedPortalDbContext db, int number, DateTimeOffset now)
    {
        var round = new Round(StudyId, number, attempt: 1, FederatedStrategy.ProtectedFedAvg, now.AddMinutes(-3));
        round.Open(new string('a', 64), now.AddHours(1), now);
        round.BeginTraining(now);
        round.Fail("Only 2 institutions handed an update in before the deadline; the quorum is 3.", now);
        db.Add(round);
        foreach (Institution institution in _institutions)
        {
            var part = new Participation(round.Id, institution.Id, now);
            part.Drop("It did not hand in its update before the deadline.", now);
            db.Add(part);
        }

        Tell(db, round, "portal", $"Round {number} attempt 1 failed: {round.FailureReason}", now);
    }

    private static void Tell(FedPortalDbContext db, Round round, string actor, string action, DateTimeOffset now) => db.Add(new AuditEntry(now, actor, "round", round.Id, action));

    private void AddPart(FedPortalDbContext db, Round round, Institution institution, int seat, DateTimeOffset now)
    {
        var part = new Participation(round.Id, institution.Id, now);
        part.BeginTraining(now);
        part.SubmitProtected(new string('e', 64), 43_000_000, new string('c', 64), new string('b', 64), 600, 0.4, now);
        part.Judge(new ScreeningVerdict(institution.Name, 0.8 + (0.01 * seat), 0.4, 0.6, []));
        part.Accept(now);
        db.Add(part);
        db.AddRange(AtSites.Select(stage => new StageTiming(round.Id, institution.Id, stage, 4 + seat, now)));
        db.Add(EvaluationOf(round, EvaluationScope.Institution, institution.Id, now));
        foreach (AssignmentKind kind in new[] { AssignmentKind.Train, AssignmentKind.Unlock, AssignmentKind.Evaluate })
        {
            var assignment = new Assignment(StudyId, round.Id, institution.Id, null, kind, round.BaseVersion, seat, now);
            if (kind == AssignmentKind.Train && (round.Number + seat) % KilledRunEvery == 0)
            {
                AddRun(db, assignment, "The site program ended with status 137: it was killed.", now);
                assignment.EndAttempt("The site program ended with status 137: it was killed.", 3, TimeSpan.FromSeconds(5), now);
            }

            AddRun(db, assignment, "done", now);
            assignment.Finish(new string('e', 64), now.AddMinutes(1));
            db.Add(assignment);
        }

        Tell(db, round, institution.ShortCode, "Begins to train.", now);
        Tell(db, round, institution.ShortCode, $"Handed in an update of {part.UpdateBytes} bytes.", now);
    }

    private static void AddRun(FedPortalDbContext db, Assignment assignment, string outcome, DateTimeOffset now)
    {
        assignment.Begin(new string('f', 64), now.AddMinutes(1), now);
        var attempt = new AssignmentAttempt(assignment.Id, assignment.Lease, now);
        attempt.End(outcome, now.AddMinutes(1));
        db.Add(attempt);
    }

    private Evaluation EvaluationOf(Round round, EvaluationScope scope, Guid? institution, DateTimeOffset now) =>
        new(StudyId, round.Id, round.ResultVersion, scope, institution, _report, JsonSerializer.Serialize(_report, ProtocolJson.Options), null, now);

    private static Predictions MadeUp(int count)
    {
        var random = new Random(3);
        int[] labels = [.. Enumerable.Range(0, count).Select(i => i % Classes.Length)];
        float[] logits = [.. labels.SelectMany(label => Classes.Select((_, c) => (float)((random.NextDouble() * 2) + (c == label ? 1 : 0))))];
        return Predictions.FromLogits(Classes, labels, logits, isSynthetic: true);
    }
}
