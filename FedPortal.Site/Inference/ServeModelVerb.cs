using System.CommandLine;
using System.Runtime.InteropServices;
using FedPortal.Site.CommandLine;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Explanation;
using FedPortal.Training.Learning;
using FedPortal.Training.Native;

namespace FedPortal.Site.Inference;

/// <summary>Hidden: what a portal starts to have pictures answered. Pictures come in by standard input; when it ends, so does the program.</summary>
internal static class ServeModelVerb
{
    public static Command Create()
    {
        Option<string> model = CommonOptions.Model();
        var threads = new Option<int>("--threads") { Description = "processor threads, 0 for all" };
        var maxBytes = new Option<int>("--max-bytes") { Description = "longest file", DefaultValueFactory = _ => 64 << 20 };
        var command = new Command(ModelService.Verb, "Answers pictures for a parent process.") { model, threads, maxBytes };
        command.Hidden = true;
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var ignored = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
            string path = CommonOptions.Existing(parsed.GetValue(model)!, "--model");
            SavedModel saved = GlobalModelFile.Load(path, ClassifierModel.LayoutOf);
            using var explainer = new ModelExplainer(saved.Model, saved.Card.Pipeline, new ComputeOptions(Threads: parsed.GetValue(threads)));
            await new ModelServer(explainer, parsed.GetValue(maxBytes)).RunAsync(Console.OpenStandardInput(), Console.Out, cancellationToken);
            return ExitCodes.Done;
        });
        return command;
    }
}
