namespace FedPortal.Training.Protocol;

/// <summary>Small files that only their owner may read and that a power cut leaves whole or absent.</summary>
public static class PrivateFile
{
    /// <summary>Writes beside the file, flushes to the disk, and renames.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string part = $"{path}.{Environment.ProcessId}.part";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(part, options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(part, path, overwrite: true);
    }
}
