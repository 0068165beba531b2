using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Attacks.Inversion;

namespace FedPortal.Site.CommandLine.Attacks;

/// <summary><c>attack inversion</c>: an image back from one gradient of a small network.</summary>
internal static class InversionVerb
{
    private static readonly double[] DefaultNoise = [0, 1e-4, 1e-3, 1e-2];

    public static Command Create()
    {
        var image = new Option<string?>("--image") { HelpName = "FILE", Description = "an X-ray, shrunk to 32 × 32; a phantom if not given" };
        var noise = new Option<double[]>("--noise") { HelpName = "Z", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => DefaultNoise, Description = "standard deviations of the noise, divided by the gradient's norm; 0 0.0001 0.001 0.01" };
        var save = new Option<string?>("--save") { HelpName = "DIR", Description = "write the image and what came back as PNG" };
        Option<int?> seed = CommonOptions.Number("--seed", "S", 0, int.MaxValue, "of weights, noise and starting images; 1");
        Option<bool> json = CommonOptions.Json();
        var command = new Command("inversion", "Gets an image back from one gradient of a small network (LeNet, 32 × 32). A ResNet-50 would take days and is not offered.") { image, noise, save, seed, json };
        command.SetAction((parsed, cancellation) => InputEnd.WatchAsync(parsed, async ct =>
        {
            double[] multipliers = parsed.GetValue(noise)!;
            if (multipliers.Length == 0 || Array.Exists(multipliers, z => !(z is >= 0 and <= 100)))
            {
                throw new UsageException($"--noise: expected numbers from 0 to 100 but got {string.Join(", ", multipliers.Select(z => z.ToString(CultureInfo.InvariantCulture)))}.");
            }

            int chosenSeed = parsed.GetValue(seed) ?? 1;
            string? imagePath = parsed.GetValue(image) is { } path ? CommonOptions.Existing(path, "--image") : null;
            string? folder = parsed.GetValue(save) is { } wanted ? Directory.CreateDirectory(wanted).FullName : null;
            float[] pixels = await InversionImage.LoadAsync(imagePath, chosenSeed, ct);
            var attack = new GradientInversion(classes: 3, chosenSeed);
            InversionResult[] results = await Task.Run(() => Array.ConvertAll(multipliers, z => attack.Run(pixels, label: 1, z, AttackOptions.ToStandardError, ct)), ct);
            Save(folder, pixels, results);
            Print(pixels, results, imagePath is null, parsed.GetValue(json));
            return ExitCodes.Done;
        }, cancellation));
        return command;
    }

    private static void Save(string? folder, float[] original, InversionResult[] results)
    {
        if (folder is null)
        {
            return;
        }

        File.WriteAllBytes(Path.Combine(folder, "original.png"), InversionImage.Png(original));
        foreach (InversionResult result in results)
        {
            File.WriteAllBytes(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"noise-{result.NoiseMultiplier:g6}.png")), InversionImage.Png(result.Image));
        }
    }

    private static void Print(float[] original, InversionResult[] results, bool isSynthetic, bool json)
    {
        if (json)
        {
            JsonOutput.Write(new JsonObject
            {
                ["command"] = "attack inversion",
                ["network"] = "LeNet with sigmoids, 32 x 32, one image a gradient",
                ["synthetic"] = isSynthetic,
                ["original"] = isSynthetic ? Convert.ToBase64String(InversionImage.Png(original)) : null,
                ["results"] = JsonOutput.Objects(results.Select(result => new JsonObject
                {
                    ["noiseMultiplier"] = result.NoiseMultiplier,
                    ["psnr"] = JsonOutput.Rounded(result.PeakSignalToNoise),
                    ["iterations"] = result.Iterations,
                    ["image"] = isSynthetic ? Convert.ToBase64String(InversionImage.Png(result.Image)) : null,
                })),
                ["remark"] = Remark,
            });
            return;
        }

        var table = new TextTable("z", "PSNR", "iterations");
        foreach (InversionResult result in results)
        {
            table.Add(
                result.NoiseMultiplier.ToString("g4", CultureInfo.InvariantCulture),
                result.PeakSignalToNoise.ToString("0.0 dB", CultureInfo.InvariantCulture),
                result.Iterations.ToString(CultureInfo.InvariantCulture));
        }

        foreach (string line in table.Lines())
        {
            Console.WriteLine(line);
        }

        Console.WriteLine(Remark);
    }

    private const string Remark = "That an image did not come back is no evidence of privacy: inversion fails long before ε is small.";
}
