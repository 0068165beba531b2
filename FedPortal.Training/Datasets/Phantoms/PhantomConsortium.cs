using System.Globalization;
using System.Text;
using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets.Phantoms;

/// <summary>What a synthetic consortium is made of. Everything follows from these numbers.</summary>
public sealed record PhantomConsortiumOptions
{
    /// <summary>Training images of all institutions together.</summary>
    public int ImageCount { get; init; } = 740;

    public int InstitutionCount { get; init; } = 5;

    /// <summary>Images of the consortium's hold-out, balanced over classes and hospital styles.</summary>
    public int HoldoutCount { get; init; } = 300;

    /// <summary>Width and height in pixels, a multiple of 4.</summary>
    public int Size { get; init; } = 128;

    public int Seed { get; init; } = 1;
}

/// <summary>One picture that can be drawn when it is needed.</summary>
/// <param name="Finding">What it shows.</param>
/// <param name="Style">Index into <see cref="PhantomStyle.All"/>.</param>
/// <param name="Seed">Seed of the picture.</param>
public sealed record PhantomItem(PhantomFinding Finding, int Style, ulong Seed);

/// <summary>One institution's pictures.</summary>
/// <param name="Name">hospital-a, hospital-b, …</param>
/// <param name="Items">In the order of drawing.</param>
public sealed record PhantomInstitution(string Name, IReadOnlyList<PhantomItem> Items);

/// <summary>
/// A consortium of institutions with synthetic pictures: unequal in size and in the share of each class, each with its own style, and a common hold-out.
/// </summary>
public sealed class PhantomConsortium
{
    // Relative sizes, and shares of no finding, pneumonia and covid19, of the first five institutions; further ones start over.
    private static readonly double[] Sizes = [220, 180, 150, 110, 80];
    private static readonly double[][] Shares = [[0.40, 0.36, 0.24], [0.26, 0.36, 0.38], [0.40, 0.28, 0.32], [0.32, 0.27, 0.41], [0.30, 0.42, 0.28]];
    private static readonly PhantomFinding[] Findings = Enum.GetValues<PhantomFinding>();

    public PhantomConsortium(PhantomConsortiumOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.InstitutionCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ImageCount, Findings.Length * options.InstitutionCount);
        ArgumentOutOfRangeException.ThrowIfNegative(options.HoldoutCount);
        Options = options;
        double[] weights = [.. Enumerable.Range(0, options.InstitutionCount).Select(i => Sizes[i % Sizes.Length])];
        int[] counts = Apportion(options.ImageCount, weights, Findings.Length);
        Institutions = [.. counts.Select((count, index) => new PhantomInstitution(NameOf(index), ItemsOf(index, count)))];
        Holdout = new PhantomInstitution("holdout", [.. Enumerable.Range(0, options.HoldoutCount).Select(i =>
            new PhantomItem(Findings[i % Findings.Length], i / Findings.Length % PhantomStyle.All.Count, SeedOf(options.InstitutionCount, i)))]);
    }

    /// <summary>Class names in ordinal order, as an import of the written files would give them.</summary>
    public static IReadOnlyList<string> Classes { get; } = [.. Findings.Select(PhantomGenerator.LabelOf).Order(StringComparer.Ordinal)];

    public PhantomConsortiumOptions Options { get; }

    public IReadOnlyList<PhantomInstitution> Institutions { get; }

    public PhantomInstitution Holdout { get; }

    public XrayImage Draw(PhantomItem item) => PhantomGenerator.Generate(item.Finding, PhantomStyle.All[item.Style], Options.Size, item.Seed);

    /// <summary>Draws an institution's pictures on several threads and runs the pipeline over them.</summary>
    public async Task<PreparedDataset> PrepareAsync(
        PhantomInstitution institution, PreprocessingPipeline pipeline, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        pipeline.Check();
        var images = new PreparedImage[institution.Items.Count];
        await DrawAllAsync(institution, (index, image) => images[index] = Prepared(institution, index, image, pipeline), progress, cancellationToken).ConfigureAwait(false);
        return new PreparedDataset(pipeline.Size, Classes, pipeline.Hash, images);
    }

    /// <summary>
    /// Writes all pictures as 16-bit PNG into <c>{hospital}/{class}/</c> and a <c>manifest.csv</c> over all of them, hold-out included, that says "synthetic".
    /// </summary>
    public async Task WriteAsync(string folder, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        var manifest = new StringBuilder("file,hospital,split,label,patient_key,synthetic\n");
        foreach (PhantomInstitution institution in Institutions.Append(Holdout))
        {
            string[] files = [.. institution.Items.Select((item, i) =>
                string.Create(CultureInfo.InvariantCulture, $"{institution.Name}/{PhantomGenerator.LabelOf(item.Finding)}/{i:D5}.png"))];
            foreach (string parent in files.Select(file => Path.GetDirectoryName(file)!).Distinct())
            {
                Directory.CreateDirectory(Path.Combine(folder, parent));
            }

            await DrawAllAsync(
                institution, (index, image) => File.WriteAllBytes(Path.Combine(folder, files[index]), GreyPng.Encode(image, isSynthetic: true)), progress, cancellationToken).ConfigureAwait(false);
            foreach ((int index, PhantomItem item) in institution.Items.Index())
            {
                string split = institution == Holdout ? "holdout" : "train";
                manifest.Append(CultureInfo.InvariantCulture, $"{files[index]},{institution.Name},{split},{PhantomGenerator.LabelOf(item.Finding)},{PatientOf(institution, index)},true\n");
            }
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "manifest.csv"), manifest.ToString(), cancellationToken).ConfigureAwait(false);
    }

    private async Task DrawAllAsync(PhantomInstitution institution, Action<int, XrayImage> take, IProgress<DatasetProgress>? progress, CancellationToken cancellationToken)
    {
        int done = 0;
        await Parallel.ForAsync(0, institution.Items.Count, cancellationToken, (index, _) =>
        {
            take(index, Draw(institution.Items[index]));
            progress?.Report(new DatasetProgress("Drawing", Interlocked.Increment(ref done), institution.Items.Count));
            return ValueTask.CompletedTask;
        }).ConfigureAwait(false);
    }

    private static PreparedImage Prepared(PhantomInstitution institution, int index, XrayImage image, PreprocessingPipeline pipeline)
    {
        int label = Classes.ToList().IndexOf(PhantomGenerator.LabelOf(institution.Items[index].Finding));
        return new PreparedImage(ImageStore.IdOf(image, isSynthetic: true), label, PatientOf(institution, index), null, IsSynthetic: true, pipeline.Prepare(image));
    }

    // Every picture is its own made-up patient.
    private static string PatientOf(PhantomInstitution institution, int index) => string.Create(CultureInfo.InvariantCulture, $"phantom-{institution.Name}-{index}");

    private static string NameOf(int index) => index < 26 ? $"hospital-{(char)('a' + index)}" : string.Create(CultureInfo.InvariantCulture, $"hospital-{index + 1}");

    private PhantomItem[] ItemsOf(int institution, int count)
    {
        int[] counts = Apportion(count, Shares[institution % Shares.Length], minimum: 1);
        PhantomFinding[] findings = [.. Findings.SelectMany(finding => Enumerable.Repeat(finding, counts[(int)finding]))];
        new SeededRandom(SeedOf(institution, -1)).Shuffle(findings.AsSpan());
        return [.. findings.Select((finding, i) => new PhantomItem(finding, institution % PhantomStyle.All.Count, SeedOf(institution, i)))];
    }

    private ulong SeedOf(int institution, int index) => ((ulong)(uint)Options.Seed << 40) ^ ((ulong)(uint)institution << 24) ^ (uint)(index + 1);

    // Largest remainders: whole numbers that add up, none below the minimum.
    private static int[] Apportion(int total, double[] weights, int minimum)
    {
        double sum = weights.Sum();
        int[] counts = [.. weights.Select(weight => Math.Max(minimum, (int)(total * weight / sum)))];
        int[] order = [.. Enumerable.Range(0, weights.Length).OrderByDescending(i => (total * weights[i] / sum) - counts[i]).ThenBy(i => i)];
        for (int i = 0; counts.Sum() < total; i++)
        {
            counts[order[i % order.Length]]++;
        }

        while (counts.Sum() > total)
        {
            counts[Array.IndexOf(counts, counts.Max())]--;
        }

        return counts;
    }
}
