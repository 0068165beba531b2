using System.Globalization;
using System.Text.Json;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Training.Protocol;
using FedPortal.Training.Robustness;
using Microsoft.Extensions.Options;

namespace FedPortal.Jobs;

/// <summary>
/// Runs a robustness test on phantoms in a child process and stores its pictures. Finished points are kept, so that a test that was killed with the portal goes
/// on with the others.
/// </summary>
internal sealed class RobustnessProcess(EngineChild child, IOptions<PortalOptions> options, BlobStore blobs)
{
    private const long MostPictureBytes = 16 << 20;

    /// <param name="run">What to do; its target is phantoms.</param>
    /// <param name="model">The version's file.</param>
    /// <param name="show">Told of stage and fraction, at most once a second.</param>
    /// <exception cref="InvalidOperationException">The child failed; the message is its own.</exception>
    public async Task<RobustnessOutcome> RunAsync(RobustnessRun run, string model, Func<string, double, Task<bool>> show, CancellationToken cancellationToken)
    {
        string folder = RunFolders.PathOf(options.Value.Root, RunFolders.Robustness, run.Id);
        string pictures = Path.Combine(folder, "pictures");
        string document = await child.RunAsync([.. Arguments(run, model), "--work", Path.Combine(folder, "work"), "--pictures", pictures], show, cancellationToken);
        using var json = JsonDocument.Parse(document);
        RobustnessOutcome outcome = await OutcomeAsync(run, json.RootElement, pictures, cancellationToken);
        RunFolders.Remove(folder);
        return outcome;
    }

    private static List<string> Arguments(RobustnessRun run, string model)
    {
        RobustnessPlan plan = run.Plan;
        List<string> arguments =
        [
            "robustness", VerbOf(run.Test), "--model", model, "--phantoms", Text(run.Phantoms), "--seed", Text(plan.Seed),
        ];
        switch (run.Test)
        {
            case RobustnessTest.Fgsm or RobustnessTest.Pgd:
                arguments.AddRange(["--epsilon", .. plan.Curves[0].Strengths.Select(Text)]);
                arguments.AddRange(run.Test == RobustnessTest.Pgd ? ["--steps", Text(plan.Steps)] : []);
                arguments.AddRange(plan.StepSize is { } step ? ["--step-size", Text(step)] : []);
                break;
            case RobustnessTest.Labels when plan.CurveOf(Disturbance.LabelTraining) is not null:
                arguments.AddRange(["--train", "--train-images", Text(plan.TrainingImages), "--epochs", Text(plan.TrainingEpochs)]);
                break;
            case RobustnessTest.Inversion:
                arguments.AddRange(["--steps", Text(plan.InversionSteps)]);
                break;
        }

        return arguments;
    }

    private async Task<RobustnessOutcome> OutcomeAsync(RobustnessRun run, JsonElement root, string folder, CancellationToken cancellationToken)
    {
        // A picture that a model makes of a class may show what it learned from: only where that was phantoms is it kept.
        bool mayShow = root.GetProperty("modelSynthetic").GetBoolean();
        var outcome = new RobustnessOutcome(IsSynthetic: true, string.Create(CultureInfo.InvariantCulture, $"model version {run.ModelVersion} on {run.Phantoms} phantoms that it never saw"));
        if (run.Test == RobustnessTest.Inversion)
        {
            List<InvertedPicture> found = [];
            foreach (JsonElement row in root.GetProperty("classes").EnumerateArray())
            {
                found.Add(new InvertedPicture(
                    row.GetProperty("class").GetString()!, row.GetProperty("probability").GetDouble(),
                    [.. row.GetProperty("similarity").EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Null ? (double?)null : value.GetDouble())],
                    row.GetProperty("isNearest").GetBoolean(),
                    mayShow ? await StoreAsync(row, "picture", folder, cancellationToken) : null,
                    await StoreAsync(row, "mean", folder, cancellationToken)));
            }

            return outcome with { Inversion = found };
        }

        List<RobustnessPicture> pictures = [];
        foreach (JsonElement row in root.GetProperty("pictures").EnumerateArray())
        {
            pictures.Add(new RobustnessPicture(
                Enum.Parse<Disturbance>(row.GetProperty("disturbance").GetString()!), row.GetProperty("strength").GetDouble(), row.GetProperty("trueClass").GetString()!,
                row.GetProperty("before").GetString()!, row.GetProperty("beforeProbability").GetDouble(), row.GetProperty("after").GetString()!, row.GetProperty("afterProbability").GetDouble(),
                row.GetProperty("amplification").GetDouble(), row.GetProperty("greatestChange").GetDouble(),
                (await StoreAsync(row, "original", folder, cancellationToken))!, (await StoreAsync(row, "difference", folder, cancellationToken))!, (await StoreAsync(row, "disturbed", folder, cancellationToken))!));
        }

        return outcome with { Report = root.GetProperty("report").Deserialize<RobustnessReport>(ProtocolJson.Options), Pictures = pictures };
    }

    private async Task<string?> StoreAsync(JsonElement row, string name, string folder, CancellationToken cancellationToken)
    {
        if (row.GetProperty(name).GetString() is not { } file)
        {
            return null;
        }

        await using FileStream picture = File.OpenRead(Path.Combine(folder, Path.GetFileName(file)));
        return (await blobs.ReceiveAsync(picture, expectedHash: null, MostPictureBytes, cancellationToken)).Hash;
    }

    private static string VerbOf(RobustnessTest test) => test.ToString().ToLowerInvariant();

    private static string Text<T>(T number)
        where T : IFormattable => number.ToString(null, CultureInfo.InvariantCulture);
}
