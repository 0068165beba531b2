using Xunit;

namespace FedPortal.Tests.Support;

/// <summary>Finds the reference data beside the checkout. A test that needs it and does not find it is skipped, with the reason.</summary>
internal static class SharedData
{
    /// <summary>The root of the checkout.</summary>
    public static string Root { get; } = FindRoot();

    /// <returns>The full path of a folder or file of the reference data, for example <c>Require("data/dicom")</c>.</returns>
    public static string Require(string path)
    {
        string shared = Environment.GetEnvironmentVariable("FEDPORTAL_SHARED") ?? Path.Combine(Root, "..", "shared");
        string full = Path.GetFullPath(Path.Combine(shared, path));
        Assert.SkipUnless(Path.Exists(full), $"The reference data {path} is not here.");
        return full;
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FedPortal.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("FedPortal.sln was not found above the test assembly.");
    }
}
