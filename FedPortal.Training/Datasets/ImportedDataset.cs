using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FedPortal.Training.Datasets;

/// <summary>A data set after intake: its images lie de-identified in an <see cref="ImageStore"/>.</summary>
public sealed class ImportedDataset
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Converters = { new JsonStringEnumConverter() } };

    public ImportedDataset(IReadOnlyList<DatasetItem> items, IReadOnlyList<RejectedFile> rejected, IReadOnlyList<string> warnings)
    {
        Items = items;
        Rejected = rejected;
        Warnings = warnings;
    }

    public IReadOnlyList<DatasetItem> Items { get; }

    /// <summary>Files that gave no image.</summary>
    public IReadOnlyList<RejectedFile> Rejected { get; }

    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The labels that occur, in ordinal order.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Classes => [.. Items.Select(item => item.Label).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>At least one image was made by the phantom generator.</summary>
    [JsonIgnore]
    public bool IsSynthetic => Items.Any(item => item.IsSynthetic);

    /// <summary>SHA-256, lower-case hex, over the images, labels, patients and splits in order: two data sets with one hash train alike.</summary>
    [JsonIgnore]
    public string Hash
    {
        get
        {
            var text = new StringBuilder("fedportal-dataset-1\n");
            foreach (DatasetItem item in Items)
            {
                text.Append(item.Id).Append('\t').Append(item.Label).Append('\t').Append(item.PatientKey).Append('\t').Append(item.Split).Append('\n');
            }

            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        }
    }

    /// <summary>Writes the record of the data set. The names that files came with are left out; rejected files keep their number and reason.</summary>
    public void Save(string path)
    {
        string part = $"{path}.{Guid.NewGuid():N}.part";
        File.WriteAllText(part, JsonSerializer.Serialize(WithoutNames(), Json));
        File.Move(part, path, overwrite: true);
    }

    /// <exception cref="InvalidDataException">The file is not such a record.</exception>
    public static ImportedDataset Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ImportedDataset>(File.ReadAllText(path), Json)!;
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"{path} is not the record of a data set.", failure);
        }
    }

    /// <summary>The same with "file 1", "file 2", … for the names of rejected files, and without warnings, which may quote names.</summary>
    public ImportedDataset WithoutNames() =>
        new(Items, [.. Rejected.Select((file, index) => file with { Name = $"file {index + 1}" })], []);
}
