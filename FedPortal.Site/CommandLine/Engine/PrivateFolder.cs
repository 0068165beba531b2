namespace FedPortal.Site.CommandLine.Engine;

/// <summary>A temporary folder that only this user can read. It goes away with its owner.</summary>
internal sealed class PrivateFolder : IDisposable
{
    public PrivateFolder() => Path = Directory.CreateTempSubdirectory("fedportal-").FullName;

    public string Path { get; }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
