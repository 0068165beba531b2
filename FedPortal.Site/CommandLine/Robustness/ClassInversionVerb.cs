using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Imaging;
using FedPortal.Training.Native;
using FedPortal.Training.Robustness;

namespace FedPortal.Site.CommandLine.Robustness;

/// <summary><c>robustness inversion</c>: pictures that the network takes for its classes, and how like the class means they are.</summary>
internal static class ClassInversionVerb
{
    private const string Remark = "A class mean belongs to nobody. Where a class holds one patient's images only, its inversion would be a picture of that patient.";

    public static Command Create()
    {
        var options = new RobustnessOptions();
        Option<int?> steps = CommonOptions.Number("--steps", "N", 1, 2000, "steps of gradient descent; 200");
        var command = new Command("inversion", "Class-representative pictures by gradient descent on the input, with a total-variation prior (after Fredrikson et al. 2015).") { steps };
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => InputEnd.WatchAsync(parsed, async ct =>
        {
            RobustnessPlan plan = options.Checked(parsed, RobustnessPlan.For(RobustnessTest.Inversion) with { InversionSteps = parsed.GetValue(steps) ?? 200 });
            string? folder = options.Pictures(parsed);
            await using OpenedModel opened = await options.OpenAsync(parsed, ct);
            opened.Engine.Steps = RobustnessOptions.Tell;
            ClassInversionReply reply = await opened.Engine.AskAsync<ClassInversionReply>(
                new ClassInversionRequest(opened.File, plan.InversionSteps, plan.Seed, new ComputeOptions()), "inverting", null, ct);
            Print(plan, opened, reply, Save(folder, reply), options.IsPhantoms(parsed), options.Json(parsed));
            return ExitCodes.Done;
        }, cancellation));
        return command;
    }

    private static (string Inverted, string? Mean)[] Save(string? folder, ClassInversionReply reply)
    {
        if (folder is null)
        {
            return [];
        }

        string Write(string name, float[] pixels)
        {
            File.WriteAllBytes(Path.Combine(folder, name), GreyLevels.ToPng(pixels, reply.ImageSize));
            return name;
        }

        return [.. reply.Classes.Select((found, c) => (Write($"inversion-{c}.png", found.Pixels), found.Mean is null ? null : Write($"inversion-{c}-mean.png", found.Mean)))];
    }

    private static void Print(RobustnessPlan plan, OpenedModel opened, ClassInversionReply reply, (string Inverted, string? Mean)[] saved, bool isSynthetic, bool json)
    {
        if (json)
        {
            JsonObject document = ModelJson.Head("robustness inversion", opened);
            document["steps"] = plan.InversionSteps;
            document["synthetic"] = isSynthetic;
            document["classes"] = JsonOutput.Objects(reply.Classes.Select((found, c) => new JsonObject
            {
                ["class"] = found.Class,
                ["probability"] = JsonOutput.Rounded(found.Probability),
                ["similarity"] = new JsonArray([.. found.Similarity.Select(JsonOutput.Rounded)]),
                ["isNearest"] = found.IsNearest,
                ["picture"] = saved.Length == 0 ? null : saved[c].Inverted,
                ["mean"] = saved.Length == 0 ? null : saved[c].Mean,
            }));
            document["remark"] = Remark;
            JsonOutput.Write(document);
            return;
        }

        var table = new TextTable(["class", "probability", .. reply.Classes.Select(other => $"like {other.Class}"), "nearest is its own"]);
        foreach (InvertedClass found in reply.Classes)
        {
            table.Add([
                found.Class, found.Probability.ToString("0.000", CultureInfo.InvariantCulture),
                .. found.Similarity.Select(similarity => similarity?.ToString("0.000", CultureInfo.InvariantCulture) ?? "no images"), found.IsNearest ? "yes" : "no"]);
        }

        foreach (string line in table.Lines())
        {
            Console.WriteLine(line);
        }

        Console.WriteLine(Remark);
    }
}
