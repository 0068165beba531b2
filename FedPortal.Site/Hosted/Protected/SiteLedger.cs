using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Hosted.Protected;

/// <summary>This site's own ledger of one study: nothing leaves before its row is on the disk, and what a cap does not allow does not leave at all.</summary>
internal sealed class SiteLedger : IDisposable
{
    private readonly string _path;
    private readonly LedgerWriter _writer;
    private readonly IReadOnlyList<LedgerRow> _found;

    private SiteLedger(string path, LedgerWriter writer, IReadOnlyList<LedgerRow> found, double spentElsewhere)
    {
        _path = path;
        _writer = writer;
        _found = found;
        SpentElsewhere = spentElsewhere;
    }

    public LedgerHeader Header => _writer.Header;

    /// <summary>Sum of ε over this site's other studies when this ledger was opened: an upper bound by composition.</summary>
    public double SpentElsewhere { get; }

    /// <summary>Opens the study's ledger, or begins it.</summary>
    /// <param name="fresh">For a new one; its key and date are filled in here. A ledger that is there keeps its own header.</param>
    /// <param name="policy">The house's own caps hold besides the study's.</param>
    /// <exception cref="SiteRefusedException">The ledger, or one of another study, does not verify: nothing may be released on such grounds.</exception>
    public static SiteLedger Open(SiteHome home, Guid study, LedgerHeader? fresh, IdentityKeys keys, SitePolicy policy, TimeProvider clock)
    {
        string path = home.LedgerFile(study);
        try
        {
            LedgerVerification? known = Verified(path, keys);
            LedgerHeader header = known?.Header ?? fresh ?? throw new InvalidDataException($"There is no ledger of study {study}.");
            LedgerVerification[] elsewhere = [.. Directory.GetFiles(home.Ledgers, "*.jsonl").Where(file => file != path).Select(file => Verified(file, keys)).OfType<LedgerVerification>()];
            List<PrivacyFilter> others = [InstitutionFilter(header, [.. elsewhere, known], policy)];
            if (policy.EpsilonPerStudy is { } perStudy)
            {
                others.Add(Filled(new PrivacyFilter("this site's policy for one study", perStudy, header.Delta, RenyiOrders.Named(header.Orders)), Spent(known)));
            }

            LedgerWriter writer = known is not null
                ? LedgerWriter.Open(path, keys.Signing, others, clock)
                : Begin(path, header with { CreatedAt = LedgerLine.TimeText(clock.GetUtcNow()) }, keys, others, clock);
            return new SiteLedger(path, writer, known?.Rows ?? [], elsewhere.Sum(EpsilonOf));
        }
        catch (InvalidDataException bad)
        {
            throw new SiteRefusedException(bad.Message);
        }
    }

    /// <summary>Whether the ledger had an allowed row for this ciphertext already when it was opened.</summary>
    public bool Had(string ciphertextHash) => _found.Any(row => row.Allowed && row.CiphertextHashes.Contains(ciphertextHash));

    /// <summary>Asks without writing.</summary>
    public FilterDecision Ask(LedgerRelease release) => _writer.Ask(release);

    /// <summary>Writes the rows of releases that belong together, the first refusal ends it.</summary>
    /// <exception cref="SiteRefusedException">A cap would be passed. The refusal is a row, too.</exception>
    public void Record(IEnumerable<LedgerRelease> releases)
    {
        foreach (LedgerRelease release in releases)
        {
            FilterDecision decision = _writer.Record(release);
            if (!decision.Allowed)
            {
                throw new SiteRefusedException($"The privacy budget does not allow this release ({release.Kind}): {decision.Reason}.");
            }
        }
    }

    /// <summary>Shows the portal the lines that it has not countersigned yet, and keeps its signatures.</summary>
    public async Task ShowAsync(PortalClient portal, MessageBinding binding, CancellationToken cancellationToken)
    {
        LedgerReceipt held = await portal.LedgerAsync(cancellationToken);
        string[] lines = [.. WholeLines(_path).Where(line => LedgerLine.Parse(line).Countersignature is null)];
        IReadOnlyList<string> hashes = _writer.Hashes;
        bool agrees = held.RowCount >= 0 && held.RowCount < hashes.Count && hashes[held.RowCount] == held.Head;
        if (agrees && held.RowCount == hashes.Count - 1)
        {
            return;
        }

        // Where the copies do not agree the portal is shown everything: it is for both sides to see where they differ.
        int first = agrees ? held.RowCount + 1 : 0;
        LedgerReceipt receipt = await portal.ShowLedgerAsync(new LedgerMessage(binding, Header.LedgerId, first, [.. lines.Skip(first)]), cancellationToken);
        foreach (string countersignature in receipt.Countersignatures)
        {
            _writer.Add(LedgerLine.Parse(countersignature));
        }
    }

    public void Dispose() => _writer.Dispose();

    // A header that a crash cut off has never been shown to anybody.
    private static LedgerWriter Begin(string path, LedgerHeader header, IdentityKeys keys, List<PrivacyFilter> others, TimeProvider clock)
    {
        File.Delete(path);
        return LedgerWriter.Create(path, header, keys.Signing, others, clock);
    }

    /// <summary>The house's cap over all studies, filled with what its ledgers spent.</summary>
    private static PrivacyFilter InstitutionFilter(LedgerHeader header, IEnumerable<LedgerVerification?> ledgers, SitePolicy policy)
    {
        var filter = new PrivacyFilter("this site's policy for all studies", policy.EpsilonTotal ?? double.PositiveInfinity, header.Delta, RenyiOrders.Named(header.Orders));
        foreach (LedgerVerification? ledger in ledgers)
        {
            Filled(filter, Spent(ledger));
        }

        return filter;
    }

    private static PrivacyFilter Filled(PrivacyFilter filter, PrivacyCost? spent)
    {
        if (spent is not null)
        {
            filter.Restore(spent);
        }

        return filter;
    }

    private static PrivacyCost? Spent(LedgerVerification? ledger) => ledger?.Cost(CapView(ledger));

    private static double EpsilonOf(LedgerVerification ledger) => !ledger.Rows.Any(row => row.Allowed) ? 0
        : ledger.Statements[CapView(ledger)] is EpsilonStatement known ? known.Epsilon : double.PositiveInfinity;

    private static PrivacyView CapView(LedgerVerification ledger) => Enum.Parse<PrivacyView>(ledger.Header!.CapView);

    /// <returns>Null where there is no ledger, or only the beginning of a header that a crash cut off.</returns>
    private static LedgerVerification? Verified(string path, IdentityKeys keys)
    {
        string[] lines = File.Exists(path) ? WholeLines(path) : [];
        if (lines.Length == 0)
        {
            return null;
        }

        LedgerVerification verified = LedgerVerifier.Verify(lines, LedgerLine.PublicKeyText(keys.Signing));
        return verified is { Problem: null, Header: not null }
            ? verified
            : throw new InvalidDataException($"The ledger {Path.GetFileName(path)} does not verify: {verified.Problem}");
    }

    // A last line without its end was cut off by a crash: its release never left.
    private static string[] WholeLines(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        string text = reader.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
