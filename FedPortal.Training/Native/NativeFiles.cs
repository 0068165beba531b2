namespace FedPortal.Training.Native;

/// <summary>Finds what <c>native/</c> builds: beside the program, in the folder that FEDPORTAL_NATIVE names, or in the checkout's build folder.</summary>
public static class NativeFiles
{
    /// <exception cref="FileNotFoundException">The file was never built.</exception>
    public static string Find(string fileName)
    {
        string[] candidates = [.. Folders().Select(folder => Path.Combine(folder, fileName))];
        return Array.Find(candidates, File.Exists)
            ?? throw new FileNotFoundException($"{fileName} was not found; looked at {string.Join(", ", candidates)}. Run ./fedportal build.", fileName);
    }

    private static IEnumerable<string> Folders()
    {
        if (Environment.GetEnvironmentVariable("FEDPORTAL_NATIVE") is { Length: > 0 } named)
        {
            yield return named;
        }

        yield return AppContext.BaseDirectory;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "FedPortal.sln")))
            {
                yield return Path.Combine(folder.FullName, "build", "native");
            }
        }
    }
}
