using System.CommandLine;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Imaging;
using FedPortal.Training.Native;
using FedPortal.Training.Robustness;

namespace FedPortal.Site.CommandLine.Robustness;

/// <summary>The tests that give curves.</summary>
internal static class SweepVerb
{
    private const int Examples = 3;

    /// <summary>Networks that learn from wrong labels see pictures of at most this size: there are several, each from fresh weights.</summary>
    private const int TrainingSize = 64;

    private static readonly (string Name, Disturbance Disturbance)[] Kinds =
        [("gaussian", Disturbance.GaussianNoise), ("photon", Disturbance.PhotonNoise), ("blur", Disturbance.Blur), ("contrast", Disturbance.Contrast)];

    public static Command Fgsm()
    {
        Option<double[]> epsilon = RobustnessOptions.Strengths("--epsilon", "E", Disturbance.Fgsm);
        var command = new Command("fgsm", "One step along the sign of the gradient (Goodfellow et al. 2015), for each ε.") { epsilon };
        return Sweeping(command, parsed => RobustnessPlan.For(RobustnessTest.Fgsm).With(Disturbance.Fgsm, parsed.GetValue(epsilon)!));
    }

    public static Command Pgd()
    {
        Option<double[]> epsilon = RobustnessOptions.Strengths("--epsilon", "E", Disturbance.Pgd);
        Option<int?> steps = CommonOptions.Number("--steps", "N", 1, 200, "steps; 10");
        Option<double?> size = CommonOptions.PositiveNumber("--step-size", "A", GreyLevels.White, "length of a step in grey levels; 2.5 ε over the steps");
        var command = new Command("pgd", "Projected gradient ascent inside an L∞ ball from a seeded random start (Madry et al. 2018), for each ε.") { epsilon, steps, size };
        return Sweeping(command, parsed => RobustnessPlan.For(RobustnessTest.Pgd).With(Disturbance.Pgd, parsed.GetValue(epsilon)!) with
        {
            Steps = parsed.GetValue(steps) ?? 10,
            StepSize = parsed.GetValue(size),
        });
    }

    public static Command Noise()
    {
        Option<string?> kind = CommonOptions.OneOf("--kind", "only one of them; all four if not given", [.. Kinds.Select(entry => entry.Name)]);
        var strengths = new Option<double[]>("--strengths") { HelpName = "S", AllowMultipleArgumentsPerToken = true, Description = "strengths of --kind: grey levels, photons of a white pixel, pixels, per cent" };
        var command = new Command("noise", "Gaussian noise, photon noise of a stated dose, blur, lost contrast.") { kind, strengths };
        return Sweeping(command, parsed =>
        {
            RobustnessPlan plan = RobustnessPlan.For(RobustnessTest.Noise);
            double[] wanted = parsed.GetValue(strengths) ?? [];
            if (parsed.GetValue(kind) is not { } name)
            {
                return wanted.Length == 0 ? plan : throw new UsageException("--strengths: expected --kind as well, since each kind has its own unit.");
            }

            Disturbance only = Array.Find(Kinds, entry => entry.Name == name).Disturbance;
            plan = plan with { Curves = [.. plan.Curves.Where(curve => curve.Disturbance == only)] };
            return wanted.Length == 0 ? plan : plan.With(only, wanted);
        });
    }

    public static Command Labels()
    {
        Option<double[]> percent = RobustnessOptions.Strengths("--percent", "P", Disturbance.LabelErrors);
        var train = new Option<bool>("--train") { Description = "also train small networks on phantoms with wrong labels (minutes)" };
        Option<int?> images = CommonOptions.Number("--train-images", "N", 12, 5000, "phantoms that each network learns from; 240");
        Option<int?> epochs = CommonOptions.Number("--epochs", "E", 1, 100, "passes over them; 8");
        var command = new Command("labels", "Wrong labels: what they do to the measured figures, and, with --train, to training.") { percent, train, images, epochs };
        return Sweeping(command, parsed =>
        {
            RobustnessPlan plan = RobustnessPlan.For(RobustnessTest.Labels).With(Disturbance.LabelErrors, parsed.GetValue(percent)!);
            plan = plan with { TrainingImages = parsed.GetValue(images) ?? plan.TrainingImages, TrainingEpochs = parsed.GetValue(epochs) ?? plan.TrainingEpochs };
            return parsed.GetValue(train)
                ? CommonOptions.IsGiven(parsed, percent) ? plan.With(Disturbance.LabelTraining, parsed.GetValue(percent)!) : plan
                : plan with { Curves = [.. plan.Curves.Where(curve => curve.Disturbance != Disturbance.LabelTraining)] };
        });
    }

    private static Command Sweeping(Command command, Func<ParseResult, RobustnessPlan> planOf)
    {
        var options = new RobustnessOptions();
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => InputEnd.WatchAsync(parsed, async ct =>
        {
            RobustnessPlan plan = options.Checked(parsed, planOf(parsed));
            string? folder = options.Pictures(parsed);
            await using OpenedModel opened = await options.OpenAsync(parsed, ct);
            opened.Engine.Steps = RobustnessOptions.Tell;
            RobustnessReply reply = await opened.Engine.AskAsync<RobustnessReply>(
                new RobustnessRequest(opened.File, plan, folder is null ? 0 : Examples, new ComputeOptions(), options.KeptIn(parsed, "points")), "measuring robustness", null, ct);
            RobustnessReport report = reply.Report;
            if (plan.CurveOf(Disturbance.LabelTraining) is not null)
            {
                report = report with { Curves = [.. report.Curves, await TrainAsync(opened, plan, options.KeptIn(parsed, "networks"), ct)] };
            }

            RobustnessOutput.Print(command.Name, plan, opened, report, RobustnessOutput.Save(folder, reply.Pictures), options.Json(parsed));
            return ExitCodes.Done;
        }, cancellation));
        return command;
    }

    /// <summary>On phantoms always: whoever measures on patients trains nothing on them here.</summary>
    private static async Task<RobustnessCurve> TrainAsync(OpenedModel opened, RobustnessPlan plan, string? keptIn, CancellationToken ct)
    {
        RobustnessOptions.RequirePhantomClasses(opened);
        int size = Math.Min(TrainingSize, opened.Card.Pipeline.Size);
        await opened.LoadAsync(
            new PhantomImages(RobustnessOptions.Phantoms(plan.TrainingImages, Math.Max(60, plan.TrainingImages / 2), size, plan.Seed), 0),
            PreprocessingPipeline.Default(size), "the phantoms to train on", ct);
        return (await opened.Engine.AskAsync<NoisyLabelsReply>(new NoisyLabelsRequest(plan, new ComputeOptions(), keptIn), "training on wrong labels", null, ct)).Curve;
    }
}
