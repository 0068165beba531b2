using FedPortal.Data;
using FedPortal.Identity;
using FedPortal.Reports;
using FedPortal.Training.Accounting;
using FedPortal.Training.Ledger;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace FedPortal.Components.Pages.Privacy;

public partial class LedgerPage
{
    private const int PageSize = 50;

    private LedgerReport? _ledger;
    private Finding? _finding;
    private bool _isBusy;

    [Parameter]
    public Guid Study { get; set; }

    [Parameter]
    public Guid Institution { get; set; }

    [SupplyParameterFromQuery(Name = "page")]
    private int? PageNumber { get; set; }

    private int Page => Math.Max(1, PageNumber ?? 1);

    [Inject]
    private PrivacyReportStore Store { get; set; } = default!;

    [Inject]
    private LedgerComparisons Comparisons { get; set; } = default!;

    protected override async Task LoadAsync(CancellationToken cancellationToken) =>
        _ledger = await Store.LedgerAsync(Viewer, Study, Institution, cancellationToken);

    private protected override bool Concerns(LiveUpdate update) => update.StudyId == Study;

    private IReadOnlyList<LedgerRow> Shown(IReadOnlyList<LedgerRow> rows) => [.. rows.Reverse().Skip((Page - 1) * PageSize).Take(PageSize)];

    private string UrlOf(int page) => Urls.With(Urls.Ledger(Study, Institution), ("page", page > 1 ? page : null));

    private Task RecomputeAsync() => FindAsync(async () =>
    {
        _ledger = await Store.RecomputeAsync(Viewer, Study, Institution, Leaving);
        LedgerVerification? found = _ledger?.Verification;
        return found switch
        {
            null => new Finding(false, Texts["LedgerGone"].Value),
            { Problem: { } problem } => new Finding(false, Texts["FirstBadRowIs", problem].Value),
            _ => new Finding(true, Texts["AllRowsVerifyHashes", found.Rows.Count, EpsilonOf(found)].Value),
        };
    });

    private string EpsilonOf(LedgerVerification found) => found.Statements.TryGetValue(PrivacyView.PublishedSum, out PrivacyStatement? statement)
        ? Texts["PublishedSumsSpent", statement is EpsilonStatement known ? $"ε = {EpsilonText.Brief(known)}" : PrivacyWording.Of(statement)].Value
        : "";

    private Task CompareAsync(InputFileChangeEventArgs chosen) => FindAsync(async () =>
    {
        if (chosen.File.Size > LedgerComparisons.MostBytes)
        {
            return new Finding(false, Texts["LedgerMostMiBHere", LedgerComparisons.MostBytes >> 20, chosen.File.Name, Shared.Words.Bytes(chosen.File.Size)].Value);
        }

        await using Stream stream = chosen.File.OpenReadStream(LedgerComparisons.MostBytes, Leaving);
        using var reader = new StreamReader(stream);
        LedgerFinding? found = await Comparisons.CompareAsync(Viewer, Study, Institution, await reader.ReadToEndAsync(Leaving), PortalClaims.NameOf((await Reader).User), CancellationToken.None);
        return found is null ? new Finding(false, Texts["LedgerGone"].Value) : new Finding(found.IsSame, found.Words);
    });

    private async Task FindAsync(Func<Task<Finding>> work)
    {
        (_isBusy, _finding) = (true, null);
        StateHasChanged();
        try
        {
            _finding = await work();
        }
        catch (IOException failure)
        {
            _finding = new Finding(false, Texts["FileCouldNotRead", failure.Message].Value);
        }

        _isBusy = false;
    }

    private sealed record Finding(bool IsGood, string Text);
}
