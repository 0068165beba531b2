using FedPortal.Training.Imaging;

namespace FedPortal.Training.Datasets;

/// <summary>
/// Lists a source by its <c>manifest.csv</c>: columns <c>file</c> and <c>label</c>, and if there <c>split</c> (train; holdout, val or test), <c>patient_id</c> or
/// <c>patient_key</c> (hashed again either way), <c>hospital</c> and <c>synthetic</c>. Other columns are ignored.
/// </summary>
internal sealed class ManifestListing
{
    private const int MaxLabelLength = 64;
    private static readonly string[] Names = ["manifest.csv", "labels.csv"];

    private readonly PatientKeys _patients;
    private readonly Dictionary<string, int> _columns;
    private readonly List<RejectedFile> _rejected = [];
    private readonly List<string> _warnings = [];

    private ManifestListing(string[] header, PatientKeys patients)
    {
        _patients = patients;
        _columns = header.Index().GroupBy(column => column.Item.ToLowerInvariant()).ToDictionary(group => group.Key, group => group.First().Index);
        if (!_columns.ContainsKey("file") || !_columns.ContainsKey("label"))
        {
            throw new DatasetRefusedException("The manifest needs the columns file and label.");
        }
    }

    public static bool IsManifest(string name) => Names.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <exception cref="DatasetRefusedException">The manifest has no usable header.</exception>
    public static DatasetListing Read(string text, IReadOnlyCollection<string> files, PatientKeys patients)
    {
        List<string[]> rows = DelimitedText.Parse(text);
        if (rows.Count == 0)
        {
            throw new DatasetRefusedException("The manifest is empty.");
        }

        var listing = new ManifestListing(rows[0], patients);
        return listing.Read(rows.Skip(1), files.ToHashSet(StringComparer.Ordinal));
    }

    private DatasetListing Read(IEnumerable<string[]> rows, HashSet<string> files)
    {
        var entries = new Dictionary<string, DatasetEntry>(StringComparer.Ordinal);
        var contradicted = new HashSet<string>(StringComparer.Ordinal);
        foreach ((int index, string[] row) in rows.Index())
        {
            DatasetEntry? entry = EntryOf(row, index + 2, files);
            if (entry is null || entries.TryAdd(entry.Name, entry))
            {
                continue;
            }

            if (entries[entry.Name].Label == entry.Label)
            {
                _warnings.Add($"Row {index + 2} of the manifest names {ShownName.Of(entry.Name)} again.");
            }
            else if (contradicted.Add(entry.Name))
            {
                Reject(entry.Name, $"The manifest labels it both {ShownName.Of(entries[entry.Name].Label)} and {ShownName.Of(entry.Label)}.");
            }
        }

        int unlisted = files.Count(file => !entries.ContainsKey(file) && !Leftovers.IsExpected(file));
        if (unlisted > 0)
        {
            _warnings.Add($"{unlisted} files are not in the manifest and were left out.");
        }

        return new DatasetListing([.. entries.Values.Where(entry => !contradicted.Contains(entry.Name))], _rejected, _warnings);
    }

    private DatasetEntry? EntryOf(string[] row, int number, HashSet<string> files)
    {
        string raw = Field(row, "file");
        string name = raw.Replace('\\', '/');
        name = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        string label = Field(row, "label");
        if (ShownName.IsFormula(raw) || ShownName.IsFormula(label))
        {
            _warnings.Add($"Row {number} of the manifest holds what a spreadsheet would run as a formula.");
        }

        if (!files.Contains(name))
        {
            Reject(raw, "The manifest names it, but it is not there.");
            return null;
        }

        if (label.Length is 0 or > MaxLabelLength || ShownName.IsFormula(label) || label.Any(char.IsControl))
        {
            Reject(raw, label.Length == 0 ? "The manifest gives no label for it." : "Its label is not usable as a class name.");
            return null;
        }

        string patient = Field(row, "patient_id") is { Length: > 0 } id ? id : Field(row, "patient_key");
        return new DatasetEntry(name, label)
        {
            Hospital = Field(row, "hospital") is { Length: > 0 } hospital ? ShownName.Of(hospital) : null,
            PatientKey = _patients.KeyOf(patient),
            Split = SplitOf(Field(row, "split"), number),
            IsSynthetic = Field(row, "synthetic").ToLowerInvariant() is "true" or "yes" or "1",
        };
    }

    private DatasetSplit? SplitOf(string text, int number)
    {
        switch (text.ToLowerInvariant())
        {
            case "": return null;
            case "train" or "training": return DatasetSplit.Train;
            case "holdout" or "hold-out" or "val" or "valid" or "validation" or "test": return DatasetSplit.Holdout;
            default:
                _warnings.Add($"Row {number} of the manifest names a split that is neither train nor holdout, val or test; it was ignored.");
                return null;
        }
    }

    private string Field(string[] row, string column) => _columns.TryGetValue(column, out int index) && index < row.Length ? row[index] : "";

    private void Reject(string name, string reason) => _rejected.Add(new RejectedFile(ShownName.Of(name), RefusalKind.Refused, reason));
}
