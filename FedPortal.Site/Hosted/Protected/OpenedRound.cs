using System.Globalization;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Hosted.Protected;

/// <summary>A round description that this site has checked: signed by the pinned portal, about pinned members, and about this very assignment.</summary>
internal static class OpenedRound
{
    /// <exception cref="SiteRefusedException">Something does not hold, or the house demands more; the message says what.</exception>
    public static SignedRound Open(SiteHome home, AssignmentMessage assignment, TimeProvider clock, Action<string> say)
    {
        ProtectedAssignment terms = assignment.Protected!;
        try
        {
            var pins = new PinnedCards(home, say);
            InstitutionCard portal = pins.RequirePortal(terms.PortalCard);
            var round = SignedRound.Open(terms.Description, portal, pins.Require(terms.Cards));
            RequireThis(assignment, round.Description);
            if (assignment.Work == SiteWork.Train && new RoundPolicy().Refusals(round.Description, clock.GetUtcNow()) is { Count: > 0 } refusals)
            {
                throw new SiteRefusedException(string.Join(" ", refusals));
            }

            return round;
        }
        catch (Exception bad) when (bad is FormatException or InvalidDataException)
        {
            throw new SiteRefusedException(bad.Message);
        }
    }

    // The signature binds the description; this binds it to the session, so that no other round's description can be slipped in.
    private static void RequireThis(AssignmentMessage assignment, RoundDescription description)
    {
        (string What, string Expected, string Got)[] claims =
        [
            ("study", $"{assignment.Binding.StudyId}", description.Study),
            ("round", Text(assignment.Binding.Round), Text(description.Round)),
            ("attempt", Text(assignment.Binding.Attempt), Text(description.Attempt)),
            ("model", assignment.ModelHash ?? "none", description.ModelHash),
        ];
        if (claims.Where(claim => claim.Expected != claim.Got).Select(claim => $"Expected {claim.What} {claim.Expected} in the signed description but got {claim.Got}.").ToArray() is { Length: > 0 } wrong)
        {
            throw new SiteRefusedException(string.Join(" ", wrong));
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
