using System.Globalization;
using FedPortal.Training.Protocol;

namespace FedPortal.Site.Hosted;

/// <summary>The site's own record of its runs, one line each event, besides what it tells on standard output.</summary>
internal sealed class SiteLog(SiteHome home, TimeProvider clock)
{
    private readonly string _path = Path.Combine(home.Path, "site.log");

    public void Say(string text)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {Environment.ProcessId} {text.ReplaceLineEndings(" ")}");
        File.AppendAllText(_path, line + "\n");
        Console.WriteLine(text);
    }
}
