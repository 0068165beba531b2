using System.Globalization;
using System.Text.Json;
using FedPortal.Training.Imaging;
using FedPortal.Training.Models;

namespace FedPortal.Training.Learning;

/// <summary>What must be known to use a saved model besides its values.</summary>
/// <param name="Classes">Class names by class number.</param>
/// <param name="Pipeline">What its images went through, and new images must go through.</param>
/// <param name="IsSynthetic">True when it learned from phantoms.</param>
/// <param name="Strategy">How it was federated.</param>
public sealed record ModelCard(IReadOnlyList<string> Classes, PreprocessingPipeline Pipeline, bool IsSynthetic, FederatedStrategy Strategy);

/// <summary>A global model that was read from a file.</summary>
/// <param name="Model">Its values, under the layout that this program builds.</param>
/// <param name="Card">How to use it.</param>
public sealed record SavedModel(GlobalModel Model, ModelCard Card);

/// <summary>
/// Global models as safetensors under torchvision's names. The metadata, all of it required: <c>fedportal_model</c> (format version, 1),
/// <c>architecture</c>, <c>input_channels</c>, <c>classes</c> (JSON array), <c>layout</c> (hash), <c>round</c>, <c>synthetic</c>, <c>strategy</c>,
/// <c>pipeline</c> (JSON) and <c>pipeline_hash</c>. A file is refused, with both sides named, when an entry is missing or unreadable, when its
/// format version, layout or pipeline hash is another one than this program computes, and when its tensors do not fit the network.
/// </summary>
public static class GlobalModelFile
{
    private const string FormatVersion = "1";

    public static void Save(string path, GlobalModel model, ModelCard card)
    {
        if (card.Classes.Count != model.Layout.Description.ClassCount)
        {
            throw new ArgumentException($"The model has {model.Layout.Description.ClassCount} classes but the card names {card.Classes.Count}.", nameof(card));
        }

        Safetensors.Save(path, model.Layout, model.Values.Span, new Dictionary<string, string>
        {
            ["fedportal_model"] = FormatVersion,
            ["architecture"] = model.Layout.Description.Architecture.ToString(),
            ["input_channels"] = model.Layout.Description.InputChannels.ToString(CultureInfo.InvariantCulture),
            ["classes"] = JsonSerializer.Serialize(card.Classes),
            ["layout"] = model.Layout.Hash,
            ["round"] = model.Version.ToString(CultureInfo.InvariantCulture),
            ["synthetic"] = card.IsSynthetic ? "true" : "false",
            ["strategy"] = FederatedStrategies.NameOf(card.Strategy),
            ["pipeline"] = JsonSerializer.Serialize(card.Pipeline),
            ["pipeline_hash"] = card.Pipeline.Hash,
        });
    }

    /// <param name="path">A file that <see cref="Save"/> wrote.</param>
    /// <param name="layoutOf">Gives the layout of a network.</param>
    /// <exception cref="InvalidDataException">It is not such a file; the message says why.</exception>
    public static SavedModel Load(string path, Func<ModelDescription, ModelLayout> layoutOf)
    {
        LoadedWeights weights = Safetensors.Load(path);
        var metadata = new Metadata(weights.Metadata);
        Require("format version", FormatVersion, metadata.Text("fedportal_model"));
        ModelDescription description = metadata.Description();
        ModelCard card = metadata.Card();
        ModelLayout layout = layoutOf(description);
        Require("layout", layout.Hash, metadata.Text("layout"));
        Require("pipeline", card.Pipeline.Hash, metadata.Text("pipeline_hash"));
        return new SavedModel(new GlobalModel(layout, metadata.Round(), weights.MapTo(layout)), card);
    }

    /// <summary>Reads only what describes the model, without libtorch: what images it needs and which network it is.</summary>
    public static (ModelDescription Description, ModelCard Card, int Round) ReadCard(string path)
    {
        var metadata = new Metadata(Safetensors.Load(path).Metadata);
        return (metadata.Description(), metadata.Card(), metadata.Round());
    }

    private static void Require(string what, string expected, string actual)
    {
        if (expected != actual)
        {
            throw new InvalidDataException($"Expected {what} {expected} of the model file but it has {actual}.");
        }
    }

    private sealed class Metadata(IReadOnlyDictionary<string, string> entries)
    {
        public string Text(string name) => entries.TryGetValue(name, out string? value)
            ? value
            : throw new InvalidDataException($"The file has no \"{name}\" in its metadata: it holds weights but is not a model of this program.");

        public int Round() => Number("round", least: 0);

        public ModelDescription Description() => new(
            Enum.TryParse(Text("architecture"), out ClassifierArchitecture architecture) && Enum.IsDefined(architecture) ? architecture : throw Unreadable("architecture"),
            Classes().Length,
            Number("input_channels", least: 1));

        public ModelCard Card() => new(Classes(), Pipeline(), Flag("synthetic"), Strategy());

        private string[] Classes()
        {
            string[] classes = Json<string[]>("classes");
            return classes.Length >= 2 && Array.TrueForAll(classes, name => !string.IsNullOrEmpty(name)) ? classes : throw Unreadable("classes");
        }

        private PreprocessingPipeline Pipeline()
        {
            PreprocessingPipeline pipeline = Json<PreprocessingPipeline>("pipeline");
            try
            {
                pipeline.Check();
                return pipeline;
            }
            catch (ArgumentException failure)
            {
                throw new InvalidDataException($"The pipeline of the model file cannot be used: {failure.Message}", failure);
            }
        }

        private FederatedStrategy Strategy()
        {
            try
            {
                return FederatedStrategies.Parse(Text("strategy"));
            }
            catch (FormatException failure)
            {
                throw new InvalidDataException($"The strategy of the model file: {failure.Message}", failure);
            }
        }

        private bool Flag(string name) => Text(name) switch
        {
            "true" => true,
            "false" => false,
            _ => throw Unreadable(name),
        };

        private int Number(string name, int least) =>
            int.TryParse(Text(name), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least ? number : throw Unreadable(name);

        private T Json<T>(string name)
            where T : class
        {
            try
            {
                return JsonSerializer.Deserialize<T>(Text(name)) ?? throw Unreadable(name);
            }
            catch (JsonException)
            {
                throw Unreadable(name);
            }
        }

        private InvalidDataException Unreadable(string name) => new($"\"{name}\" in the metadata of the model file is unreadable: {Text(name)}");
    }
}
