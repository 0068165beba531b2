using FedPortal.Training.Datasets;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.CommandLine.Engine;

/// <summary>Hashes of all that results depend on: what is kept of a work belongs to one of them.</summary>
internal static class Fingerprints
{
    /// <param name="images">By their content, labels and preprocessing.</param>
    /// <param name="settings">All the rest.</param>
    public static string Of(PreparedDataset images, string settings) => ContentHash.OfText(
        $"{images.PipelineHash}\n{string.Join('\n', Enumerable.Range(0, images.Count).Select(image => $"{images.ImageId(image)} {images.Label(image)}"))}\n{settings}");
}
