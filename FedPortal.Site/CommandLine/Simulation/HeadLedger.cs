using System.Security.Cryptography;
using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;
using FedPortal.Training.PrivateHead;

namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>
/// The ledger of a simulated private-head study, as each institution would write it: hospitals share no patient and all do the same, so the
/// rows of one are the rows of all. The key is made for the simulation and thrown away.
/// </summary>
internal sealed class HeadLedger : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly LedgerWriter _writer;
    private readonly PrivateHeadPlan _plan;
    private readonly IReadOnlyList<string> _contributors;

    public HeadLedger(PrivateHeadSetup setup, PrivateHeadPlan plan, string projectionHash, IReadOnlyList<string> contributors)
    {
        _plan = plan;
        _contributors = contributors;
        File.Delete(setup.LedgerPath!);
        _writer = LedgerWriter.Create(setup.LedgerPath!, Header(setup, plan, projectionHash), _key, [], TimeProvider.System);
    }

    /// <summary>The last hash.</summary>
    public string Head => _writer.Head;

    /// <summary>Asks for a round's release before its sum is opened.</summary>
    /// <exception cref="CommandException">The cap refuses it.</exception>
    public void Record(int round, IReadOnlyList<string> ciphertextHashes)
    {
        FilterDecision decision = _writer.Record(new LedgerRelease
        {
            Round = round,
            ClippingNorm = _plan.ClippingNorm,
            Scale = _plan.Noise.Scale,
            Parameters = _plan.Release,
            Contributors = _contributors,
            NormCheckPassed = true,
            CiphertextHashes = ciphertextHashes,
        });
        if (!decision.Allowed)
        {
            throw new CommandException($"Round {round} is refused: {decision.Reason}.");
        }
    }

    public void Dispose()
    {
        _writer.Dispose();
        _key.Dispose();
    }

    private static LedgerHeader Header(PrivateHeadSetup setup, PrivateHeadPlan plan, string projectionHash) => new()
    {
        LedgerId = Guid.NewGuid().ToString("N"),
        Institution = "each institution of the simulation",
        Study = "simulated private head",
        CreatedAt = LedgerLine.TimeText(TimeProvider.System.GetUtcNow()),
        Unit = "patient",
        Adjacency = PrivacyScope.AdjacencyOf(plan.SamplingRate),
        Delta = plan.Delta,
        EpsilonCap = setup.Epsilon,
        CapView = nameof(PrivacyView.Colluders),
        Mechanism = MechanismNames.Skellam,
        Dimension = plan.ValueCount,
        LayoutHash = projectionHash,
        ClippingNorm = plan.ClippingNorm,
        Scale = plan.Noise.Scale,
        Beta = plan.Noise.Beta,
        Institutions = plan.Shares.Institutions,
        ToleratedDropouts = plan.Shares.ToleratedDropouts,
        AssumedColluders = plan.Shares.AssumedColluders,
        Sampling = FormattableString.Invariant($"Poisson by patient, q = {plan.SamplingRate:R}; {plan.DeclaredPatients} declared patients"),
        BatchNormPolicy = "the backbone is frozen; no running statistics travel",
        KeyCustody = "simulated: all parties run in one process",
        CodeVersion = typeof(HeadLedger).Assembly.GetName().Version?.ToString() ?? "unknown",
        TuningRunsCounted = setup.TuningRunsCounted,
        SiteKey = "",
    };
}
