namespace FedPortal.Tests.Support;

/// <summary>Who may do what with a file, where files have such rights.</summary>
internal static class UnixModes
{
    public static UnixFileMode Of(string path) => OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException("Files have no Unix modes on Windows.") : File.GetUnixFileMode(path);
}
