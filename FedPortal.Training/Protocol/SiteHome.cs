namespace FedPortal.Training.Protocol;

/// <summary>Where one site keeps its things, below one folder that nobody else reads.</summary>
public sealed class SiteHome
{
    private const int KeptModels = 3;

    public SiteHome(string path)
    {
        Path = System.IO.Path.GetFullPath(path);
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    /// <summary>De-identified images.</summary>
    public string Images => System.IO.Path.Combine(Path, "images");

    /// <summary>Preprocessed images, by the hashes of pipeline and data.</summary>
    public string Prepared => System.IO.Path.Combine(Path, "prepared");

    /// <summary>The key that patient ids are hashed with. It never leaves the site.</summary>
    public string PatientKey => System.IO.Path.Combine(Path, "patients.key");

    /// <summary>What this house allows: <see cref="SitePolicyFile"/>.</summary>
    public string PolicyFile => System.IO.Path.Combine(Path, "policy.json");

    /// <summary>The institution's long-lived signing and agreement keys. They never leave the site.</summary>
    public string IdentityFile => System.IO.Path.Combine(Path, "identity.pem");

    /// <summary>What a study has cost this site, in its own hand: one file a study.</summary>
    public string LedgerFile(Guid studyId) => System.IO.Path.Combine(Ledgers, $"{studyId:N}.jsonl");

    /// <summary>The folder of all ledgers.</summary>
    public string Ledgers => Folder("ledgers");

    /// <summary>Fingerprints that this site has accepted: <see cref="PinnedCards"/>.</summary>
    public string PinsFile => System.IO.Path.Combine(Path, "pins.json");

    /// <summary>Hashes of this site's own ciphertexts, one small file for each attempt.</summary>
    public string Submitted => Folder("submitted");

    /// <summary>What of this site's updates of a study has not travelled yet.</summary>
    public string FeedbackFile(Guid studyId) => System.IO.Path.Combine(Folder("feedback"), $"{studyId:N}.f32");

    /// <summary>Which rounds this site has helped to unlock.</summary>
    public string Journal => Folder("journal");

    /// <summary>Networks that were trained on phantoms only.</summary>
    public string Backbones => Folder("backbones");

    public string DatasetFile(Guid datasetId) => System.IO.Path.Combine(Folder("datasets"), $"{datasetId:N}.json");

    /// <summary>A downloaded global model.</summary>
    public string ModelFile(string hash) => System.IO.Path.Combine(Folder("models"), $"{hash}.safetensors");

    /// <summary>Keeps the newest models only.</summary>
    public void ForgetOldModels()
    {
        foreach (FileInfo old in new DirectoryInfo(Folder("models")).GetFiles().OrderByDescending(file => file.LastWriteTimeUtc).Skip(KeptModels))
        {
            old.Delete();
        }
    }

    private string Folder(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;
}
