using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Studies;
using FedPortal.Training.Accounting;
using FedPortal.Training.Compression;
using FedPortal.Training.Models;
using FedPortal.Training.Protection;
using FedPortal.Training.Submission;

namespace FedPortal.Jobs.Protected;

/// <summary>Works out what a protected round consists of from the study's settings, exactly as each site does for itself.</summary>
internal sealed class RoundProtections(GlobalModelFiles models, RiskStore risks)
{
    /// <param name="weights">Of the round's members in roster order.</param>
    /// <exception cref="ArgumentException">The settings do not fit together; the message says how far.</exception>
    public async Task<RoundProtection> ForAsync(StudyWorkspace workspace, IReadOnlyList<int> weights, CancellationToken cancellationToken)
    {
        StudyDesign design = workspace.Study.Design;
        PrivacyProfile privacy = (await risks.ForAsync(workspace.Round!, cancellationToken)).Applied(design.Privacy);
        int round = workspace.Round!.Number;
        GlobalModelVersion version = await workspace.VersionAsync(workspace.Round.BaseVersion, cancellationToken);
        GlobalModel model = await models.ReadModelAsync(workspace.Study, version, cancellationToken);
        ReadOnlyMemory<float>? lastChange = await LastChangeAsync(workspace, model, cancellationToken);
        UpdateShape shape = RoundProtection.ShapeOf(
            privacy, design.Encryption, model, round, RoundProtection.ShapeSeed($"{workspace.Study.Id}", round, version.BlobHash), lastChange);
        return RoundProtection.For(privacy, design.Encryption, design.Screening, shape, weights, round);
    }

    private async Task<ReadOnlyMemory<float>?> LastChangeAsync(StudyWorkspace workspace, GlobalModel model, CancellationToken cancellationToken)
    {
        if (workspace.Study.Design.Encryption.Compression.Kind != CompressionKind.PublicTopK || model.Version == 0)
        {
            return null;
        }

        GlobalModelVersion before = await workspace.VersionAsync(model.Version - 1, cancellationToken);
        return model.ChangeSince(await models.ReadModelAsync(workspace.Study, before, cancellationToken));
    }
}
