using System.CommandLine;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Training.Imaging;

namespace FedPortal.Site.CommandLine.Verbs;

/// <summary><c>simulate --regime private-head</c>.</summary>
internal static class PrivateHeadRun
{
    public static async Task<int> RunAsync(SimulateOptions options, ParseResult parsed, PrivateFolder folder, CancellationToken ct)
    {
        ProtectionOptions protection = options.Protection;
        Option[] others =
        [
            options.Model, options.Strategy, options.Protected, options.Epochs, options.Save, options.Photons,
            .. protection.All.Except([protection.Delta, protection.Dropouts, protection.Colluders]),
        ];
        if (CommonOptions.FirstGiven(parsed, others) is { } misplaced)
        {
            throw new UsageException($"{misplaced.Name}: not with --regime private-head.");
        }

        FederationImages images = await SimulateVerb.ImagesAsync(options, parsed, folder, ct);
        if (images.ConsortiumHoldout is not null)
        {
            throw new UsageException("--holdout: not with --regime private-head; every institution evaluates on its own hold-out.");
        }

        PrivateHeadSetup setup = options.PrivateHead.Setup(
            parsed,
            protection,
            images,
            PreprocessingPipeline.Default(parsed.GetValue(options.Size) ?? 64),
            SimulationResources.For(parsed.GetValue(options.AtOnce) ?? images.Institutions.Count, Environment.ProcessorCount),
            parsed.GetValue(options.Rounds),
            parsed.GetValue(options.LearningRate));
        bool json = parsed.GetValue(options.Json);
        await using var simulation = new PrivateHeadSimulation(setup, line => (json ? TextWriter.Null : Console.Out).WriteLine(line));
        PrivateHeadResult result = await simulation.RunAsync(ct);
        if (json)
        {
            JsonOutput.Write(PrivateHeadJson.From(result));
        }
        else
        {
            foreach (string line in PrivateHeadText.Lines(result))
            {
                Console.WriteLine(line);
            }
        }

        return ExitCodes.Done;
    }
}
