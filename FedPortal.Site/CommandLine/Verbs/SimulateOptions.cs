using System.CommandLine;
using FedPortal.Training.Learning;

namespace FedPortal.Site.CommandLine.Verbs;

/// <summary>The options of <c>simulate</c>.</summary>
internal sealed class SimulateOptions
{
    public Option<string?> Data { get; } = new("--data") { HelpName = "DIR", Description = "X-rays: a folder (or zip) per institution and class, or with a manifest.csv" };

    public Option<int?> Phantoms { get; } = CommonOptions.Number("--phantoms", "N", 20, 1_000_000, "use N synthetic training images instead (the default, with 740)");

    public Option<int?> Institutions { get; } = CommonOptions.Number("--institutions", "K", 1, 200, "institutions to make; 5 unless the data names its own");

    public Option<int?> Rounds { get; } = CommonOptions.Number("--rounds", "R", 1, 10_000, "5 for data, 12 for phantoms");

    public Option<int?> Epochs { get; } = CommonOptions.Number("--epochs", "E", 1, 1000, "local epochs of a round; 2");

    public Option<int?> Size { get; } = CommonOptions.Number("--size", "PX", 32, 1024, "width and height that the network sees; 64");

    public Option<string?> Model { get; } = OneOf("--model", "resnet50-gn for data, resnet50-slim for phantoms", ModelNames.All);

    public Option<string?> Strategy { get; } = OneOf("--strategy", "plain-fedavg; every one of these adds updates in the clear", [.. FederatedStrategies.AllNames.Where(name => !FederatedStrategies.Parse(name).IsProtected())]);

    public Option<double?> LearningRate { get; } = CommonOptions.PositiveNumber("--learning-rate", "LR", 10, "of local AdamW; 0.001 for resnet50-slim, 0.0003 for the others");

    public Option<int?> Seed { get; } = CommonOptions.Number("--seed", "S", 0, int.MaxValue, "equal seeds give equal models; 1");

    public Option<int?> AtOnce { get; } = CommonOptions.Number("--at-once", "N", 1, 1024, "institutions that compute side by side; one for each core");

    public Option<string?> Holdout { get; } = new("--holdout") { HelpName = "DIR", Description = "labelled images of no institution, evaluated every round" };

    public Option<string?> Save { get; } = new("--save") { HelpName = "FILE", Description = "write the last global model as safetensors" };

    public Option<double?> Photons { get; } = CommonOptions.PositiveNumber("--photons", "N", 1e12, "training images get the quantum noise of N photons for a white pixel; it claims no privacy");

    public Option<string?> Regime { get; } = OneOf("--regime", "full-network (the default), private-head or dp-sgd", "full-network", "private-head", "dp-sgd");

    public PrivateHeadOptions PrivateHead { get; } = new();

    public Option<bool> Json { get; } = CommonOptions.Json();

    public IEnumerable<Option> All => [Data, Phantoms, Institutions, Rounds, Epochs, Size, Model, Strategy, LearningRate, Seed, AtOnce, Holdout, Save, Json, Photons, Regime, .. PrivateHead.All];

    private static Option<string?> OneOf(string name, string description, params string[] values)
    {
        var option = new Option<string?>(name) { HelpName = string.Join("|", values), Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !values.Contains(result.Tokens[0].Value))
            {
                result.AddError($"{name}: expected one of {string.Join(", ", values)} but got {result.Tokens[0].Value}.");
            }
        });
        return option;
    }
}
