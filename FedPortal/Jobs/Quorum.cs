using FedPortal.Data;
using FedPortal.Rounds;

namespace FedPortal.Jobs;

internal static class Quorum
{
    /// <summary>Says how many updates are missing and why each is.</summary>
    public static async Task<string> ShortfallAsync(StudyWorkspace workspace, int usable, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<Guid, string> names = await workspace.InstitutionNamesAsync(cancellationToken);
        IEnumerable<string> missing = workspace.Participations
            .Where(p => p.State is ParticipationState.Dropped or ParticipationState.Excluded)
            .Select(p => $"{names[p.InstitutionId]}: {p.Reason}");
        return $"The quorum is {workspace.Study.Design.Quorum} updates but only {usable} of {workspace.Participations.Count} are usable. {string.Join(" ", missing)}";
    }
}
