using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using FedPortal.Training.Processes;

namespace FedPortal.Benchmarks.Portal;

/// <summary>The built portal as a process of its own, on a free port of the loopback interface, with somebody signed in.</summary>
internal sealed partial class PortalUnderTest : IDisposable
{
    private readonly Process _portal;

    private readonly Uri _address;

    private PortalUnderTest(Process portal, Uri address)
    {
        _portal = portal;
        _address = address;
        Http = NewClient();
    }

    /// <summary>The admin's.</summary>
    public HttpClient Http { get; }

    /// <summary>Processor time of all the portal's threads so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _portal.Refresh();
            return _portal.TotalProcessorTime;
        }
    }

    /// <exception cref="InvalidOperationException">The portal is not built, did not start, or refused the account.</exception>
    public static async Task<PortalUnderTest> StartAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        string address = $"http://localhost:{FreePort()}";
        ProcessStartInfo start = ChildProgram.Of(Program(), [], Path.GetDirectoryName(Program()), ChildPipes.Output);
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_URLS"] = address;
        start.Environment["Portal__DataDirectory"] = dataDirectory;
        start.Environment["Logging__LogLevel__Default"] = "Error";
        Process process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var portal = new PortalUnderTest(process, new Uri(address));
        try
        {
            await portal.WaitAsync(cancellationToken);
            await SignInAsync(portal.Http, PortalHistory.Email, cancellationToken);
            return portal;
        }
        catch
        {
            portal.Dispose();
            throw;
        }
    }

    /// <summary>Speaks HTTP as another person of the history.</summary>
    public async Task<HttpClient> SignInAsync(string email, CancellationToken cancellationToken)
    {
        HttpClient http = NewClient();
        await SignInAsync(http, email, cancellationToken);
        return http;
    }

    /// <returns>Milliseconds until the whole answer was here.</returns>
    public static async Task<double> GetAsync(HttpClient http, string path, CancellationToken cancellationToken)
    {
        long from = Stopwatch.GetTimestamp();
        using HttpResponseMessage answer = await http.GetAsync(path, cancellationToken);
        byte[] body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        double milliseconds = Stopwatch.GetElapsedTime(from).TotalMilliseconds;
        return answer.StatusCode == HttpStatusCode.OK && body.Length > 0
            ? milliseconds
            : throw new InvalidOperationException($"Expected 200 for {path} but got {(int)answer.StatusCode}.");
    }

    public void Dispose()
    {
        Http.Dispose();
        if (!_portal.HasExited)
        {
            _portal.Kill(entireProcessTree: true);
            _portal.WaitForExit();
        }

        _portal.Dispose();
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        for (int i = 0; i < 240 && !_portal.HasExited; i++)
        {
            try
            {
                using HttpResponseMessage ready = await Http.GetAsync("/health/ready", cancellationToken);
                if (ready.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            await Task.Delay(250, cancellationToken);
        }

        throw new InvalidOperationException("The portal did not become ready within a minute.");
    }

    private HttpClient NewClient() => new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = _address };

    private static async Task SignInAsync(HttpClient http, string email, CancellationToken cancellationToken)
    {
        string page = await http.GetStringAsync("/account/sign-in", cancellationToken);
        string form = page[page.IndexOf("<form", StringComparison.Ordinal)..page.IndexOf("</form>", StringComparison.Ordinal)];
        using var fields = new FormUrlEncodedContent(Inputs().Matches(form).Select(input => input.Value).Select(input => KeyValuePair.Create(
            Attribute(input, "name"),
            Attribute(input, "type") switch { "email" => email, "password" => PortalHistory.Password, _ => Attribute(input, "value") })));
        using HttpResponseMessage answer = await http.PostAsync("/account/sign-in", fields, cancellationToken);
        if (answer.StatusCode != HttpStatusCode.Found)
        {
            throw new InvalidOperationException($"Expected to be signed in but got {(int)answer.StatusCode}.");
        }
    }

    private static string Attribute(string input, string name) =>
        WebUtility.HtmlDecode(Regex.Match(input, $"\\b{name}=\"([^\"]*)\"").Groups[1].Value);

    private static string Program()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string program = Path.Combine(folder.FullName, "FedPortal", "bin", "Release", "net10.0", "FedPortal");
            if (File.Exists(Path.Combine(folder.FullName, "FedPortal.sln")) && File.Exists(program))
            {
                return program;
            }
        }

        throw new InvalidOperationException("The portal is not built: ./fedportal build");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("<input[^>]*>")]
    private static partial Regex Inputs();
}
