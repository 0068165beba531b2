using System.Net;
using System.Text;
using FedPortal.Identity;
using FedPortal.Tests.Support;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.StaticAssets;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>
/// Walks every page and endpoint of the running portal as everybody, and compares with the table of docs/access.md. A route without a line there fails,
/// and so does a line without a route. To write the observed table into the file: <c>FEDPORTAL_WRITE_ACCESS=1</c>; then read what changed.
/// </summary>
[Collection("Browser")]
public sealed class AccessMatrixTests(PortalHost host) : IClassFixture<PortalHost>
{
    private const string Begin = "<!-- routes -->";
    private const string End = "<!-- end of routes -->";
    private static readonly string File = Path.Combine(SharedData.Root, "docs", "access.md");

    [Fact]
    public async Task EveryRoute_AnswersEverybodyAsTheDocumentSays()
    {
        SampleConsortium sample = await host.SampleAsync();
        AccessExamples examples = await AccessExamples.OfAsync(host, sample);
        Route[] routes = [.. Routes().OrderBy(route => route.Pattern, StringComparer.Ordinal).ThenBy(route => route.Method, StringComparer.Ordinal)];
        Assert.True(routes.Length > 40, $"{routes.Length} routes");

        SortedDictionary<string, string> observed = new(StringComparer.Ordinal);
        List<string[]> columns = [];
        foreach ((string role, Guid? institution) in Everybody(sample))
        {
            columns.Add(await WalkAsync(routes, examples, role, institution));
        }

        foreach ((int i, Route route) in routes.Index())
        {
            observed[$"{route.Pattern} {route.Method}"] = $"| {route.Method} | `{route.Pattern}` | {string.Join(" | ", columns.Select(column => column[i]))} |";
        }

        if (Environment.GetEnvironmentVariable("FEDPORTAL_WRITE_ACCESS") is { Length: > 0 })
        {
            Write(observed.Values);
        }

        Compare(observed.Values);
    }

    [Fact]
    public void EveryPageOfTheProgram_IsAnEndpoint()
    {
        HashSet<string> patterns = [.. Routes().Select(route => route.Pattern)];

        string[] pages = [.. typeof(PortalUser).Assembly.GetTypes().SelectMany(type => type.GetCustomAttributes(typeof(RouteAttribute), false)).Cast<RouteAttribute>().Select(route => route.Template)];

        Assert.True(pages.Length >= 15, $"{pages.Length} pages");
        Assert.All(pages, page => Assert.Contains(page, patterns));
    }

    private static IEnumerable<(string Role, Guid? Institution)> Everybody(SampleConsortium sample) =>
    [
        ("", null), (Roles.Admin, null), (Roles.Coordinator, sample.InstitutionId), (Roles.Coordinator, sample.RealInstitutionId), (Roles.Auditor, null),
    ];

    private async Task<string[]> WalkAsync(Route[] routes, AccessExamples examples, string role, Guid? institution)
    {
        using HttpClient client = role.Length == 0 ? host.NewClient() : await host.SignInAsync(await host.AddUserAsync(role, institution));
        string token = await client.AntiforgeryTokenAsync(role.Length == 0 ? "/account/sign-in" : "/account");
        string[] outcomes = new string[routes.Length];

        // Signing out comes last: it ends the session that the others need.
        foreach ((int i, Route route) in routes.Index().OrderBy(entry => entry.Item.Pattern == "/account/sign-out"))
        {
            using var request = new HttpRequestMessage(new HttpMethod(route.Method), examples.PathOf(route.Endpoint.RoutePattern)) { Headers = { { "RequestVerificationToken", token } } };
            request.Headers.TryAddWithoutValidation("If-Match", "\"nothing\""); // who may move it is asked; it shall stay as it is
            request.Content = route.Method is "GET" or "HEAD" ? null : new StringContent("", Encoding.UTF8, route.Endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes[0] ?? "application/json");
            using HttpResponseMessage response = await client.SendAsync(request);
            outcomes[i] = await OutcomeAsync(response);
        }

        return outcomes;
    }

    private static async Task<string> OutcomeAsync(HttpResponseMessage response) => response.StatusCode switch
    {
        HttpStatusCode.Unauthorized => "sign in",
        HttpStatusCode.Forbidden => "denied",
        HttpStatusCode.NotFound => "missing",
        HttpStatusCode.Found when LeadsTo(response, "/account/sign-in") => "sign in",
        HttpStatusCode.Found when LeadsTo(response, "/account/denied") => "denied",
        >= HttpStatusCode.InternalServerError => $"error {(int)response.StatusCode}",
        HttpStatusCode.OK when response.Content.Headers.ContentType?.MediaType == "text/html" && (await response.Content.ReadAsStringAsync()).Contains("class=\"empty\"", StringComparison.Ordinal) => "empty",
        _ => "open",
    };

    private static bool LeadsTo(HttpResponseMessage response, string page) =>
        new Uri(new Uri("http://localhost"), response.Headers.Location!).AbsolutePath == page;

    private IEnumerable<Route> Routes() =>
        from endpoint in host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let pattern = "/" + endpoint.RoutePattern.RawText?.TrimStart('/')
        where endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null
        from method in MethodsOf(endpoint)
        group new Route(method, pattern, endpoint) by (method, pattern) into same
        select same.First();

    // A page also takes the forms it shows, by the same rule.
    private static IEnumerable<string> MethodsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null || endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is not { HttpMethods.Count: > 0 } methods
            ? ["GET"]
            : methods.HttpMethods;

    private static void Compare(IEnumerable<string> observed)
    {
        string[] written = [.. TableOf(System.IO.File.ReadAllText(File)).Where(line => line.Contains('`', StringComparison.Ordinal))];
        string[] seen = [.. observed];
        string[] unwritten = [.. seen.Except(written, StringComparer.Ordinal)];
        string[] untrue = [.. written.Except(seen, StringComparer.Ordinal)];

        Assert.True(unwritten.Length + untrue.Length == 0, $"""
            docs/access.md does not say who may do what. Columns: method, address, anonymous, admin, own coordinator, foreign coordinator, auditor.
            Seen but not written; if it is what you mean, put these lines into the table (or run with FEDPORTAL_WRITE_ACCESS=1), else change the policy.
            A page that shows "empty" or "missing" to everybody may lack an example in FedPortal.Tests/EndToEnd/AccessExamples.cs.
            {string.Join(Environment.NewLine, unwritten)}
            Written but not seen; take these lines out:
            {string.Join(Environment.NewLine, untrue)}
            """);
    }

    private static void Write(IEnumerable<string> lines)
    {
        string text = System.IO.File.ReadAllText(File);
        string[] head = [.. TableOf(text).Where(line => line.StartsWith('|') && !line.Contains('`', StringComparison.Ordinal))];
        int begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        System.IO.File.WriteAllText(File, $"{text[..begin]}\n{string.Join('\n', head.Concat(lines))}\n{text[text.IndexOf(End, StringComparison.Ordinal)..]}");
    }

    private static string[] TableOf(string text) =>
        text[text.IndexOf(Begin, StringComparison.Ordinal)..text.IndexOf(End, StringComparison.Ordinal)].Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private sealed record Route(string Method, string Pattern, RouteEndpoint Endpoint);
}
