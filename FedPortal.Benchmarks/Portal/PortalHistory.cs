using System.Text.Json;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Identity;
using FedPortal.Institutions;
using FedPortal.Models;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Learning;
using FedPortal.Training.Protocol;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace FedPortal.Benchmarks.Portal;

/// <summary>Fills a portal's database with a consortium's past: rounds that all institutions took part in, with timings, evaluations and runs.</summary>
internal sealed class PortalHistory(int rounds, int institutions)
{
    public const string Email = "bench@example.test";
    public const string Password = "correct horse battery staple";
    private const int RoundsAtOnce = 25;
    private static readonly string[] Classes = ["covid", "normal", "pneumonia"];
    private static readonly string[] AtSites = [StageNames.Decode, StageNames.Train, StageNames.Perturb, StageNames.Encrypt, StageNames.Upload, StageNames.Evaluate];
    private static readonly string[] AtPortal = [StageNames.Screen, StageNames.Sum, StageNames.Unlock, StageNames.Decrypt, StageNames.Apply];

    private readonly DateTimeOffset _start = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);
    private readonly EvaluationReport _report = EvaluationReports.From(MadeUp(400), replicates: 100);
    private Institution[] _institutions = [];
    private Study? _study;

    public Guid StudyId => _study!.Id;

    public Guid LastRoundId { get; private set; }

    public async Task WriteAsync(string databaseFile, CancellationToken cancellationToken)
    {
        DbContextOptions<FedPortalDbContext> options = new DbContextOptionsBuilder<FedPortalDbContext>()
            .UseSqlite($"Data Source={databaseFile};Pooling=False").UseApplicationServiceProvider(Services()).Options;
        await using (var db = new FedPortalDbContext(options))
        {
            await db.Database.MigrateAsync(cancellationToken);
            AddAdmin(db);
            AddStudy(db);
            await db.SaveChangesAsync(cancellationToken);
        }

        for (int first = 1; first <= rounds; first += RoundsAtOnce)
        {
            await using var db = new FedPortalDbContext(options);
            db.ChangeTracker.AutoDetectChangesEnabled = false;
            for (int number = first; number < Math.Min(first + RoundsAtOnce, rounds + 1); number++)
            {
                AddRound(db, number);
            }

            await db.SaveChangesAsync(cancellationToken);
        }
    }

    // Identity's schema depends on its options, as in the portal.
    private static ServiceProvider Services() =>
        new ServiceCollection().Configure<IdentityOptions>(identity => identity.Stores.SchemaVersion = IdentitySchemaVersions.Version3).BuildServiceProvider();

    private static void AddAdmin(FedPortalDbContext db)
    {
        var user = new PortalUser
        {
            Id = Guid.CreateVersion7(),
            UserName = Email,
            Email = Email,
            NormalizedUserName = Email.ToUpperInvariant(),
            NormalizedEmail = Email.ToUpperInvariant(),
            DisplayName = "Benchmark",
            SecurityStamp = Guid.NewGuid().ToString("N"),
        };
        user.PasswordHash = new PasswordHasher<PortalUser>().HashPassword(user, Password);
        var role = new IdentityRole<Guid>(Roles.Admin) { Id = Guid.CreateVersion7(), NormalizedName = Roles.Admin.ToUpperInvariant() };
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
        _study = new Study(design, [.. _institutions.Zip(datasets, (i, d) => (i.Id, d.Id))], holdoutDatasetId: null, isSynthetic: false, _start);
        PlannedSeat[] seats = [.. _institutions.Zip(datasets, (i, d) => new PlannedSeat(i.Id, i.Name, d.Id, d.ContentHash, d.TrainCount, d.HoldoutCount, i.IsHosted))];
        _study.Propose(StudyForecaster.Make(design, seats, Classes.ToDictionary(name => name, _ => 50 * institutions), StageFigures.None, _ => null).ToPlan(design, seats, _start).ToText(), _start);
        _study.Start(_start);
        _study.Complete(_start);
        db.AddRange(_institutions);
        db.AddRange(datasets);
        db.Add(_study);
    }

    private void AddRound(FedPortalDbContext db, int number)
    {
        DateTimeOffset now = _start.AddMinutes(10 * number);
        var round = new Round(StudyId, number, attempt: 1, FederatedStrategy.ProtectedFedAvg, now);
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
    }

    private void AddPart(FedPortalDbContext db, Round round, Institution institution, int seat, DateTimeOffset now)
    {
        var part = new Participation(round.Id, institution.Id, now);
        part.BeginTraining(now);
        part.SubmitProtected(new string('e', 64), 43_000_000, new string('c', 64), new string('b', 64), 600, 0.4, now);
        part.Accept(now);
        db.Add(part);
        db.AddRange(AtSites.Select(stage => new StageTiming(round.Id, institution.Id, stage, 4 + seat, now)));
        db.Add(EvaluationOf(round, EvaluationScope.Institution, institution.Id, now));
        foreach (AssignmentKind kind in new[] { AssignmentKind.Train, AssignmentKind.Unlock, AssignmentKind.Evaluate })
        {
            var assignment = new Assignment(StudyId, round.Id, institution.Id, null, kind, round.BaseVersion, seat, now);
            assignment.Begin(new string('f', 64), now.AddMinutes(1), now);
            assignment.Finish(new string('e', 64), now.AddMinutes(1));
            var attempt = new AssignmentAttempt(assignment.Id, 1, now);
            attempt.End("done", now.AddMinutes(1));
            db.AddRange(assignment, attempt);
        }
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
