using System.CommandLine;
using System.Globalization;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Accounting;
using FedPortal.Training.Comparison;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;

namespace FedPortal.Site.CommandLine.Comparison;

/// <summary><c>compare</c>: every method on the same data, with the same budget.</summary>
internal static class CompareVerb
{
    private const int DefaultPhantoms = 240;
    private const int MostTransferImages = 300;
    private const double DefaultNoise = 0.0005;

    public static Command Create()
    {
        var options = new CompareOptions();
        var command = new Command("compare", "Runs every method of the comparison on the same data and prints one table. Methods: " + string.Join(", ", ComparedMethods.Names) + ".");
        foreach (Option option in options.All)
        {
            command.Add(option);
        }

        command.Add(InputEnd.Option);
        command.SetAction((parsed, cancellation) => InputEnd.WatchAsync(parsed, async ct =>
        {
            string? markdown = parsed.GetValue(options.Markdown) is { } path ? CommonOptions.Writable(path, "--markdown") : null;
            using var folder = new PrivateFolder();
            ComparisonSetup setup = await SetupAsync(options, parsed, folder, ct);
            ComparisonReport report = await new ComparisonRun(setup, parsed.GetValue(options.Work) ?? folder.File("work"), Teller()).RunAsync(ct);
            if (markdown is not null)
            {
                await File.WriteAllTextAsync(markdown, ComparisonExport.Markdown(report), ct);
            }

            if (parsed.GetValue(options.Json))
            {
                await Console.Out.WriteLineAsync(ComparisonExport.Json(report));
            }
            else
            {
                Print(report);
            }

            return ExitCodes.Done;
        }, cancellation));
        return command;
    }

    /// <summary>"progress 123 1000 fedavg: round 2 of 5" on standard error, once for every thousandth or change of words.</summary>
    private static Action<double, string, string> Teller()
    {
        var gate = new Lock();
        (int Thousandths, string Words) last = (-1, "");
        return (fraction, method, what) =>
        {
            (int Thousandths, string Words) now = ((int)(1000 * Math.Clamp(fraction, 0, 1)), $"{method}: {what}");
            lock (gate)
            {
                if (now != last)
                {
                    last = now;
                    ProgressLine.Write(now.Thousandths, 1000, now.Words);
                }
            }
        };
    }

    private static async Task<ComparisonSetup> SetupAsync(CompareOptions options, ParseResult parsed, PrivateFolder folder, CancellationToken ct)
    {
        int seed = parsed.GetValue(options.Seed) ?? 1;
        int size = parsed.GetValue(options.Size) ?? 64;
        string[] methods = MethodsOf(parsed.GetValue(options.Methods) ?? []);
        (FederationImages images, string words) = await ImagesAsync(options, parsed, folder, seed, size, ct);
        if (images.Institutions.Count < 3)
        {
            throw new UsageException($"--data: protected rounds and rings need at least three institutions, but there are {images.Institutions.Count}.");
        }

        ClassifierArchitecture architecture = ModelNames.Parse(parsed.GetValue(options.Model) ?? "resnet50-slim");
        var plan = new TrainingPlan { Epochs = parsed.GetValue(options.Epochs) ?? 2, LearningRate = LearningRates.UsualOf(architecture), Seed = seed };
        TrainingPlanChecks.ThrowIfInvalid(plan);
        return new ComparisonSetup
        {
            Images = images,
            DataInWords = words,
            Pipeline = PreprocessingPipeline.Default(size),
            Model = new ModelDescription(architecture, images.Classes.Count),
            Plan = plan,
            Rounds = parsed.GetValue(options.Rounds) ?? 5,
            Seed = seed,
            Repeats = parsed.GetValue(options.Repeats) ?? 1,
            Methods = methods,
            Meta = new MetaPlan(IsHessianFree: parsed.GetValue(options.MetaGradient) == "hessian-free"),
            Temperature = parsed.GetValue(options.Temperature) ?? 3,
            TransferImages = parsed.GetValue(options.Transfer) ?? Math.Min(MostTransferImages, parsed.GetValue(options.Phantoms) ?? DefaultPhantoms),
            Protection = new ProtectionSettings(
                new PrivacyProfile { NoiseIntensity = parsed.GetValue(options.NoiseIntensity) ?? DefaultNoise }, new EncryptionProfile(), new ScreeningProfile())
            {
                AdvisesClipping = true,
            },
            Resources = SimulationResources.For(parsed.GetValue(options.AtOnce) ?? images.Institutions.Count, Environment.ProcessorCount),
            Command = CommandOf(options, parsed),
        };
    }

    private static string[] MethodsOf(string[] given)
    {
        string[] names = [.. given.SelectMany(list => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        string? unknown = names.FirstOrDefault(name => !ComparedMethods.Names.Contains(name));
        return unknown is not null
            ? throw new UsageException($"--methods: expected some of {string.Join(", ", ComparedMethods.Names)} but got {unknown}.")
            : names.Length == 0 ? [.. ComparedMethods.Names] : names;
    }

    private static async Task<(FederationImages Images, string Words)> ImagesAsync(
        CompareOptions options, ParseResult parsed, PrivateFolder folder, int seed, int size, CancellationToken ct)
    {
        CommonOptions.RequireAtMostOne(parsed, options.Data, options.Phantoms, options.Stored);
        if (parsed.GetValue(options.Stored) is { } stored)
        {
            FederationImages hosted = StoredFederation.Load(CommonOptions.Existing(stored, "--stored"));
            return (hosted, $"Hosted data sets of {string.Join(", ", hosted.Institutions.Select(institution => institution.Name))}");
        }

        int? institutions = parsed.GetValue(options.Institutions);
        if (parsed.GetValue(options.Data) is { } data)
        {
            await using var intake = new FederationIntake(folder.Path);
            FederationImages taken = await intake.RunAsync(CommonOptions.Existing(data, "--data"), institutions, most: null, holdoutPath: null, seed, ct);
            return (taken with { ConsortiumHoldout = null }, $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(data))}: {(taken.IsSynthetic ? "synthetic images among them" : "real X-rays")} of {taken.Institutions.Count} institutions");
        }

        int count = parsed.GetValue(options.Phantoms) ?? DefaultPhantoms;
        return (PhantomFederation.Create(PhantomFederation.Options(count, institutions ?? 5, size, seed)), $"{count} synthetic images (phantoms) to train on, in {institutions ?? 5} institutions");
    }

    /// <summary>Without the options that change no result. Hosted data sets lie at the portal only: there no command line gives the same again.</summary>
    private static string CommandOf(CompareOptions options, ParseResult parsed)
    {
        Option[] shown =
        [
            options.Phantoms, options.Institutions, options.Rounds, options.Epochs, options.Size, options.Model, options.Repeats, options.Seed,
            options.NoiseIntensity, options.Temperature, options.Transfer, options.MetaGradient,
        ];
        IEnumerable<string> given = shown.Where(option => CommonOptions.IsGiven(parsed, option))
            .Select(option => $"{option.Name} {string.Join(' ', parsed.GetResult(option)!.Tokens.Select(token => token.Value))}");
        string data = parsed.GetValue(options.Data) is { } path ? $" --data {Path.GetFileName(Path.TrimEndingDirectorySeparator(path))}" : "";
        return string.Join(' ', given.Prepend(CommonOptions.IsGiven(parsed, options.Stored) ? "the portal's comparison of hosted data sets with" : $"./fedportal compare{data}"));
    }

    private static void Print(ComparisonReport report)
    {
        Console.WriteLine(report.Settings.Fairness);
        var table = new TextTable("method", "accuracy", "AUROC", "up a site", "in all", "s a round", "CPU s", "privacy", "published");
        foreach (ComparisonRow row in report.Rows())
        {
            MethodResult result = row.Result;
            table.Add(
                row.Method.Name,
                ComparisonText.Of(result.Accuracy),
                ComparisonText.Of(result.Auroc),
                ComparisonText.Bytes(result.Traffic.UpPerSite),
                ComparisonText.Bytes(result.Traffic.Total),
                result.SecondsPerRound.ToString("0.0", CultureInfo.InvariantCulture),
                result.CpuSeconds.ToString("0", CultureInfo.InvariantCulture),
                ComparisonText.Of(result.Privacy),
                ComparisonText.Published(row.Method));
        }

        foreach (string line in table.Lines())
        {
            Console.WriteLine(line);
        }
    }
}
