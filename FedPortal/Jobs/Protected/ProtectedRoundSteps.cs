using FedPortal.Data;
using FedPortal.Rounds;

namespace FedPortal.Jobs.Protected;

/// <summary>What a protected round does otherwise than a plain one: open under a signed description, screen, add ciphertexts, unlock.</summary>
internal sealed class ProtectedRoundSteps(ProtectedOpening opening, ScreeningStep screening, SumStep sums, UnlockStep unlock)
{
    public static bool Owns(RoundState state) => state is RoundState.Planned or RoundState.Submitted or RoundState.Screened or RoundState.Aggregated;

    /// <returns>True when something was changed that must be saved.</returns>
    public async Task<bool> TryAsync(StudyWorkspace workspace, DateTimeOffset now, CancellationToken cancellationToken)
    {
        switch (workspace.Round!.State)
        {
            case RoundState.Planned:
                await opening.OpenAsync(workspace, now, cancellationToken);
                return true;
            case RoundState.Submitted:
                await screening.ScreenAsync(workspace, cancellationToken);
                return true;
            case RoundState.Screened:
                await sums.SumAsync(workspace, cancellationToken);
                return true;
            case RoundState.Aggregated:
                return await unlock.TryAsync(workspace, now, cancellationToken);
            default:
                throw new InvalidOperationException($"A protected round does nothing of its own while it is {workspace.Round.State}.");
        }
    }
}
