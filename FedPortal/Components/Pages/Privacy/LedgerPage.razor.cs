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
    private LedgerReport? _ledger;
    private Finding? _finding;
    private bool _isBusy;

    [Parameter]
    public Guid Study { get; set; }

    [Parameter]
    public Guid Institution { get; set; }

    [Inject]
    private PrivacyReportStore Store { get; set; } = default!;

    [Inject]
    private LedgerComparisons Comparisons { get; set; } = default!;

    protected override async Task LoadAsync(CancellationToken cancellationToken) =>
        _ledger = await Store.LedgerAsync(Viewer, Study, Institution, cancellationToken);

    private protected override bool Concerns(LiveUpdate update) => update.StudyId == Study;

    private Task RecomputeAsync() => FindAsync(async () =>
    {
        _ledger = await Store.LedgerAsync(Viewer, Study, Institution, Leaving);
        LedgerVerification? found = _ledger?.Verification;
        return found switch
        {
            null => new Finding(false, "The ledger is gone."),
            { Problem: { } problem } => new Finding(false, $"First bad row: {problem}"),
            _ => new Finding(true, $"All {found.Rows.Count} rows verify: hashes, signatures, sequence, sensitivities, the three Rényi curves and every ε, recomputed from the rows' own numbers. {EpsilonOf(found)}"),
        };
    });

    private static string EpsilonOf(LedgerVerification found) => found.Statements.TryGetValue(PrivacyView.PublishedSum, out PrivacyStatement? statement)
        ? $"Published sums: {(statement is EpsilonStatement known ? $"ε = {EpsilonText.Brief(known)}" : PrivacyWording.Of(statement))}."
        : "";

    private Task CompareAsync(InputFileChangeEventArgs chosen) => FindAsync(async () =>
    {
        if (chosen.File.Size > LedgerComparisons.MostBytes)
        {
            return new Finding(false, $"A ledger has at most {LedgerComparisons.MostBytes >> 20} MiB here, but {chosen.File.Name} has {Shared.Words.Bytes(chosen.File.Size)}.");
        }

        await using Stream stream = chosen.File.OpenReadStream(LedgerComparisons.MostBytes, Leaving);
        using var reader = new StreamReader(stream);
        LedgerFinding? found = await Comparisons.CompareAsync(Viewer, Study, Institution, await reader.ReadToEndAsync(Leaving), PortalClaims.NameOf((await Reader).User), Leaving);
        return found is null ? new Finding(false, "The ledger is gone.") : new Finding(found.IsSame, found.Words);
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
            _finding = new Finding(false, $"The file could not be read: {failure.Message}");
        }

        _isBusy = false;
    }

    private sealed record Finding(bool IsGood, string Text);
}
