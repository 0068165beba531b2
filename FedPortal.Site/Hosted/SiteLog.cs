using System.Globalization;
using System.Text;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Hosted;

/// <summary>The site's own record of its runs, one line each event, besides what it tells on standard output.</summary>
internal sealed class SiteLog(SiteHome home, TimeProvider clock)
{
    private const long MostBytes = 16 << 20;

    private readonly string _path = Path.Combine(home.Path, "site.log");

    public void Say(string text)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Environment.ProcessId} {text.ReplaceLineEndings(" ")}");
        if (File.Exists(_path) && new FileInfo(_path).Length > MostBytes)
        {
            File.Move(_path, $"{_path}.1", overwrite: true);
        }

        // The service and its child processes share the file.
        using (var log = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
        {
            log.Write(Encoding.UTF8.GetBytes(line + "\n"));
        }

        Console.WriteLine(text);
    }
}
