using System.Globalization;
using System.Text.Json;
using FedPortal.Training.Learning;

namespace FedPortal.Training.Models.Onnx;

/// <summary>
/// A global model for other runtimes: ONNX, operator set 13. Input <c>image</c>, images × 1 × size × size, as the preprocessing pipeline of the metadata leaves
/// it; outputs <c>logits</c> and <c>probabilities</c>, images × classes. The metadata says classes, pipeline and round, and whether it learned from synthetic images.
/// </summary>
public static class OnnxModelFile
{
    private const int IrVersion = 8;
    private const int OperatorSet = 13;

    public static void Save(string path, GlobalModel model, ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(card);
        var graph = new OnnxGraph(model);
        string image = graph.Repeat("image", model.Layout.Description.InputChannels);
        OnnxNetworks.Build(graph, model.Layout.Description.Architecture, image, "logits");
        graph.SoftMax("logits", "probabilities");
        var file = new ProtoWriter();
        file.Number(1, IrVersion);
        file.Text(2, "FedPortal");
        file.Number(5, model.Version);
        file.Text(6, "Research use only. This is not a medical device.");
        file.Message(7, graph.Finish("classifier", "image", card.Pipeline.Size, ["logits", "probabilities"]));
        file.Message(8, set =>
        {
            set.Text(1, "");
            set.Number(2, OperatorSet);
        });
        foreach ((string name, string value) in Metadata(model, card))
        {
            file.Message(14, entry =>
            {
                entry.Text(1, name);
                entry.Text(2, value);
            });
        }

        using FileStream stream = File.Create(path);
        file.WriteTo(stream);
    }

    private static IEnumerable<(string Name, string Value)> Metadata(GlobalModel model, ModelCard card) =>
    [
        ("architecture", model.Layout.Description.Architecture.ToString()),
        ("classes", JsonSerializer.Serialize(card.Classes)),
        ("layout", model.Layout.Hash),
        ("pipeline", JsonSerializer.Serialize(card.Pipeline)),
        ("pipeline_hash", card.Pipeline.Hash),
        ("round", model.Version.ToString(CultureInfo.InvariantCulture)),
        ("synthetic", card.IsSynthetic ? "true" : "false"),
    ];
}
