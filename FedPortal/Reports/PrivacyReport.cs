using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;

namespace FedPortal.Reports;

/// <summary>What a report is about.</summary>
public enum ReportSubject
{
    Study,
    Institution,
}

/// <summary>The whole report's claim in one view.</summary>
/// <param name="Claim">The product's one sentence: ε, δ, unit, adjacency, adversary, tuning runs.</param>
public sealed record ViewTotal(PrivacyView View, PrivacyStatement Statement, string Claim);

/// <summary>
/// What was released about whom, by which mechanism, and what may be claimed. Every figure is recomputed from the ledgers when the report is made;
/// nothing is copied from a stored ε.
/// </summary>
public sealed record PrivacyReport
{
    private PrivacyReport()
    {
    }

    public required ReportSubject Subject { get; init; }

    public required Guid Id { get; init; }

    /// <summary>Of the study or the institution.</summary>
    public required string Name { get; init; }

    public required DateTimeOffset At { get; init; }

    public required IReadOnlyList<LedgerReport> Ledgers { get; init; }

    /// <summary>One for each view; empty when the ledgers promise things that cannot be put together.</summary>
    public required IReadOnlyList<ViewTotal> Totals { get; init; }

    /// <summary>How the totals come about, and everything a reader must know besides the numbers.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }

    /// <summary>Makes a report.</summary>
    /// <param name="subject">What it is about.</param>
    /// <param name="id">Of the study or institution.</param>
    /// <param name="name">Of the study or institution.</param>
    /// <param name="ledgers">Those that the reader may see.</param>
    /// <param name="protection">What is to be said of studies without a ledger, for example that updates are added in the clear.</param>
    /// <param name="at">When the report is made.</param>
    public static PrivacyReport Of(ReportSubject subject, Guid id, string name, IReadOnlyList<LedgerReport> ledgers, IReadOnlyList<string> protection, DateTimeOffset at)
    {
        LedgerReport[] readable = [.. ledgers.Where(ledger => ledger.Verification.Header is not null)];
        bool isOnePromise = readable.Select(ledger => PromiseOf(ledger.Verification.Header!)).Distinct().Count() == 1;
        return new PrivacyReport
        {
            Subject = subject,
            Id = id,
            Name = name,
            At = at,
            Ledgers = ledgers,
            Totals = isOnePromise ? [.. PrivacyAccountant.Views.Select(view => TotalOf(subject, view, readable))] : [],
            Remarks = [.. RemarksOn(subject, ledgers, readable, isOnePromise), .. protection],
        };
    }

    private static (string Unit, string Adjacency, double Delta) PromiseOf(LedgerHeader header) => (header.Unit, header.Adjacency, header.Delta);

    private static ViewTotal TotalOf(ReportSubject subject, PrivacyView view, LedgerReport[] ledgers)
    {
        LedgerHeader first = ledgers[0].Verification.Header!;
        PrivacyStatement statement = subject == ReportSubject.Study
            ? Worst([.. ledgers.Select(ledger => ledger.Verification.Statements[view])])
            : PrivacyStatement.For(SumOf(ledgers, view), first.Delta);
        var scope = new PrivacyScope(first.Delta, first.Unit, first.Adjacency, ledgers.All(ledger => ledger.Verification.Header!.TuningRunsCounted));
        int colluders = ledgers.Max(ledger => ledger.Verification.Header!.AssumedColluders);
        return new ViewTotal(view, statement, PrivacyWording.Claim(statement, scope, PrivacyWording.Adversary(view, colluders)));
    }

    private static PrivacyCost? SumOf(IEnumerable<LedgerReport> ledgers, PrivacyView view) => ledgers
        .Select(ledger => ledger.Verification.Cost(view))
        .Aggregate((PrivacyCost?)null, (sum, cost) => cost is null ? sum : sum is null ? cost : PrivacyCost.Add(sum, cost));

    /// <summary>A known loss of everything is worst, then what has no bound, then the largest ε; "nothing released" only when nothing was.</summary>
    private static PrivacyStatement Worst(IReadOnlyList<PrivacyStatement> statements) =>
        statements.OfType<UnboundedStatement>().FirstOrDefault()
        ?? (PrivacyStatement?)statements.OfType<UnaccountedStatement>().FirstOrDefault()
        ?? statements.OfType<EpsilonStatement>().MaxBy(statement => statement.Epsilon)
        ?? (PrivacyStatement)new NothingReleased();

    private static IEnumerable<string> RemarksOn(ReportSubject subject, IReadOnlyList<LedgerReport> all, LedgerReport[] readable, bool isOnePromise)
    {
        if (all.Count == 0)
        {
            yield return "There is no privacy ledger: nothing was released under one. That is not ε = 0.";
            yield break;
        }

        foreach (LedgerReport bad in all.Where(ledger => ledger.Verification.Problem is not null))
        {
            yield return $"The ledger of {bad.Text.InstitutionName} in {bad.Text.StudyName} does not verify ({bad.Verification.Problem}). Its figures are those of the {bad.Verification.Rows.Count} rows before that.";
        }

        foreach (LedgerReport alarm in all.Where(ledger => ledger.Text.Alarm is not null))
        {
            yield return $"ALARM: the copies of {alarm.Text.InstitutionName}'s ledger in {alarm.Text.StudyName} differ: {alarm.Text.Alarm}";
        }

        if (readable.Length > 1 && isOnePromise)
        {
            yield return subject == ReportSubject.Study
                ? "Each ledger bounds what can be learned about its own institution's data. Institutions hold different data, so the study's figure is the largest of its ledgers."
                : "One institution's data is used in all of these studies, so its figure is the sum over its ledgers (Rényi curves are added, then converted).";
        }

        if (readable.Length > 1 && !isOnePromise)
        {
            yield return "The ledgers differ in unit, adjacency or δ, so there is no single figure; each ledger stands for itself.";
        }

        if (readable.Any(ledger => !ledger.Verification.Header!.TuningRunsCounted))
        {
            yield return "Runs that chose the settings are not counted in every ledger: what they revealed comes on top.";
        }

        if (readable.Any(ledger => ledger.Releases.Any(row => row.LocalNoise > 0)))
        {
            yield return "A sum with noise is published only after it was found not smaller than the noise promised (Σy²/d ≥ k·μ(1 − 5√(2/d))); replaying the round's sum repeats that check from the sealed ciphertexts.";
        }

        if (readable.Any(ledger => ledger.Budget is { HasCap: false }))
        {
            yield return $"A ledger without a cap promises no ε: its noise hides details from a casual look, with {PrivacyWording.NotMeaningful}.";
        }
    }
}
