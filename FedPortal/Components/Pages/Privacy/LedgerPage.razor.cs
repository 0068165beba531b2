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
    private const long MostBytes = 32 << 20;

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
    private AuditStore Audit { get; set; } = default!;

    protected override async Task LoadAsync(CancellationToken cancellationToken) =>
        _ledger = await Store.LedgerAsync(Viewer, Study, Institution, cancellationToken);

    private protected override bool Concerns(LiveUpdate update) => update.StudyId == Study;

    private Task RecomputeAsync() => FindAsync(async () =>
    {
        _ledger = await Store.LedgerAsync(Viewer, Study, Institution, Leaving);
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
        if (chosen.File.Size > MostBytes)
        {
            return new Finding(false, Texts["LedgerMostMiBHere", MostBytes >> 20, chosen.File.Name, Shared.Words.Bytes(chosen.File.Size)].Value);
        }

        await using Stream stream = chosen.File.OpenReadStream(MostBytes, Leaving);
        using var reader = new StreamReader(stream);
        IReadOnlyList<string> lines = LedgerExport.ReadLines(await reader.ReadToEndAsync(Leaving));
        LedgerVerification own = _ledger!.Verification;
        LedgerVerification other = await Task.Run(() => LedgerVerifier.Verify(lines, own.Header?.SiteKey), Leaving);
        string user = PortalClaims.NameOf((await Reader).User);
        string where = $"the ledger of {_ledger.Text.InstitutionName} in '{_ledger.Text.StudyName}'";
        if (other.Problem is { } problem)
        {
            await Audit.TellAsync(user, "institution", Institution, $"Compared {where} with another copy, which does not verify: {problem}", Leaving);
            return new Finding(false, Texts["ChosenCopyDoesNot", problem].Value);
        }

        LedgerComparison comparison = LedgerComparison.Of(own, other);
        string outcome = comparison.Difference is { } difference ? $"ALARM: they differ at {difference}" : "they are the same";
        await Audit.TellAsync(user, "institution", Institution, $"Compared {where} with another copy: {outcome}", Leaving);
        return comparison.Difference is null
            ? new Finding(true, Texts["BothCopiesHoldSame", own.Rows.Count].Value)
            : new Finding(false, Texts["AlarmCopiesDifferOne", comparison.Difference].Value);
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
