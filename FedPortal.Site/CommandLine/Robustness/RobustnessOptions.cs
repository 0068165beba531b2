using System.CommandLine;
using System.Globalization;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Site.CommandLine.Verbs;
using FedPortal.Training.Datasets;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Robustness;

namespace FedPortal.Site.CommandLine.Robustness;

/// <summary>Which model, which images, and where the results go.</summary>
internal sealed class RobustnessOptions
{
    /// <summary>Phantoms of the lab are other ones than those that demonstrations train on.</summary>
    private const int FirstSeed = 7_000_000;
    private readonly Option<string> _model = CommonOptions.Model();
    private readonly Option<string?> _data = new("--data") { HelpName = "DIR", Description = "labelled X-rays, as for evaluate: the hold-out if there is one, else all" };
    private readonly Option<int?> _phantoms = CommonOptions.Number("--phantoms", "N", RobustnessPlan.LeastImages, 5000, "draw N synthetic images instead (the default, with 120)");
    private readonly Option<int?> _images = CommonOptions.Number("--images", "N", RobustnessPlan.LeastImages, 5000, "most images of --data; 150");
    private readonly Option<int?> _seed = CommonOptions.Number("--seed", "S", 0, 999_999, "of phantoms, starts, noise and flips; 1");
    private readonly Option<string?> _pictures = new("--pictures") { HelpName = "DIR", Description = "write examples as PNG; with --data they show patients and stay on this machine" };

    /// <summary>For the portal, whose tests may be killed.</summary>
    private readonly Option<string?> _work = new("--work") { HelpName = "DIR", Description = "keep finished points here, and go on with those that are missing", Hidden = true };
    private readonly Option<bool> _json = CommonOptions.Json();

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _model, _data, _phantoms, _images, _seed, _pictures, _work, _json })
        {
            command.Options.Add(option);
        }
    }

    public static Option<double[]> Strengths(string name, string helpName, Disturbance disturbance) => new(name)
    {
        HelpName = helpName,
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [.. Disturbances.DefaultStrengths(disturbance)],
        Description = $"{Disturbances.UnitOf(disturbance)}; {string.Join(" ", Disturbances.DefaultStrengths(disturbance).Select(strength => strength.ToString(CultureInfo.InvariantCulture)))}",
    };

    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    public int Seed(ParseResult parsed) => parsed.GetValue(_seed) ?? 1;

    public bool IsPhantoms(ParseResult parsed) => parsed.GetValue(_data) is null;

    /// <returns>The folder for pictures, made if need be; null where none are wanted.</returns>
    public string? Pictures(ParseResult parsed) => parsed.GetValue(_pictures) is { } folder ? Directory.CreateDirectory(folder).FullName : null;

    /// <param name="part">Of the test.</param>
    /// <returns>The folder for finished points of this part; null where none are kept.</returns>
    public string? KeptIn(ParseResult parsed, string part) => parsed.GetValue(_work) is { } folder ? Path.Combine(Path.GetFullPath(folder), part) : null;

    /// <summary>The plan with number of images and seed.</summary>
    /// <exception cref="UsageException">A value is out of its range.</exception>
    public RobustnessPlan Checked(ParseResult parsed, RobustnessPlan plan)
    {
        CommonOptions.RequireAtMostOne(parsed, _data, _phantoms);
        plan = plan with { Seed = Seed(parsed), MostImages = IsPhantoms(parsed) ? 5000 : parsed.GetValue(_images) ?? plan.MostImages };
        try
        {
            plan.Check();
            return plan;
        }
        catch (ArgumentException bad)
        {
            throw new UsageException(bad.Message);
        }
    }

    /// <summary>Opens the model and loads the images into its engine.</summary>
    public async Task<OpenedModel> OpenAsync(ParseResult parsed, CancellationToken ct)
    {
        string modelPath = CommonOptions.Existing(parsed.GetValue(_model)!, "--model");
        string? dataPath = parsed.GetValue(_data) is { } data ? CommonOptions.Existing(data, "--data") : null;
        OpenedModel opened = await OpenedModel.OpenAsync(modelPath, ct);
        try
        {
            if (dataPath is not null)
            {
                (ImportedDataset images, _) = await EvaluateVerb.ImportAsync(dataPath, split: null, opened, ct);
                await opened.LoadAsync(images.Items, "the images", ct);
            }
            else
            {
                RequirePhantomClasses(opened);
                await opened.LoadAsync(
                    new PhantomImages(Phantoms(train: PhantomConsortium.Classes.Count, parsed.GetValue(_phantoms) ?? 120, opened.Card.Pipeline.Size, Seed(parsed)), 0),
                    opened.Card.Pipeline, "the phantoms", ct);
            }

            return opened;
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    public static PhantomConsortiumOptions Phantoms(int train, int holdout, int size, int seed) => new()
    {
        ImageCount = train,
        InstitutionCount = 1,
        HoldoutCount = holdout,
        Size = PhantomFederation.DrawnSize(size),
        Seed = FirstSeed + seed,
    };

    public static void RequirePhantomClasses(OpenedModel opened)
    {
        if (!opened.Card.Classes.SequenceEqual(PhantomConsortium.Classes))
        {
            throw new CommandException($"Phantoms show {string.Join(", ", PhantomConsortium.Classes)} but the model knows {string.Join(", ", opened.Card.Classes)}: measure it with --data.");
        }
    }

    public static void Tell(RobustnessProgress progress) => ProgressLine.Write(progress.Done, progress.Count, progress.Stage);
}
