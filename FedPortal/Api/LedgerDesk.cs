using FedPortal.Data;
using FedPortal.Studies;
using FedPortal.Training.Ledger;
using FedPortal.Training.Protocol;
using static FedPortal.Api.SubmissionRules;

namespace FedPortal.Api;

/// <summary>Takes a site's ledger lines and countersigns them. The header must promise what the study agreed on.</summary>
internal sealed class LedgerDesk(LedgerStore ledgers)
{
    private const int MaxLines = 10_000;

    public Task<LedgerReceipt> HeldAsync(AssignmentContext context, CancellationToken cancellationToken) =>
        ledgers.HeldAsync(context.Study.Id, InstitutionOf(context), cancellationToken);

    public async Task<LedgerReceipt> TakeAsync(AssignmentContext context, LedgerMessage message, CancellationToken cancellationToken)
    {
        RequireSameBinding(context, message.Binding);
        if (message.Lines.Count > MaxLines)
        {
            throw SubmissionRefusal.Unusable($"Expected at most {MaxLines} lines but got {message.Lines.Count}.");
        }

        try
        {
            return await ledgers.ReceiveAsync(context.Study, InstitutionOf(context), message, header => Problem(context, header), cancellationToken);
        }
        catch (InvalidDataException bad)
        {
            throw SubmissionRefusal.Conflict(bad.Message);
        }
    }

    private static Guid InstitutionOf(AssignmentContext context) =>
        context.Assignment.InstitutionId ?? throw SubmissionRefusal.Conflict("The consortium's own work has no ledger.");

    private static string? Problem(AssignmentContext context, LedgerHeader header)
    {
        StudyDesign design = context.Study.Design;
        (string What, string Expected, string Got)[] claims =
        [
            ("study", $"{context.Study.Id}", header.Study),
            ("institution", context.Actor, header.Institution),
            ("δ", Text(design.Privacy.Delta), Text(header.Delta)),
            ("ε cap", Text(design.Privacy.EpsilonCap ?? double.PositiveInfinity), Text(header.EpsilonCap)),
            ("mechanism", design.Privacy.ReleasedMechanism, header.Mechanism),
            ("clipping norm", Text(design.Privacy.ClippingNorm), Text(header.ClippingNorm)),
            ("institutions", $"{context.Study.Roster.Count}", $"{header.Institutions}"),
            ("dropouts", $"{design.Privacy.ToleratedDropoutsOf(context.Study.Roster.Count)}", $"{header.ToleratedDropouts}"),
            ("colluders", $"{design.Privacy.AssumedColluders}", $"{header.AssumedColluders}"),
        ];
        string[] wrong = [.. claims.Where(claim => claim.Expected != claim.Got).Select(claim => $"Expected {claim.What} {claim.Expected} in the ledger's header but got {claim.Got}.")];
        return wrong.Length == 0 ? null : string.Join(" ", wrong);
    }

    private static string Text(double value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
