using Microsoft.Extensions.Options;

namespace FedPortal.Data;

/// <summary>Settings of the portal under "Portal". Bad ones stop the start, with the reason.</summary>
public sealed class PortalOptions
{
    public const string Section = "Portal";

    /// <summary>Folder of databases, blobs and hosted sites.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>Site programs of hosted institutions that may run at the same time; 0 is one for each core.</summary>
    public int MaxSitePrograms { get; set; }

    /// <summary>Processor threads of one site program; 0 shares the cores between <see cref="MaxSitePrograms"/>.</summary>
    public int ThreadsPerSiteProgram { get; set; }

    /// <summary>How long a site program may be silent before its work is given to another run.</summary>
    public int LeaseSeconds { get; set; } = 30;

    /// <summary>Runs of a site program for one assignment before it is given up.</summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>Wait before the second run; doubles with each further one.</summary>
    public double RetrySeconds { get; set; } = 2;

    /// <summary>Chunks of encrypted updates that are taken in at the same time; whoever comes then is asked to wait.</summary>
    public int MaxUploads { get; set; } = 4;

    /// <summary>How long a protected round waits for further helpers once enough have answered: surplus answers make lies visible.</summary>
    public double UnlockGraceSeconds { get; set; } = 20;

    /// <summary>The site program, or empty to look beside the portal.</summary>
    public string SiteProgram { get; set; } = "";

    /// <summary>Where hosted site programs reach the portal, or empty for the address it listens on.</summary>
    public string SiteUrl { get; set; } = "";

    /// <summary>Greatest size of an uploaded data set.</summary>
    public long MaxUploadBytes { get; set; } = 8L << 30;

    /// <summary>Port of the HTTPS endpoint for hospitals' own site programs, on all interfaces; 0 for none.</summary>
    public int SitePort { get; set; }

    /// <summary>How the hospitals reach that port, for example https://portal.example:5443; shown together with a token.</summary>
    public string SiteAddress { get; set; } = "";

    /// <summary>Life of a site's client certificate; sites renew theirs when two thirds are over.</summary>
    public double SiteCertificateHours { get; set; } = 7 * 24;

    public int SitePrograms => MaxSitePrograms > 0 ? MaxSitePrograms : Environment.ProcessorCount;

    public int SiteThreads => ThreadsPerSiteProgram > 0 ? ThreadsPerSiteProgram : Math.Max(1, Environment.ProcessorCount / SitePrograms);

    public TimeSpan Lease => TimeSpan.FromSeconds(LeaseSeconds);

    /// <summary>Share of the images that an institution holds out where its data set does not say.</summary>
    public double HoldoutShare { get; set; } = 0.2;

    /// <summary>A consortium to set up when there is no study yet: the JSON of a <c>ConsortiumPlan</c>; empty for none.</summary>
    public string PlanFile { get; set; } = "";

    /// <summary>A folder of hospitals to make a study from when there is none yet; empty for none.</summary>
    public string StudyFolder { get; set; } = "";

    internal string Root => Path.GetFullPath(DataDirectory);
}

internal sealed class PortalOptionsCheck : IValidateOptions<PortalOptions>
{
    public ValidateOptionsResult Validate(string? name, PortalOptions options)
    {
        string[] problems = [.. Problems(options)];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(PortalOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.DataDirectory))
        {
            yield return "Portal:DataDirectory must name a folder.";
        }
        else if (WriteProblem(options.Root) is { } problem)
        {
            yield return $"Portal:DataDirectory '{options.Root}' cannot be written: {problem}";
        }

        if (options.MaxSitePrograms is < 0 or > 256)
        {
            yield return $"Portal:MaxSitePrograms must be from 0 to 256 but is {options.MaxSitePrograms}.";
        }

        if (options.ThreadsPerSiteProgram is < 0 or > 256)
        {
            yield return $"Portal:ThreadsPerSiteProgram must be from 0 to 256 but is {options.ThreadsPerSiteProgram}.";
        }

        if (options.LeaseSeconds is < 2 or > 3600)
        {
            yield return $"Portal:LeaseSeconds must be from 2 to 3600 but is {options.LeaseSeconds}.";
        }

        if (options.MaxAttempts is < 1 or > 20)
        {
            yield return $"Portal:MaxAttempts must be from 1 to 20 but is {options.MaxAttempts}.";
        }

        if (options.RetrySeconds is not (>= 0.1 and <= 3600))
        {
            yield return $"Portal:RetrySeconds must be from 0.1 to 3600 but is {options.RetrySeconds}.";
        }

        if (options.MaxUploads is < 1 or > 1024)
        {
            yield return $"Portal:MaxUploads must be from 1 to 1024 but is {options.MaxUploads}.";
        }

        if (options.UnlockGraceSeconds is not (>= 0 and <= 3600))
        {
            yield return $"Portal:UnlockGraceSeconds must be from 0 to 3600 but is {options.UnlockGraceSeconds}.";
        }

        if (options.SiteProgram.Length > 0 && !File.Exists(options.SiteProgram))
        {
            yield return $"Portal:SiteProgram '{options.SiteProgram}' does not exist.";
        }

        if (options.PlanFile.Length > 0 && !File.Exists(options.PlanFile))
        {
            yield return $"Portal:PlanFile '{options.PlanFile}' does not exist.";
        }

        if (options.StudyFolder.Length > 0 && !Directory.Exists(options.StudyFolder))
        {
            yield return $"Portal:StudyFolder '{options.StudyFolder}' does not exist.";
        }

        if (options.SiteUrl.Length > 0 && !Uri.TryCreate(options.SiteUrl, UriKind.Absolute, out _))
        {
            yield return $"Portal:SiteUrl '{options.SiteUrl}' is not an address such as https://portal.example.";
        }

        if (options.SitePort is < 0 or > 65535)
        {
            yield return $"Portal:SitePort must be from 0 to 65535 but is {options.SitePort}.";
        }

        if (options.SiteAddress.Length > 0 && (!Uri.TryCreate(options.SiteAddress, UriKind.Absolute, out Uri? sites) || sites.Scheme != Uri.UriSchemeHttps))
        {
            yield return $"Portal:SiteAddress '{options.SiteAddress}' is not an address such as https://portal.example:5443.";
        }

        if (options.SiteCertificateHours is not (>= 0.001 and <= 24 * 90))
        {
            yield return $"Portal:SiteCertificateHours must be from 0.001 to 2160 but is {options.SiteCertificateHours}.";
        }

        if (options.HoldoutShare is not (> 0 and < 1))
        {
            yield return $"Portal:HoldoutShare must be between 0 and 1 but is {options.HoldoutShare}.";
        }

        if (options.MaxUploadBytes < 1 << 20)
        {
            yield return $"Portal:MaxUploadBytes must be at least 1 MiB but is {options.MaxUploadBytes} bytes.";
        }
    }

    /// <summary>Images, models and keys lie in it: nobody else on the machine may look.</summary>
    private static void CreateForOwner(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static string? WriteProblem(string folder)
    {
        try
        {
            CreateForOwner(folder);
            string probe = Path.Combine(folder, $".probe-{Guid.NewGuid():N}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return failure.Message;
        }
    }
}
