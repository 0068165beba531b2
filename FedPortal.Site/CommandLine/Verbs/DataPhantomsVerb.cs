using System.CommandLine;
using System.Text.Json.Nodes;
using FedPortal.Site.CommandLine.Output;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Training.Datasets.Phantoms;

namespace FedPortal.Site.CommandLine.Verbs;

/// <summary><c>data phantoms</c>: a synthetic consortium as files.</summary>
internal static class DataPhantomsVerb
{
    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "a new or empty folder" };
        var count = new Option<int>("--count") { HelpName = "N", Description = "training images of all institutions", DefaultValueFactory = _ => PhantomFederation.DefaultCount };
        var institutions = new Option<int>("--institutions") { HelpName = "K", Description = "institutions", DefaultValueFactory = _ => 5 };
        var size = new Option<int>("--size") { HelpName = "PX", Description = "width and height of the pictures, a multiple of 4", DefaultValueFactory = _ => 256 };
        var seed = new Option<int>("--seed") { HelpName = "S", Description = "equal seeds give equal pictures", DefaultValueFactory = _ => 1 };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("phantoms", "Writes a synthetic consortium: a folder per hospital and class, and a manifest.csv.") { folder, count, institutions, size, seed, json };
        command.SetAction(async (parsed, ct) =>
        {
            string path = Path.GetFullPath(parsed.GetValue(folder)!);
            var consortium = new PhantomConsortium(Options(parsed.GetValue(count), parsed.GetValue(institutions), parsed.GetValue(size), parsed.GetValue(seed)));
            ThrowUnlessEmpty(path);
            Directory.CreateDirectory(path);
            await consortium.WriteAsync(path, progress: null, ct);
            Print(consortium, path, parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static PhantomConsortiumOptions Options(int count, int institutions, int size, int seed)
    {
        if (institutions is < 1 or > 200 || count < 3 * institutions || count > 1_000_000)
        {
            throw new UsageException($"--count, --institutions: expected 1 to 200 institutions with at least three images each but got {institutions} with {count} in all.");
        }

        return size is >= 32 and <= 1024 && size % 4 == 0
            ? PhantomFederation.Options(count, institutions, size, seed) with { Size = size }
            : throw new UsageException($"--size: expected a multiple of 4 from 32 to 1024 but got {size}.");
    }

    private static void ThrowUnlessEmpty(string path)
    {
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
        {
            throw new UsageException($"DIR: expected a new or empty folder but {path} has something in it.");
        }
    }

    private static void Print(PhantomConsortium consortium, string path, bool json)
    {
        IEnumerable<PhantomInstitution> all = consortium.Institutions.Append(consortium.Holdout);
        if (json)
        {
            JsonOutput.Write(new JsonObject
            {
                ["command"] = "data phantoms",
                ["synthetic"] = true,
                ["folder"] = path,
                ["classes"] = JsonOutput.Array(PhantomConsortium.Classes),
                ["institutions"] = JsonOutput.Objects(all.Select(i => new JsonObject { ["name"] = i.Name, ["images"] = i.Items.Count })),
            });
            return;
        }

        foreach (PhantomInstitution institution in all)
        {
            Console.WriteLine($"{institution.Name}: {institution.Items.Count} synthetic images");
        }

        Console.WriteLine($"Written to {path}");
    }
}
