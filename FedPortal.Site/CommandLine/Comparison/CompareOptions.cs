using System.CommandLine;
using FedPortal.Site.CommandLine.Verbs;

namespace FedPortal.Site.CommandLine.Comparison;

/// <summary>The options of <c>compare</c>.</summary>
internal sealed class CompareOptions
{
    public Option<string?> Data { get; } = new("--data") { HelpName = "DIR", Description = "X-rays: a folder (or zip) per institution and class, or with a manifest.csv" };

    public Option<int?> Phantoms { get; } = CommonOptions.Number("--phantoms", "N", 40, 1_000_000, "use N synthetic training images instead (the default, with 240)");

    /// <summary>For the portal: data sets that lie in hosted institutions' homes.</summary>
    public Option<string?> Stored { get; } = new("--stored") { HelpName = "FILE", Hidden = true };

    public Option<int?> Institutions { get; } = CommonOptions.Number("--institutions", "K", 3, 50, "institutions to make; 5 unless the data names its own");

    public Option<int?> Rounds { get; } = CommonOptions.Number("--rounds", "R", 1, 1000, "of every method; 5");

    public Option<int?> Epochs { get; } = CommonOptions.Number("--epochs", "E", 1, 100, "local epochs of a round; 2");

    public Option<int?> Size { get; } = CommonOptions.Number("--size", "PX", 32, 1024, "width and height that the networks see; 64");

    public Option<string?> Model { get; } = CommonOptions.OneOf("--model", "network of all methods but EfficientNet; resnet50-slim", ["resnet50-slim", "resnet50-gn"]);

    public Option<string[]> Methods { get; } = new("--methods")
    {
        HelpName = "a,b",
        Description = "some of the methods; all",
        AllowMultipleArgumentsPerToken = true,
    };

    public Option<int?> Repeats { get; } = CommonOptions.Number("--repeats", "K", 1, 100, "whole trainings of every method, with seeds that follow one another; 1");

    public Option<int?> Seed { get; } = CommonOptions.Number("--seed", "S", 0, 1_000_000, "of splits, first models and order; 1");

    public Option<double?> NoiseIntensity { get; } = CommonOptions.NumberBetween("--noise-intensity", "Z", 0, 1000, "of the protected rounds, in clipping norms; 0.0005");

    public Option<double?> Temperature { get; } = CommonOptions.PositiveNumber("--temperature", "T", 100, "of distillation; 3");

    public Option<int?> Transfer { get; } = CommonOptions.Number("--transfer", "N", 10, 1_000_000, "public synthetic images to distil over; as many as --phantoms, else 240; at most 300");

    public Option<string?> MetaGradient { get; } = CommonOptions.OneOf("--meta-gradient", "of Per-FedAvg; first-order", ["first-order", "hessian-free"]);

    public Option<int?> AtOnce { get; } = CommonOptions.Number("--at-once", "N", 1, 1024, "institutions that compute side by side; one for each core");

    public Option<string?> Work { get; } = new("--work") { HelpName = "DIR", Description = "keep finished methods here, and go on with those that are missing" };

    public Option<string?> Markdown { get; } = new("--markdown") { HelpName = "FILE", Description = "write the table" };

    public Option<bool> Json { get; } = CommonOptions.Json();

    public IEnumerable<Option> All =>
    [
        Data, Phantoms, Stored, Institutions, Rounds, Epochs, Size, Model, Methods, Repeats, Seed, NoiseIntensity, Temperature, Transfer, MetaGradient, AtOnce, Work, Markdown, Json,
    ];
}
