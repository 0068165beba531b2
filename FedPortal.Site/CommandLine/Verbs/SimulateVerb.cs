using System.CommandLine;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.PrivateHead;

namespace FedPortal.Site.CommandLine.Verbs;

/// <summary><c>simulate</c>: a whole federation on this machine.</summary>
internal static class SimulateVerb
{
    /// <summary>μ of FedProx.</summary>
    private const double ProximalTerm = 0.01;

    public static Command Create()
    {
        var options = new SimulateOptions();
        var command = new Command("simulate", "Trains one classifier over several institutions, each a process of its own on this machine.");
        foreach (Option option in options.All)
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, ct) =>
        {
            using var folder = new PrivateFolder();
            if (parsed.GetValue(options.Regime) == "private-head")
            {
                return await PrivateHeadRun.RunAsync(options, parsed, folder, ct);
            }

            SimulationSetup setup = await SetupAsync(options, parsed, folder, ct);
            return await RunAsync(setup, parsed.GetValue(options.Save), parsed.GetValue(options.Json), ct);
        });
        return command;
    }

    private static async Task<int> RunAsync(SimulationSetup setup, string? save, bool json, CancellationToken ct)
    {
        var text = new SimulationText(setup, json ? TextWriter.Null : Console.Out);
        await using var simulation = new FederationSimulation(setup, text);
        SimulationResult result = await simulation.RunAsync(ct);
        string? saved = save is null ? null : Path.GetFullPath(save);
        if (saved is not null)
        {
            GlobalModelFile.Save(saved, result.Model, new ModelCard(setup.Images.Classes, setup.Pipeline, setup.Images.IsSynthetic, setup.Strategy));
        }

        if (json)
        {
            JsonOutput.Write(SimulationJson.From(result, saved));
        }

        text.Summarise(result, saved);
        return ExitCodes.Done;
    }

    private static async Task<SimulationSetup> SetupAsync(SimulateOptions options, ParseResult parsed, PrivateFolder folder, CancellationToken ct)
    {
        ThrowIfUnwritable(parsed.GetValue(options.Save));
        bool byPatient = parsed.GetValue(options.Regime) == "dp-sgd";
        options.PrivateHead.RequireNone(parsed, byPatient);
        string? data = parsed.GetValue(options.Data);
        int seed = parsed.GetValue(options.Seed) ?? 1;
        int size = parsed.GetValue(options.Size) ?? 64;
        FederationImages images = await ImagesAsync(options, parsed, folder, ct);
        ClassifierArchitecture architecture = ModelNames.Parse(parsed.GetValue(options.Model) ?? (data is null ? "resnet50-slim" : "resnet50-gn"));
        FederatedStrategy strategy = FederatedStrategies.Parse(parsed.GetValue(options.Strategy) ?? "plain-fedavg");
        int rounds = parsed.GetValue(options.Rounds) ?? (data is null ? 12 : 5);
        var plan = new TrainingPlan
        {
            Epochs = parsed.GetValue(options.Epochs) ?? 2,
            LearningRate = parsed.GetValue(options.LearningRate) ?? (architecture == ClassifierArchitecture.ResNet50Slim ? 1e-3 : 3e-4),
            ProximalTerm = strategy.Base() == StrategyBase.FedProx ? ProximalTerm : 0,
            PhotonCount = parsed.GetValue(options.Photons),
            Seed = seed,
        };
        if (byPatient)
        {
            plan = plan with { Balance = ClassBalance.None, PatientNoise = options.PrivateHead.PatientNoise(parsed, plan.Epochs, rounds, architecture) };
        }

        TrainingPlanChecks.ThrowIfInvalid(plan);
        return new SimulationSetup
        {
            Images = images,
            Pipeline = PreprocessingPipeline.Default(size),
            Model = new ModelDescription(architecture, images.Classes.Count),
            Strategy = strategy,
            Plan = plan,
            Server = ServerOptimizerOptions.For(strategy, rounds),
            Rounds = rounds,
            Seed = seed,
            Delta = parsed.GetValue(options.PrivateHead.Delta) ?? PrivateHeadDefaults.Delta,
            TuningRunsCounted = parsed.GetValue(options.PrivateHead.TuningCounted),
            Resources = SimulationResources.For(parsed.GetValue(options.AtOnce) ?? images.Institutions.Count, Environment.ProcessorCount),
        };
    }

    /// <summary>The images that the options name: phantoms, or a folder or zip after intake.</summary>
    public static async Task<FederationImages> ImagesAsync(SimulateOptions options, ParseResult parsed, PrivateFolder folder, CancellationToken ct)
    {
        string? data = parsed.GetValue(options.Data);
        int? phantoms = parsed.GetValue(options.Phantoms);
        if (data is not null && phantoms is not null)
        {
            throw new UsageException("--data and --phantoms: expected at most one of them.");
        }

        if (data is null && parsed.GetValue(options.Holdout) is not null)
        {
            throw new UsageException("--holdout: expected --data as well; phantoms have a hold-out of their own.");
        }

        string? holdout = parsed.GetValue(options.Holdout) is { } path ? CommonOptions.Existing(path, "--holdout") : null;
        int seed = parsed.GetValue(options.Seed) ?? 1;
        int size = parsed.GetValue(options.Size) ?? 64;
        int? institutions = parsed.GetValue(options.Institutions);
        return data is null
            ? PhantomFederation.Create(PhantomFederation.Options(phantoms ?? PhantomFederation.DefaultCount, institutions ?? 5, size, seed))
            : await IntakeAsync(CommonOptions.Existing(data, "--data"), institutions, holdout, seed, folder, ct);
    }

    private static async Task<FederationImages> IntakeAsync(string data, int? institutions, string? holdout, int seed, PrivateFolder folder, CancellationToken ct)
    {
        await using var intake = new FederationIntake(folder.Path);
        return await intake.RunAsync(data, institutions, holdout, seed, ct);
    }

    /// <summary>Better now than after the last round.</summary>
    private static void ThrowIfUnwritable(string? save)
    {
        if (save is not null && Path.GetDirectoryName(Path.GetFullPath(save)) is var folder && !Directory.Exists(folder))
        {
            throw new UsageException($"--save: there is no folder {folder}.");
        }
    }
}
