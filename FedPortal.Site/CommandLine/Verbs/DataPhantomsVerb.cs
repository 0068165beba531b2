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
        Option<int?> count = CommonOptions.Number("--count", "N", 3, 1_000_000, $"training images of all institutions; {PhantomFederation.DefaultCount}");
        Option<int?> institutions = CommonOptions.Number("--institutions", "K", 1, 200, "5");
        Option<int?> size = CommonOptions.Number("--size", "PX", 32, 1024, "width and height of the pictures, a multiple of 4; 256");
        Option<int?> seed = CommonOptions.Number("--seed", "S", 0, int.MaxValue, "equal seeds give equal pictures; 1");
        Option<bool> json = CommonOptions.Json();
        var command = new Command("phantoms", "Writes a synthetic consortium: a folder per hospital and class, and a manifest.csv.") { folder, count, institutions, size, seed, json };
        command.SetAction(async (parsed, ct) =>
        {
            string path = Path.GetFullPath(parsed.GetValue(folder)!);
            var consortium = new PhantomConsortium(Options(
                parsed.GetValue(count) ?? PhantomFederation.DefaultCount, parsed.GetValue(institutions) ?? 5, parsed.GetValue(size) ?? 256, parsed.GetValue(seed) ?? 1));
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
        if (count < 3 * institutions)
        {
            throw new UsageException($"--count: expected at least three images for each of {institutions} institutions but got {count}.");
        }

        return size % 4 == 0
            ? PhantomFederation.Options(count, institutions, size, seed) with { Size = size }
            : throw new UsageException($"--size: expected a multiple of 4 but got {size}.");
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
