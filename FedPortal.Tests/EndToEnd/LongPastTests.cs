using FedPortal.Benchmarks.Portal;
using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Privacy;
using FedPortal.Reports;
using FedPortal.Studies;
using FedPortal.Tests.Support;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Ledger;
using Microsoft.EntityFrameworkCore;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>Pages over a consortium's past read no more of it when it is twice as long. No clock: commands and rows are counted.</summary>
public sealed class LongPastTests(LongPastTests.Pasts pasts) : IClassFixture<LongPastTests.Pasts>
{
    // More than a curve's points, so that thinning has begun.
    private const int Rounds = 65;
    private const int Institutions = 6;

    public static TheoryData<string, string> Pages { get; } = new()
    {
        { Roles.Admin, "/" },
        { Roles.Coordinator, "/" },
        { Roles.Auditor, "/" },
        { Roles.Admin, "/studies" },
        { Roles.Admin, "/studies/{study}" },
        { Roles.Coordinator, "/studies/{study}" },
        { Roles.Admin, "/rounds" },
        { Roles.Admin, "/rounds?sort=Number&page=2" },
        { Roles.Admin, "/rounds/{round}" },
        { Roles.Coordinator, "/rounds/{round}" },
        { Roles.Admin, "/institutions" },
        { Roles.Admin, "/institutions/{institution}" },
        { Roles.Admin, "/privacy" },
        { Roles.Admin, "/audit" },
        { Roles.Coordinator, "/audit" },
        { Roles.Admin, "/models/{study}/{version}" },
        { Roles.Admin, "/planning" },
        { Roles.Admin, "/planning/return" },
    };

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task PastTwiceAsLong_ReadsNoMore(string role, string page)
    {
        (int queries, int rows) = await pasts.Short.CountAsync(role, page);
        (int laterQueries, int laterRows) = await pasts.Long.CountAsync(role, page);

        Assert.True(laterQueries <= queries, $"{page} as {role}: {queries} queries over {Rounds} rounds, {laterQueries} over {2 * Rounds}.");
        Assert.True(laterRows <= rows + (rows / 10) + 5, $"{page} as {role}: {rows} rows over {Rounds} rounds, {laterRows} over {2 * Rounds}.");
        Assert.InRange(laterQueries, 1, 70);
        Assert.InRange(laterRows, 1, 2000);
    }

    [Fact]
    public async Task StandingOfALedger_IsWhatItsReportRecomputes()
    {
        IServiceProvider services = pasts.Short.Services;
        Guid institution = pasts.Short.Past.InstitutionId;

        LedgerStanding standing = Assert.Single(await services.GetRequiredService<SpendingStore>().StandingsAsync(Viewer.Of(institution), institution, CancellationToken.None));

        PrivacyReport report = (await services.GetRequiredService<PrivacyReportStore>().OfInstitutionAsync(Viewer.Of(institution), institution, CancellationToken.None))!;
        LedgerBudget recomputed = Assert.Single(report.Ledgers).Budget!;
        Assert.Equal(recomputed.Left!.Value, standing.Budget!.Left!.Value, recomputed.Left.Value * 1e-9);
        Assert.Equal(recomputed.CapView, standing.Budget.CapView);
        Assert.True(standing.IsAsReceived);
        Assert.Empty(await services.GetRequiredService<SpendingStore>().StandingsAsync(Viewer.Outsider, institution, CancellationToken.None));
    }

    [Fact]
    public async Task LastRowThatWasChangedInTheDatabase_IsNoticed()
    {
        IServiceProvider services = pasts.Long.Services;
        await using FedPortalDbContext db = await services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync();
        Guid copy = await db.LedgerCopies.OrderByDescending(c => c.InstitutionId).Select(c => c.Id).FirstAsync();
        Guid institution = await db.LedgerCopies.Where(c => c.Id == copy).Select(c => c.InstitutionId).SingleAsync();
        await db.LedgerCopyLines.Where(line => line.CopyId == copy && line.Sequence == 2 * Rounds)
            .ExecuteUpdateAsync(line => line.SetProperty(l => l.Text, l => l.Text.Replace("\"allowed\":true", "\"allowed\":false")));

        LedgerStanding standing = Assert.Single(await services.GetRequiredService<SpendingStore>().StandingsAsync(Viewer.Everything, institution, CancellationToken.None));

        Assert.False(standing.IsAsReceived);
    }

    [Fact]
    public async Task OldRowThatChangesAfterAReportWasRead_IsNamedByTheNextReport()
    {
        IServiceProvider services = pasts.Long.Services;
        PrivacyReportStore reports = services.GetRequiredService<PrivacyReportStore>();
        Guid study = pasts.Long.Past.StudyId;
        await using FedPortalDbContext db = await services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync();
        LedgerCopy copy = await db.LedgerCopies.AsNoTracking().OrderBy(c => c.InstitutionId).FirstAsync();
        LedgerReport Of(PrivacyReport report) => report.Ledgers.Single(ledger => ledger.Text.InstitutionId == copy.InstitutionId);
        LedgerReport before = Of((await reports.OfStudyAsync(Viewer.Everything, study, CancellationToken.None))!);
        await db.LedgerCopyLines.Where(line => line.CopyId == copy.Id && line.Sequence == 7).ExecuteUpdateAsync(line => line.SetProperty(l => l.Text, l => l.Text.Replace("\"steps\":1", "\"steps\":2")));

        PrivacyReport after = (await reports.OfStudyAsync(Viewer.Everything, study, CancellationToken.None))!;

        Assert.Null(before.Verification.Problem);
        Assert.Equal((7, LedgerProblemKind.Hash), (Of(after).Verification.Problem!.Row, Of(after).Verification.Problem!.Kind));
        Assert.Equal(6, Of(after).Verification.Rows.Count);
        Assert.Contains(after.Remarks, remark => remark.Contains("row 7: hash mismatch", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ReleasesOfALedger_AreCountedAndFoundByRound()
    {
        StudySpending spent = await pasts.Short.Services.GetRequiredService<SpendingStore>().OfAsync(pasts.Short.Past.StudyId, CancellationToken.None);
        await using FedPortalDbContext db = await pasts.Short.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync();
        LedgerCopyLine[] lines = await db.LedgerCopyLines.AsNoTracking().OrderBy(line => line.Sequence).Take(Institutions * 10).ToArrayAsync();

        Assert.Equal(Rounds, spent.Releases);
        Assert.All(lines, line => Assert.Equal(LedgerLine.Parse(line.Text).Row is { } row ? (row.Round, row.Kind, row.Allowed) : (null, null, false), (line.Round, line.Kind, line.Allowed)));
        Assert.All(lines, line => Assert.Equal(LedgerLine.Parse(line.Text).Row is { } row ? new LedgerSums(row.Round, row.SumEpsilon, row.ColludersEpsilon, row.SingleEpsilon) : null, LedgerSums.Parse(line.Text)));
    }

    [Fact]
    public async Task CurveOverALongPast_HoldsTheReportsOwnIntervals()
    {
        IServiceProvider services = pasts.Short.Services;
        Guid study = pasts.Short.Past.StudyId;

        IReadOnlyList<CurvePoint> curve = await services.GetRequiredService<HistoryStore>().CurvesAsync(Viewer.Everything, study, CancellationToken.None);

        IReadOnlyList<EvaluationRow> reports = await services.GetRequiredService<RoundStore>().EvaluationsAsync(Viewer.Everything, study, CancellationToken.None);
        Assert.InRange(curve.Select(point => point.ModelVersion).Distinct().Count(), 50, HistoryStore.MaxPoints);
        Assert.All(curve, point =>
        {
            Measurement measured = reports.Single(row => row.ModelVersion == point.ModelVersion && row.Scope == point.Scope && row.InstitutionId == point.InstitutionId).Report.Of(Metric.Auroc)!;
            Assert.Equal(new CurveValue(measured.Value, measured.Lower, measured.Upper), point.Auroc);
        });
        Assert.Equal(Institutions + 1, curve.Select(point => point.InstitutionId).Distinct().Count());
    }

    public sealed class Pasts : IAsyncLifetime
    {
        internal PastHost Short { get; } = new(Rounds);

        internal PastHost Long { get; } = new(2 * Rounds);

        public async ValueTask InitializeAsync()
        {
            await Short.InitializeAsync();
            await Long.InitializeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await Short.DisposeAsync();
            await Long.DisposeAsync();
        }
    }

    internal sealed class PastHost(int rounds) : PortalHost
    {
        private readonly CountedQueries _counted = new();
        private readonly Dictionary<string, HttpClient> _readers = [];

        public PortalHistory Past { get; } = new(rounds, Institutions);

        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            IDbContextFactory<FedPortalDbContext> contexts = Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>();
            await Past.WriteAsync(contexts.CreateDbContext, withPeople: false, CancellationToken.None);
            foreach (string role in Roles.All)
            {
                _readers[role] = await SignInAsync(await AddUserAsync(role, role == Roles.Coordinator ? Past.InstitutionId : null));
            }
        }

        /// <summary>What one answer of a page reads; the least of three, because the first ones may fill caches.</summary>
        public async Task<(int Queries, int Rows)> CountAsync(string role, string page)
        {
            string path = page.Replace("{study}", $"{Past.StudyId}", StringComparison.Ordinal).Replace("{round}", $"{Past.LastRoundId}", StringComparison.Ordinal)
                .Replace("{institution}", $"{Past.InstitutionId}", StringComparison.Ordinal).Replace("{version}", $"{Past.Rounds}", StringComparison.Ordinal);
            List<(int Queries, int Rows)> found = [];
            for (int i = 0; i < 3; i++)
            {
                (int queries, int rows) = _counted.Sum;
                using HttpResponseMessage answer = (await _readers[role].GetAsync(path)).EnsureSuccessStatusCode();
                await answer.Content.ReadAsByteArrayAsync();
                found.Add((_counted.Sum.Queries - queries, _counted.Sum.Rows - rows));
            }

            return (found.Min(count => count.Queries), found.Min(count => count.Rows));
        }

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.ConfigureServices(services => services.ConfigureDbContext<FedPortalDbContext>((_, db) => db.AddInterceptors(_counted)));
        }
    }
}
