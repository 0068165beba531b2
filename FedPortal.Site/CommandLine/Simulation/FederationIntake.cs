using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FedPortal.Site.CommandLine.Engine;
using FedPortal.Training.Datasets;
using FedPortal.Training.Imaging;

namespace FedPortal.Site.CommandLine.Simulation;

/// <summary>
/// Takes a folder or zip in, finds the institutions in it and gives each a record of its own images. Hospitals that the data names are the
/// institutions; one without training images is the consortium's hold-out. Data that names none is dealt out by patient.
/// </summary>
internal sealed class FederationIntake : IAsyncDisposable
{
    private const int DefaultInstitutions = 5;

    /// <summary>Of images that come without a split.</summary>
    private const double HoldoutShare = 0.2;

    private readonly string _folder;
    private readonly XrayDecoder _decoder = new();
    private readonly DatasetImport _import;
    private int _records;

    /// <param name="folder">Temporary; the images stay there as long as the simulation runs.</param>
    public FederationIntake(string folder)
    {
        _folder = folder;
        _import = new DatasetImport(new ImageStore(StorePath), _decoder);
    }

    private string StorePath => Path.Combine(_folder, "store");

    /// <param name="path">Training data, with or without hold-out splits.</param>
    /// <param name="institutions">How many to make of data that names none; null is 5.</param>
    /// <param name="most">Images to take of each institution; null takes all.</param>
    /// <param name="holdoutPath">A further hold-out, or null.</param>
    /// <param name="seed">Of what is dealt and split here.</param>
    /// <param name="ct">Looked at between files.</param>
    public async Task<FederationImages> RunAsync(string path, int? institutions, int? most, string? holdoutPath, int seed, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        ImportedDataset all = await _import.RunAsync(path, options: null, progress: null, ct);
        IReadOnlyList<string> classes = all.Classes;
        if (classes.Count < 2)
        {
            throw new CommandException($"Expected at least two classes in {path} but found {string.Join(", ", classes)}.");
        }

        (string Name, DatasetItem[] Items)[] hospitals = HospitalsOf(all, institutions, seed);
        DatasetItem[] common = [.. hospitals.Where(hospital => !HasTraining(hospital.Items)).SelectMany(hospital => hospital.Items)];
        ImportedDataset? given = holdoutPath is null ? null : await _import.RunAsync(holdoutPath, new DatasetImportOptions { Classes = classes }, progress: null, ct);
        common = [.. common, .. given?.Items ?? []];
        return new FederationImages(
            [.. hospitals.Where(hospital => HasTraining(hospital.Items)).Select(hospital => new SimulatedInstitution(hospital.Name, Record(Some(WithSplits(hospital.Items, seed), most, seed))))],
            common.Length == 0 ? null : Record([.. common.Select(item => item with { Split = DatasetSplit.Holdout })]),
            classes,
            all.IsSynthetic || given is { IsSynthetic: true },
            [.. all.Rejected, .. given?.Rejected ?? []],
            clock.Elapsed.TotalSeconds);
    }

    public ValueTask DisposeAsync() => _decoder.DisposeAsync();

    private static bool HasTraining(DatasetItem[] items) => items.Any(item => item.Split != DatasetSplit.Holdout);

    private static (string Name, DatasetItem[] Items)[] HospitalsOf(ImportedDataset all, int? institutions, int seed)
    {
        if (all.Items.All(item => item.Hospital is null))
        {
            return Deal(all, institutions ?? DefaultInstitutions, seed);
        }

        int nameless = all.Items.Count(item => item.Hospital is null);
        if (nameless > 0)
        {
            throw new CommandException($"{nameless} of {all.Items.Count} images name no hospital, the others do.");
        }

        (string Name, DatasetItem[] Items)[] hospitals =
            [.. all.Items.GroupBy(item => item.Hospital!).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => (group.Key, group.ToArray()))];
        int training = hospitals.Count(hospital => HasTraining(hospital.Items));
        return institutions is null || institutions == training
            ? hospitals
            : throw new UsageException($"--institutions: the data names {training} hospitals, but {institutions} were asked for.");
    }

    /// <summary>Whole patients in turn, class by class, in an order that follows from the seed.</summary>
    private static (string Name, DatasetItem[] Items)[] Deal(ImportedDataset all, int institutions, int seed)
    {
        IEnumerable<DatasetItem[]> patients = all.Items
            .GroupBy(PatientOf)
            .Select(group => group.ToArray())
            .OrderBy(items => items[0].Label, StringComparer.Ordinal)
            .ThenBy(items => Shuffled(items, seed), StringComparer.Ordinal);
        return [.. patients.Index().GroupBy(patient => patient.Index % institutions).Select(group =>
            (string.Create(CultureInfo.InvariantCulture, $"institution-{group.Key + 1}"), group.SelectMany(patient => patient.Item).ToArray()))];
    }

    /// <summary>A place in a random-looking order that is the same on every machine.</summary>
    private static string Shuffled(DatasetItem[] items, int seed) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed} {items.Min(item => item.Id)}"))));

    /// <summary>
    /// The splits that the data names; images without one are divided by patient and class. When a common hold-out is all that the data holds
    /// out, institutions still keep some images of their own: each evaluates on what it never trained on.
    /// </summary>
    private static DatasetItem[] WithSplits(DatasetItem[] items, int seed)
    {
        if (items.All(item => item.Split is not null) && items.Any(item => item.Split == DatasetSplit.Holdout))
        {
            return items;
        }

        HashSet<string> heldOut = [.. items.Where(item => item.Split == DatasetSplit.Holdout).Select(PatientOf)];
        DatasetItem[] given = [.. items.Where(item => heldOut.Contains(PatientOf(item))).Select(item => item with { Split = DatasetSplit.Holdout })];
        DatasetItem[] open = [.. items.Where(item => !heldOut.Contains(PatientOf(item)))];
        DatasetSplitRecord division = DatasetSplitter.Split(new ImportedDataset(open, [], []), HoldoutShare, seed);
        return
        [
            .. given,
            .. division.Train.Select(index => open[index] with { Split = DatasetSplit.Train }),
            .. division.Holdout.Select(index => open[index] with { Split = DatasetSplit.Holdout }),
        ];
    }

    /// <summary>Classes in turn, about a sixth of them held out.</summary>
    private static DatasetItem[] Some(DatasetItem[] items, int? most, int seed)
    {
        if (most is not { } count || count >= items.Length)
        {
            return items;
        }

        int heldOut = Math.Max(1, (int)Math.Round(count / 6.0));
        return [.. InTurn(DatasetSplit.Train).Take(count - heldOut), .. InTurn(DatasetSplit.Holdout).Take(heldOut)];

        IEnumerable<DatasetItem> InTurn(DatasetSplit split) => items
            .Where(item => item.Split == split)
            .GroupBy(item => item.Label)
            .SelectMany(group => group.OrderBy(item => Shuffled([item], seed), StringComparer.Ordinal).Index())
            .OrderBy(place => place.Index)
            .ThenBy(place => place.Item.Label, StringComparer.Ordinal)
            .Select(place => place.Item);
    }

    /// <summary>An image whose patient is not known counts as a patient of its own.</summary>
    private static string PatientOf(DatasetItem item) => item.PatientKey ?? item.Id;

    private StoredImages Record(DatasetItem[] items)
    {
        string path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"images-{_records++}.json"));
        new ImportedDataset(items, [], []).Save(path);
        return new StoredImages(StorePath, path);
    }
}
