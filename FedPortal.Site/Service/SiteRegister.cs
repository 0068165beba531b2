using System.Text.Json;
using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Site.Enrolment;
using FedPortal.Training.Datasets;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Service;

/// <summary>Data sets of this site, with what the portal is told of them. What is not yet told is told as soon as the portal answers.</summary>
internal static class SiteRegister
{
    private const string Untold = ".untold.json";
    private const string Told = ".told.json";

    public static void Add(SiteHome home, DatasetMessage dataset) =>
        PrivateFile.Write(PathOf(home, dataset.Id, Untold), JsonSerializer.SerializeToUtf8Bytes(dataset, ProtocolJson.Options));

    /// <summary>All data sets, oldest first, and whether the portal knows of them.</summary>
    public static IReadOnlyList<(DatasetMessage Dataset, bool IsRegistered)> List(SiteHome home)
    {
        var found = new SortedDictionary<Guid, (DatasetMessage Dataset, bool IsRegistered)>();
        foreach ((string kind, bool isRegistered) in new[] { (Untold, false), (Told, true) })
        {
            foreach (string file in Directory.GetFiles(Folder(home), $"*{kind}"))
            {
                try
                {
                    DatasetMessage dataset = Read(file);
                    found[dataset.Id] = (dataset, isRegistered);
                }
                catch (FileNotFoundException)
                {
                    // The service has just told the portal of it: it has its other name now, which is looked for last.
                }
            }
        }

        return [.. found.Values];
    }

    /// <returns>How many were registered.</returns>
    public static async Task<int> SendAsync(SiteHome home, Action<string> say, CancellationToken cancellationToken)
    {
        string[] waiting = Directory.GetFiles(Folder(home), $"*{Untold}");
        if (waiting.Length == 0)
        {
            return 0;
        }

        using var portal = SitePortal.Of(home);
        DuplicateTags tags = await TagsAsync(home, portal, cancellationToken);
        foreach (string file in waiting)
        {
            DatasetMessage dataset = Read(file);
            dataset = dataset with { DuplicateTags = tags.Of(ImportedDataset.Load(home.DatasetFile(dataset.Id))) };
            await portal.RegisterAsync(dataset, cancellationToken);
            File.Move(file, PathOf(home, dataset.Id, Told), overwrite: true);
            say($"registered the data set '{dataset.Name}' at the portal");
        }

        return waiting.Length;
    }

    /// <summary>Tags are made here: the portal sees neither images nor their hashes. The key is asked for each time and not kept.</summary>
    private static async Task<DuplicateTags> TagsAsync(SiteHome home, SitePortal portal, CancellationToken cancellationToken)
    {
        var credentials = new SiteCredentials(home);
        DuplicateKeyMessage message = await portal.DuplicateKeyAsync(cancellationToken);
        using IdentityKeys keys = credentials.Identity(credentials.Record().ShortCode);
        try
        {
            return new DuplicateTags(SealedSecret.Open(keys.Identity, DuplicateKeyMessage.Purpose, message.Sealed));
        }
        catch (FormatException bad)
        {
            throw new InvalidDataException($"The consortium's key for tags of images cannot be opened: {bad.Message}", bad);
        }
    }

    private static string Folder(SiteHome home) => Path.GetDirectoryName(home.DatasetFile(Guid.Empty))!;

    private static string PathOf(SiteHome home, Guid id, string kind) => Path.Combine(Folder(home), $"{id:N}{kind}");

    private static DatasetMessage Read(string file) =>
        JsonSerializer.Deserialize<DatasetMessage>(File.ReadAllText(file), ProtocolJson.Options) ?? throw new InvalidDataException($"{file} is empty.");
}
