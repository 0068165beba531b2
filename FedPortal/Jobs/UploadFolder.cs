namespace FedPortal.Jobs;

/// <summary>Removes what was uploaded, be it one file or a folder of files.</summary>
internal static class UploadFolder
{
    public static void Delete(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        else
        {
            File.Delete(path);
        }
    }
}
