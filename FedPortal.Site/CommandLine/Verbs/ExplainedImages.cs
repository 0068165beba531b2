using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Explanation;
using FedPortal.Training.Imaging;
using FedPortal.Training.Native;

namespace FedPortal.Site.CommandLine.Verbs;

/// <summary>What a saved model says about some decoded images.</summary>
internal static class ExplainedImages
{
    /// <returns>In the order of the outcomes; null where there is no image.</returns>
    public static async Task<ModelAnswer?[]> AskAsync(OpenedModel opened, DecodeOutcome[] outcomes, CancellationToken ct)
    {
        PreprocessingPipeline pipeline = opened.Card.Pipeline;
        float[][] pixels = [.. outcomes.Where(outcome => outcome.Image is not null).Select(outcome => pipeline.Prepare(outcome.Image!))];
        if (pixels.Length == 0)
        {
            return new ModelAnswer?[outcomes.Length];
        }

        string pixelsPath = opened.TemporaryFile("pixels");
        string mapsPath = opened.TemporaryFile("maps");
        VectorFile.Write(pixelsPath, pixels.SelectMany(image => image).ToArray());
        var request = new ExplainPixelsRequest(opened.File, pixelsPath, mapsPath, pixels.Length, pipeline, new ComputeOptions());
        PixelsExplainedReply reply = await opened.Engine.AskAsync<PixelsExplainedReply>(request, "explaining", null, ct);
        int area = pipeline.Size * pipeline.Size;
        float[] maps = VectorFile.Read(mapsPath, pixels.Length * area);
        var answers = new Queue<ModelAnswer>(pixels.Select((prepared, i) => ModelAnswer.Of(pipeline.Size, reply.Logits[i], prepared, maps[(i * area)..((i + 1) * area)])));
        return [.. outcomes.Select(outcome => outcome.Image is null ? null : answers.Dequeue())];
    }
}
