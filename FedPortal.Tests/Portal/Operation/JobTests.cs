using System.Security.Claims;
using FedPortal.Data;
using FedPortal.Datasets;
using FedPortal.Identity;
using FedPortal.Operation;
using FedPortal.Rounds;
using FedPortal.Runs;
using FedPortal.Tests.Support;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace FedPortal.Tests.Portal.Operation;

public sealed class JobTests(OperationHost host) : IClassFixture<OperationHost>
{
    private JobDesk Desk => host.Services.GetRequiredService<JobDesk>();

    private IDbContextFactory<FedPortalDbContext> Contexts => host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>();

    [Fact]
    public async Task EveryKind_IsListed_UnderWayFirst_WithHowItEnded()
    {
        SampleConsortium sample = await host.SampleAsync();

        JobList all = await Desk.ListAsync(Viewer.Everything, kind: null, isWanted: null, 0, 500, CancellationToken.None);

        Assert.All(new[] { "Attack test", "Consortium set-up", "Data-set import", "Round", "Work of a site" }, kind => Assert.Contains(kind, Desk.Kinds));
        int firstOver = all.Rows.ToList().FindIndex(row => row.IsOver);
        Assert.All(all.Rows.Skip(firstOver), row => Assert.True(row.IsOver));
        JobRow failed = all.Rows.Single(row => row.Id == sample.FailedRoundId);
        Assert.Equal((JobState.Failed, false, false), (failed.State, failed.MayRetry, failed.MayCancel));
        Assert.True(failed.Detail?.Length > 5 && failed.EndedAt is not null);
        JobRow running = all.Rows.Single(row => row.Id == sample.RunningRoundId);
        Assert.Equal((JobState.Running, true), (running.State, running.MayCancel));
        Assert.Equal($"/rounds/{sample.RunningRoundId}", running.Address);
        Assert.Contains("updates in", running.Detail, StringComparison.Ordinal);
        JobRow broken = all.Rows.Single(row => row.Title == "Scans of the archive");
        Assert.Equal((JobState.Failed, "The archive holds no image that can be read.", false), (broken.State, broken.Detail, broken.MayRetry));
    }

    [Fact]
    public async Task AFilterAndPages_GoTogether()
    {
        await host.SampleAsync();

        JobList failed = await Desk.ListAsync(Viewer.Everything, "Round", row => row.State == JobState.Failed, 0, 50, CancellationToken.None);
        JobList first = await Desk.ListAsync(Viewer.Everything, "Data-set import", null, 0, 2, CancellationToken.None);
        JobList second = await Desk.ListAsync(Viewer.Everything, "Data-set import", null, 2, 2, CancellationToken.None);

        Assert.NotEmpty(failed.Rows);
        Assert.All(failed.Rows, row => Assert.Equal(("Round", JobState.Failed), (row.Kind, row.State)));
        Assert.True(first.HasMore && first.Rows.Count == 2);
        Assert.Empty(first.Rows.Select(row => row.Id).Intersect(second.Rows.Select(row => row.Id)));
    }

    /// <summary>Lists end somewhere; whoever has a task's address finds it however many are newer.</summary>
    [Fact]
    public async Task OneTaskOfEachKind_IsFoundByItsId_BehindAllOthers()
    {
        await host.SampleAsync();
        JobList all = await Desk.ListAsync(Viewer.Everything, kind: null, isWanted: null, 0, 500, CancellationToken.None);
        JobRow[] last = [.. all.Rows.GroupBy(row => row.Kind).Where(rows => rows.Count() > 1).Select(rows => rows.Last())];

        Assert.True(last.Length > 3, string.Join(", ", last.Select(row => row.Kind)));
        foreach (JobRow row in last)
        {
            Assert.Equal((row.Id, row.Title), (await Desk.FindAsync(Viewer.Everything, row.Kind, row.Id, CancellationToken.None)) is { } found ? (found.Id, found.Title) : default);
            Assert.Null(await Desk.FindAsync(Viewer.Everything, row.Kind, Guid.NewGuid(), CancellationToken.None));
        }
    }

    [Fact]
    public async Task ACoordinator_SeesTheOwnInstitutionsWork_AndActsOnNothingElse()
    {
        SampleConsortium sample = await host.SampleAsync();
        ClaimsPrincipal coordinator = Person(Roles.Coordinator, sample.InstitutionId);
        JobList all = await Desk.ListAsync(Viewer.Everything, null, null, 0, 500, CancellationToken.None);

        JobList own = await Desk.ListAsync(Viewer.Of(sample.InstitutionId), null, null, 0, 500, CancellationToken.None);

        Assert.All(own.Rows, row => Assert.True(row.InstitutionId is null || row.InstitutionId == sample.InstitutionId, row.Title));
        Assert.True(own.Rows.Count < all.Rows.Count && own.Rows.Any(row => row.InstitutionId == sample.InstitutionId));
        Assert.Contains("Only an admin", await Desk.CancelAsync(coordinator, "Round", sample.RunningRoundId, CancellationToken.None), StringComparison.Ordinal);
        JobRow foreign = all.Rows.First(row => row.InstitutionId is { } id && id != sample.InstitutionId);
        Assert.Equal("There is no such task.", await Desk.RetryAsync(coordinator, foreign.Kind, foreign.Id, CancellationToken.None));
        Assert.Contains("Only an admin", await Desk.CancelAsync(Person(Roles.Auditor), "Round", sample.RunningRoundId, CancellationToken.None), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFailedImport_IsDoneAgainAsANewOne_AndTheRecordSaysWhoAsked()
    {
        SampleConsortium sample = await host.SampleAsync();
        string folder = Path.Combine(Path.GetTempPath(), $"fedportal-nothing-{Guid.NewGuid():N}");
        var failed = new Dataset("Nothing there", sample.InstitutionId, DatasetPurpose.Institution, DatasetSource.Folder, folder, null, 1, TimeProvider.System.GetUtcNow());
        failed.Fail("There is no such folder.", TimeProvider.System.GetUtcNow());
        await using (FedPortalDbContext db = await Contexts.CreateDbContextAsync())
        {
            db.Add(failed);
            await db.SaveChangesAsync();
        }

        string? refusal = await Desk.RetryAsync(Person(Roles.Coordinator, sample.InstitutionId), "Data-set import", failed.Id, CancellationToken.None);

        Assert.Null(refusal);
        await using FedPortalDbContext after = await Contexts.CreateDbContextAsync();
        Dataset again = await after.Datasets.SingleAsync(d => d.Name == "Nothing there" && d.Id != failed.Id);
        Assert.Equal((failed.InstitutionId, failed.Location, failed.Seed), (again.InstitutionId, again.Location, again.Seed));
        Assert.True(await after.AuditEntries.AnyAsync(e => e.SubjectId == again.Id && e.Actor == "A. Coordinator"));
    }

    [Fact]
    public async Task AnImportUnderWay_IsStopped_OnceAndByWhoeverMay()
    {
        SampleConsortium sample = await host.SampleAsync();
        var waiting = new Dataset("Stopped", sample.InstitutionId, DatasetPurpose.Institution, DatasetSource.Folder, "/nowhere", null, 1, TimeProvider.System.GetUtcNow());
        await using (FedPortalDbContext db = await Contexts.CreateDbContextAsync())
        {
            db.Add(waiting);
            await db.SaveChangesAsync();
        }

        ClaimsPrincipal admin = Person(Roles.Admin);
        Assert.Null(await Desk.CancelAsync(admin, "Data-set import", waiting.Id, CancellationToken.None));
        Assert.Equal("This task cannot be stopped now.", await Desk.CancelAsync(admin, "Data-set import", waiting.Id, CancellationToken.None));

        await using FedPortalDbContext after = await Contexts.CreateDbContextAsync();
        Dataset stopped = await after.Datasets.SingleAsync(d => d.Id == waiting.Id);
        Assert.Equal((DatasetState.Failed, "Stopped by A. Admin."), (stopped.State, stopped.FailureReason));
        Assert.Equal("A. Admin", (await after.AuditEntries.Where(e => e.SubjectId == waiting.Id).SingleAsync()).Actor);
    }

    [Fact]
    public async Task AnAttackTest_IsStopped_AndTheRecordSaysSo()
    {
        SampleConsortium sample = await host.SampleAsync();
        JobRow running = (await Desk.ListAsync(Viewer.Everything, "Attack test", row => row.State == JobState.Running, 0, 10, CancellationToken.None)).Rows[0];
        Assert.Equal((0.4, "training shadow models"), (running.Progress, running.Detail));

        Assert.Null(await Desk.CancelAsync(Person(Roles.Admin), running.Kind, running.Id, CancellationToken.None));

        await using FedPortalDbContext db = await Contexts.CreateDbContextAsync();
        Assert.Equal(RunState.Cancelled, (await db.AttackRuns.SingleAsync(r => r.Id == running.Id)).State);
        Assert.True(await db.AuditEntries.AnyAsync(e => e.Actor == "A. Admin" && e.SubjectId == sample.StudyId && e.Action.Contains("stopped")));
        JobRow stopped = (await Desk.ListAsync(Viewer.Everything, "Attack test", row => row.Id == running.Id, 0, 1, CancellationToken.None)).Rows[0];
        Assert.Equal((JobState.Cancelled, true), (stopped.State, stopped.MayRetry));
    }

    [Fact]
    public async Task EveryKindOfSiteWork_IsNamedInWords()
    {
        SampleConsortium sample = await host.SampleAsync();
        AssignmentKind[] kinds = Enum.GetValues<AssignmentKind>();
        Assignment[] work = [.. kinds.Select((kind, seat) => new Assignment(sample.StudyId, roundId: null, sample.InstitutionId, null, kind, 1, seat, TimeProvider.System.GetUtcNow()))];
        await using (FedPortalDbContext db = await Contexts.CreateDbContextAsync())
        {
            Array.ForEach(work, one => one.Cancel("Made up.", TimeProvider.System.GetUtcNow()));
            db.AddRange(work);
            await db.SaveChangesAsync();
        }

        JobList listed = await Desk.ListAsync(Viewer.Everything, "Work of a site", null, 0, 500, CancellationToken.None);

        Assert.All(work, one => Assert.DoesNotContain($"{one.Kind},", listed.Rows.Single(row => row.Id == one.Id).Title, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, 50)]
    [InlineData(3, 50)]
    [InlineData(300, 800)]
    public async Task WhatIsUnderWay_IsFoundWhole_WithoutReadingThePast(int open, int mostRead)
    {
        var past = new LongPast(open);

        IReadOnlyList<JobRow> found = await new JobDesk([past]).UnderWayAsync(Viewer.Everything, CancellationToken.None);

        Assert.Equal(open, found.Count);
        Assert.All(found, row => Assert.Equal(JobState.Running, row.State));
        Assert.Equal(mostRead, past.MostRead);
    }

    [Fact]
    public void WhatIsLeft_IsToldAtThePaceSoFar_AndNotGuessed()
    {
        var start = new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.Zero);
        JobRow row = new("Kind", Guid.Empty, "", JobState.Running, start, start, null, 0.25, null, null, null, false, false);

        Assert.Equal(TimeSpan.FromMinutes(30), row.Remaining(start.AddMinutes(10)));
        Assert.Null((row with { Progress = null }).Remaining(start.AddMinutes(10)));
        Assert.Null((row with { Progress = 0.001 }).Remaining(start.AddMinutes(10)));
        Assert.Null((row with { StartedAt = null }).Remaining(start.AddMinutes(10)));
        Assert.Null((row with { State = JobState.Done }).Remaining(start.AddMinutes(10)));
    }

    [Fact]
    public async Task TheScheduler_SaysHowItIs()
    {
        SchedulerWatch watch = host.Services.GetRequiredService<SchedulerWatch>();
        await Eventually.HoldsAsync(async () => (await watch.ReadAsync(CancellationToken.None)).IsRunning); // it begins in the background

        SchedulerView view = await watch.ReadAsync(CancellationToken.None);

        Assert.True(view.IsRunning && view.Threads > 1 && view.BrokenCount == 0);
        Assert.Contains(view.Next, work => work.Group == "retention");
        Assert.All(view.Next.Where(work => work.Group == "retention"), work => Assert.Equal((3, 10), (work.At.UtcDateTime.Hour, work.At.UtcDateTime.Minute)));
    }

    internal static ClaimsPrincipal Person(string role, Guid? institution = null)
    {
        Claim[] claims = [new(ClaimTypes.Role, role), new(PortalClaims.DisplayName, $"A. {role}"), .. institution is { } id ? [new Claim(PortalClaims.Institution, $"{id}")] : Array.Empty<Claim>()];
        return new ClaimsPrincipal(new ClaimsIdentity(claims, "test"));
    }

    private sealed class LongPast(int open) : IJobSource
    {
        private const int Over = 10_000;

        public string Kind => "Kind";

        public int MostRead { get; private set; }

        public Task<IReadOnlyList<JobRow>> ListAsync(Viewer viewer, Guid? only, int most, CancellationToken cancellationToken)
        {
            MostRead = Math.Max(MostRead, most);
            return Task.FromResult<IReadOnlyList<JobRow>>([.. Enumerable.Range(0, Math.Min(most, open + Over)).Select(at =>
                new JobRow(Kind, Guid.NewGuid(), "", at < open ? JobState.Running : JobState.Done, default, null, null, null, null, null, null, false, false))]);
        }

        public Task<string?> CancelAsync(Guid id, string actor, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<string?> RetryAsync(Guid id, string actor, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
