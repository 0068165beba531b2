using FedPortal.Data;
using FedPortal.Rounds;
using FedPortal.Studies;
using FedPortal.Training.Learning;

namespace FedPortal.Jobs;

internal static class Quorum
{
    /// <summary>Fewest updates that a round may go on with: the study's quorum, and under a protected strategy whatever hides them and keeps the promised noise.</summary>
    /// <param name="members">Institutions in the round.</param>
    public static int Needed(StudyDesign design, int members)
    {
        if (!design.Strategy.IsProtected())
        {
            return design.Quorum;
        }

        int enough = Math.Max(design.Quorum, Math.Max(design.Encryption.MinimumInstitutions, design.Encryption.ThresholdFor(members)));
        return design.Privacy.HasNoise ? Math.Max(enough, design.Privacy.SharesOf(members).MinimumContributors) : enough;
    }

    /// <summary>Says how many updates are missing and why each is.</summary>
    public static async Task<string> ShortfallAsync(StudyWorkspace workspace, int usable, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<Guid, string> names = await workspace.InstitutionNamesAsync(cancellationToken);
        IEnumerable<string> missing = workspace.Participations
            .Where(p => p.State is ParticipationState.Dropped or ParticipationState.Excluded)
            .Select(p => $"{names[p.InstitutionId]}: {p.Reason}");
        int members = workspace.Participations.Count;
        return $"The quorum is {Needed(workspace.Study.Design, members)} updates{Why(workspace.Study.Design, members)} but only {usable} of {members} are usable. {string.Join(" ", missing)}";
    }

    private static string Why(StudyDesign design, int members)
    {
        int needed = Needed(design, members);
        return needed == design.Quorum
            ? ""
            : design.Privacy.HasNoise && needed == design.Privacy.SharesOf(members).MinimumContributors
                ? $" (with fewer the promised noise is not reached; {design.Privacy.AssumedDropouts} may stay away)"
                : $" (a sum opens with {design.Encryption.ThresholdFor(members)} helpers and hides nobody below {design.Encryption.MinimumInstitutions})";
    }
}
