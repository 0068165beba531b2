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

            string? save = parsed.GetValue(options.Save) is { } path ? CommonOptions.Writable(path, "--save") : null;
            SimulationSetup setup = await SetupAsync(options, parsed, folder, ct);
            return await RunAsync(setup, save, parsed.GetValue(options.Json), ct);
        });
        return command;
    }

    private static async Task<int> RunAsync(SimulationSetup setup, string? save, bool json, CancellationToken ct)
    {
        TextWriter output = json ? TextWriter.Null : Console.Out;
        var text = new SimulationText(setup, output);
        SimulationResult result = await SimulateAsync(setup, text, ct);
        if (save is not null)
        {
            GlobalModelFile.Save(save, result.Model, new ModelCard(setup.Images.Classes, setup.Pipeline, setup.Images.IsSynthetic, setup.Strategy));
        }

        AttackResult? attack = setup.Attack is null ? null : await WithoutScreenAsync(result, text, ct);
        if (json)
        {
            JsonOutput.Write(SimulationJson.From(result, attack, save));
        }

        text.Summarise(result, save);
        text.Summarise(attack);
        return ExitCodes.Done;
    }

    private static async Task<SimulationResult> SimulateAsync(SimulationSetup setup, ISimulationWatcher watcher, CancellationToken ct)
    {
        await using var simulation = new FederationSimulation(setup, watcher);
        return await simulation.RunAsync(ct);
    }

    /// <summary>The same attack on the same study once more, with nobody left out.</summary>
    private static async Task<AttackResult> WithoutScreenAsync(SimulationResult screened, SimulationText text, CancellationToken ct)
    {
        text.Say("Once more without the screen");
        SimulationSetup setup = screened.Setup with { Protection = screened.Setup.Protection!.WithoutRules() };
        return AttackResult.Of(screened, await SimulateAsync(setup, text, ct));
    }

    private static async Task<SimulationSetup> SetupAsync(SimulateOptions options, ParseResult parsed, PrivateFolder folder, CancellationToken ct)
    {
        bool byPatient = parsed.GetValue(options.Regime) == "dp-sgd";
        options.PrivateHead.RequireNone(parsed, byPatient);
        string? data = parsed.GetValue(options.Data);
        int seed = parsed.GetValue(options.Seed) ?? 1;
        int size = parsed.GetValue(options.Size) ?? 64;
        FederationImages images = await ImagesAsync(options, parsed, folder, ct);
        ClassifierArchitecture architecture = ModelNames.Parse(parsed.GetValue(options.Model) ?? (data is null ? "resnet50-slim" : "resnet50-gn"));
        FederatedStrategy strategy = StrategyOf(options, parsed);
        int rounds = parsed.GetValue(options.Rounds) ?? (data is null ? 12 : 5);
        var plan = new TrainingPlan
        {
            Epochs = parsed.GetValue(options.Epochs) ?? 2,
            LearningRate = parsed.GetValue(options.LearningRate) ?? LearningRates.UsualOf(architecture),
            ProximalTerm = strategy.Base() == StrategyBase.FedProx ? ProximalTerm : 0,
            PhotonCount = parsed.GetValue(options.Photons),
            Seed = seed,
        };
        if (byPatient)
        {
            plan = plan with { Balance = ClassBalance.None, PatientNoise = options.PrivateHead.PatientNoise(parsed, options.Protection, plan.Epochs, rounds, architecture) };
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
            Delta = parsed.GetValue(options.Protection.Delta) ?? PrivateHeadDefaults.Delta,
            TuningRunsCounted = parsed.GetValue(options.PrivateHead.TuningCounted),
            Protection = strategy.IsProtected() ? options.Protection.Settings(parsed, images.Institutions.Count) : null,
            Attack = strategy.IsProtected() ? options.Protection.Attack(parsed, images.Institutions.Count) : null,
            Resources = SimulationResources.For(parsed.GetValue(options.AtOnce) ?? images.Institutions.Count, Environment.ProcessorCount),
        };
    }

    /// <summary>The images that the options name: phantoms, or a folder or zip after intake.</summary>
    public static async Task<FederationImages> ImagesAsync(SimulateOptions options, ParseResult parsed, PrivateFolder folder, CancellationToken ct)
    {
        string? data = parsed.GetValue(options.Data);
        int? phantoms = parsed.GetValue(options.Phantoms);
        CommonOptions.RequireAtMostOne(parsed, options.Data, options.Phantoms);
        if (data is null && parsed.GetValue(options.Holdout) is not null)
        {
            throw new UsageException("--holdout: expected --data as well; phantoms have a hold-out of their own.");
        }

        string? holdout = parsed.GetValue(options.Holdout) is { } path ? CommonOptions.Existing(path, "--holdout") : null;
        int seed = parsed.GetValue(options.Seed) ?? 1;
        int size = parsed.GetValue(options.Size) ?? 64;
        int? institutions = parsed.GetValue(options.Institutions);
        int? most = parsed.GetValue(options.Images);
        if (data is null && most is not null)
        {
            throw new UsageException("--images: expected --data as well; --phantoms says how many phantoms to make.");
        }

        return data is null
            ? PhantomFederation.Create(PhantomFederation.Options(phantoms ?? PhantomFederation.DefaultCount, institutions ?? 5, size, seed))
            : await IntakeAsync(CommonOptions.Existing(data, "--data"), institutions, most, holdout, seed, folder, ct);
    }

    private static FederatedStrategy StrategyOf(SimulateOptions options, ParseResult parsed)
    {
        FederatedStrategy strategy = FederatedStrategies.Parse(parsed.GetValue(options.Strategy) ?? "fedavg");
        if (strategy.IsProtected())
        {
            return strategy;
        }

        // No option of protection means anything to a plain strategy.
        string? given = parsed.GetValue(options.Protected) ? "--protected" : CommonOptions.FirstGiven(parsed, options.Protection.All)?.Name;
        return given is null
            ? strategy
            : throw new UsageException($"{given}: the strategy {FederatedStrategies.NameOf(strategy)} adds updates in the clear and protects nothing; take fedavg, fedprox or fedadam.");
    }

    private static async Task<FederationImages> IntakeAsync(string data, int? institutions, int? most, string? holdout, int seed, PrivateFolder folder, CancellationToken ct)
    {
        await using var intake = new FederationIntake(folder.Path);
        return await intake.RunAsync(data, institutions, most, holdout, seed, ct);
    }
}
