namespace FedPortal.Tests.Support;

/// <summary>An empty folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public string Path { get; } = Directory.CreateTempSubdirectory("fedportal-test-").FullName;

    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose()
    {
        TestDatabase.Forget(Path);

        // Whoever was killed or stopped a moment ago may end a last write: a folder in which a file appears meanwhile is not removed at the first go.
        if (!SpinWait.SpinUntil(TryDelete, Patience))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    private bool TryDelete()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
