using FedPortal.Data;
using FedPortal.Inference;
using FedPortal.Training.Explanation;

namespace FedPortal.Jobs.Inference;

/// <summary>What a person or a program is told about one picture.</summary>
/// <param name="Reference">What it was held against; null when the model was never measured.</param>
public sealed record PictureOpinion(ModelOpinion Opinion, InputStatistics Inputs, ModelReference? Reference, DrawnAnswer Drawn);

/// <summary>Asks a released model, holds its answer against the hold-outs and counts it for the drift watch.</summary>
internal sealed class OpinionDesk(InferenceDesk desk, InferenceStore store)
{
    /// <param name="file">As it came; only the decoder's child process looks into it.</param>
    /// <param name="isCounted">False for samples that the portal drew itself.</param>
    /// <returns>An opinion, or why there is none.</returns>
    public async Task<(PictureOpinion? Opinion, InferenceOutcome? Refusal)> AskAsync(ServedVersion model, ReadOnlyMemory<byte> file, bool isCounted, CancellationToken cancellationToken)
    {
        InferenceOutcome outcome = await desk.AskAsync(model, file, cancellationToken);
        if (outcome.Answer is not { } drawn)
        {
            return (null, outcome);
        }

        ModelReference? reference = await store.ReferenceAsync(model, cancellationToken);
        var inputs = InputStatistics.FromValues(drawn.Inputs);
        var opinion = ModelOpinion.Of(drawn.Logits, inputs, model.Classes, reference);
        if (isCounted)
        {
            await store.RecordAsync(model, opinion, inputs, cancellationToken);
        }

        return (new PictureOpinion(opinion, inputs, reference, drawn), null);
    }
}
