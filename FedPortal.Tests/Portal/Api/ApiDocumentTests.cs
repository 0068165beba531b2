using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using FedPortal.Identity;
using FedPortal.Tests.EndToEnd;
using FedPortal.Tests.Support;
using Microsoft.AspNetCore.Routing.Patterns;
using Xunit;

namespace FedPortal.Tests.Portal.Api;

/// <summary>
/// The OpenAPI document against the rules of OpenAPI 3.1, against the portal's routes, and against what the portal really answers. Names of operations are
/// a promise to programs: docs/api-operations.md lists them. To write it anew: <c>FEDPORTAL_WRITE_ACCESS=1</c>; then read what changed.
/// </summary>
public sealed partial class ApiDocumentTests(PortalHost host) : IClassFixture<PortalHost>
{
    private const string Root = "/api/v1";
    private const string Json = "application/json";
    private static readonly string[] Methods = ["get", "put", "post", "delete", "patch", "head"];
    private static readonly string Operations = Path.Combine(SharedData.Root, "docs", "api-operations.md");

    [Fact]
    public async Task TheDocument_KeepsTheRulesOfOpenApi31()
    {
        JsonNode document = await DocumentAsync();
        var schemas = new JsonSchemaCheck(document);
        List<string> problems = [];
        HashSet<string> ids = [];

        Assert.StartsWith("3.1.", (string)document["openapi"]!, StringComparison.Ordinal);
        Assert.Equal("FedPortal", (string?)document["info"]!["title"]);
        Assert.NotEmpty((string)document["info"]!["version"]!);
        foreach ((string path, string method, JsonNode operation) in OperationsOf(document))
        {
            string place = $"{method} {path}";
            void Require(bool holds, string rule)
            {
                if (!holds)
                {
                    problems.Add($"{place}: {rule}");
                }
            }

            Require(Methods.Contains(method), "no method of HTTP");
            Require(ids.Add((string?)operation["operationId"] ?? ""), $"the name {operation["operationId"]} is not its own");
            Require(((string?)operation["summary"])?.EndsWith('.') is true, "no summary that is a sentence");
            Require(operation["tags"]?.AsArray() is [_], "not exactly one tag");
            JsonNode[] parameters = [.. operation["parameters"]?.AsArray().Select(parameter => parameter!) ?? []];
            string[] inPath = [.. PathParameter().Matches(path).Select(match => match.Groups[1].Value)];
            Require(inPath.Order().SequenceEqual(parameters.Where(p => (string?)p["in"] == "path").Select(p => (string)p["name"]!).Order()), "its path parameters are others");
            Require(parameters.Where(p => (string?)p["in"] == "path").All(p => (bool?)p["required"] is true), "a path parameter is not required");
            Require(parameters.All(p => (string?)p["in"] is "path" or "query" or "header" && p["schema"] is not null), "a parameter without place or schema");
            Require(parameters.Select(p => $"{p["in"]} {p["name"]}").Distinct().Count() == parameters.Length, "a parameter twice");
            JsonObject responses = operation["responses"]!.AsObject();
            Require(responses.Count > 0 && responses.All(response => StatusCode().IsMatch(response.Key) && response.Value!["description"] is not null), "a response without status or description");
            Require(responses.Any(response => response.Key[0] == '2'), "no success");
            Require(responses.Any(response => response.Value!["content"]?["application/problem+json"] is not null), "no problem");
            foreach (JsonNode? requirement in operation["security"]?.AsArray() ?? [])
            {
                Require(requirement!.AsObject().All(scheme => document["components"]!["securitySchemes"]![scheme.Key] is not null), "an unknown security scheme");
            }

            problems.AddRange(SchemasOf(operation).SelectMany(schema => schemas.ProblemsOfSchema(schema, place)));
        }

        problems.AddRange(document["components"]!["schemas"]!.AsObject().SelectMany(schema => schemas.ProblemsOfSchema(schema.Value, schema.Key)));
        Assert.True(problems.Count == 0, string.Join(Environment.NewLine, problems.Distinct()));
        Assert.Equal(["bearer", "cookie", "inferenceKey"], document["components"]!["securitySchemes"]!.AsObject().Select(scheme => scheme.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task EveryRouteOfTheApi_IsInTheDocument_AndNothingElse()
    {
        JsonNode document = await DocumentAsync();

        string[] routes = [.. Routes().Select(route => $"{route.Method} {route.Path}").Where(route => route != $"GET {Root}/openapi.json").Distinct().Order(StringComparer.Ordinal)];
        string[] written = [.. OperationsOf(document).Select(operation => $"{operation.Method.ToUpperInvariant()} {operation.Path}").Order(StringComparer.Ordinal)];

        Assert.True(routes.Length > 80, $"{routes.Length} routes");
        Assert.Equal(routes, written);
    }

    [Fact]
    public async Task NamesOfOperations_AreThoseThatWerePromised()
    {
        string[] observed = [.. OperationsOf(await DocumentAsync()).Select(operation => $"| `{operation.Node["operationId"]}` | {operation.Method.ToUpperInvariant()} | `{operation.Path}` | {operation.Node["summary"]} |").Order(StringComparer.Ordinal)];
        if (Environment.GetEnvironmentVariable("FEDPORTAL_WRITE_ACCESS") is { Length: > 0 })
        {
            string head = await File.ReadAllTextAsync(Operations);
            await File.WriteAllTextAsync(Operations, $"{head[..head.IndexOf("| name |", StringComparison.Ordinal)]}| name | method | address | what it does |\n|---|---|---|---|\n{string.Join('\n', observed)}\n");
        }

        string[] promised = [.. (await File.ReadAllLinesAsync(Operations)).Where(line => line.StartsWith("| `", StringComparison.Ordinal))];

        Assert.True(observed.SequenceEqual(promised), $"docs/api-operations.md differs. Not promised: {string.Join("\n", observed.Except(promised))}\nNot there any more: {string.Join("\n", promised.Except(observed))}");
    }

    [Theory]
    [InlineData(Roles.Admin)]
    [InlineData(Roles.Coordinator)]
    public async Task WhatTheDocumentPromises_IsWhatIsAnswered(string role)
    {
        SampleConsortium sample = await host.SampleAsync();
        AccessExamples examples = await AccessExamples.OfAsync(host, sample);
        JsonNode document = await DocumentAsync();
        var schemas = new JsonSchemaCheck(document);
        Dictionary<string, JsonNode> reads = OperationsOf(document).Where(operation => operation.Method == "get").ToDictionary(operation => operation.Path, operation => operation.Node);
        using HttpClient program = await host.ProgramAsync(role, TokenScope.Read, role == Roles.Coordinator ? sample.InstitutionId : null);
        List<string> problems = [];
        HashSet<string> checkedPaths = [];
        foreach ((string method, string path, RoutePattern pattern) in Routes().Where(route => route.Method == "GET" && reads.ContainsKey(route.Path)))
        {
            using HttpResponseMessage answer = await program.GetAsync(examples.PathOf(pattern));
            JsonNode? promised = reads[path]["responses"]![$"{(int)answer.StatusCode}"];
            string? type = answer.Content.Headers.ContentType?.MediaType;
            if (promised is null)
            {
                problems.Add($"{path}: {(int)answer.StatusCode} was not promised: {await answer.Content.ReadAsStringAsync()}");
            }
            else if (promised["content"]?[type ?? ""]?["schema"] is { } schema && type!.EndsWith("json", StringComparison.Ordinal))
            {
                JsonNode? body = JsonNode.Parse(await answer.Content.ReadAsStringAsync());
                problems.AddRange(schemas.Problems(body, schema).Take(5).Select(problem => $"{path}: {problem}"));
                checkedPaths.Add($"{(int)answer.StatusCode} {path}");
            }
        }

        Assert.True(problems.Count == 0, string.Join(Environment.NewLine, problems));
        int good = checkedPaths.Count(path => path.StartsWith("200", StringComparison.Ordinal));
        Assert.True(good > (role == Roles.Admin ? 35 : 20), $"{good} reads were checked: {string.Join(", ", checkedPaths)}");
    }

    [Fact]
    public async Task WhatIsComputed_FitsItsSchemaToo_AndRefusalsAreProblems()
    {
        SampleConsortium sample = await host.SampleAsync();
        JsonNode document = await DocumentAsync();
        using HttpClient program = await host.ProgramAsync(Roles.Admin);

        foreach ((string path, object body, HttpStatusCode expected) in new (string, object, HttpStatusCode)[]
        {
            ("/planning/forecast", new { years = 2 }, HttpStatusCode.OK),
            ("/planning/forecast", new { years = 0 }, HttpStatusCode.UnprocessableEntity),
            ("/drafts/check", new { name = "" }, HttpStatusCode.OK),
            ("/drafts/check", new { name = (string?)null }, HttpStatusCode.UnprocessableEntity),
            ($"/studies/{sample.StudyId}/risk/assess", new { colluders = 1 }, HttpStatusCode.OK),
            ($"/studies/{sample.StudyId}/risk/assess", new { colluders = 1, unknown = 2 }, HttpStatusCode.BadRequest),
            ($"/studies/{sample.StudyId}/risk/assess", new { }, HttpStatusCode.BadRequest),
            ("/drafts", new { name = "Autumn" }, HttpStatusCode.Created),
        })
        {
            using HttpResponseMessage answer = await program.PostAsJsonAsync(Root + path, body);
            string text = await answer.Content.ReadAsStringAsync();
            Assert.True(expected == answer.StatusCode, $"{path}: {answer.StatusCode} {text}");
            JsonNode operation = OperationsOf(document).Single(o => o.Method == "post" && Regex.IsMatch(Root + path, $"^{PathParameter().Replace(o.Path, "[^/]+")}$", RegexOptions.None, TimeSpan.FromSeconds(1))).Node;
            JsonNode schema = operation["responses"]![$"{(int)expected}"]!["content"]![answer.Content.Headers.ContentType!.MediaType!]!["schema"]!;
            Assert.Empty(new JsonSchemaCheck(document).Problems(JsonNode.Parse(text), schema));
        }
    }

    [Fact]
    public async Task ThePage_ListsEveryOperation_WithoutAnyScriptOfOthers()
    {
        using HttpClient reader = await host.SignInAsync(await host.AddUserAsync(Roles.Auditor));
        IDocument page = await reader.ReadAsync("/docs/api");

        string[] shown = [.. page.QuerySelectorAll("details.operation[id] .method").Select(method => method.Closest("details")!.Id!).Order(StringComparer.Ordinal)];
        string[] operations = [.. OperationsOf(await DocumentAsync()).Select(operation => (string)operation.Node["operationId"]!).Order(StringComparer.Ordinal)];

        Assert.Equal(operations, shown);
        Assert.All(page.Scripts.Select(script => script.Source).OfType<string>(), source => Assert.DoesNotContain("//", source, StringComparison.Ordinal));
        Assert.All(page.QuerySelectorAll("a[href*='#schema-']"), link => Assert.NotNull(page.GetElementById(link.GetAttribute("href")!.Split('#')[1])));
    }

    private async Task<JsonNode> DocumentAsync()
    {
        using HttpClient program = await host.ProgramAsync(Roles.Auditor, TokenScope.Read);
        using HttpResponseMessage answer = await program.GetAsync($"{Root}/openapi.json");
        Assert.Equal((HttpStatusCode.OK, Json), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    private static IEnumerable<(string Path, string Method, JsonNode Node)> OperationsOf(JsonNode document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        select (path.Key, operation.Key, operation.Value!);

    private static IEnumerable<JsonNode> SchemasOf(JsonNode operation) =>
        (operation["parameters"]?.AsArray().Select(parameter => parameter!["schema"]) ?? [])
        .Concat((operation["requestBody"]?["content"]?.AsObject() ?? []).Select(content => content.Value!["schema"]))
        .Concat(operation["responses"]!.AsObject().SelectMany(response => response.Value!["content"]?.AsObject() ?? []).Select(content => content.Value!["schema"]))
        .OfType<JsonNode>();

    private IEnumerable<(string Method, string Path, RoutePattern Pattern)> Routes() =>
        from endpoint in host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let raw = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
        where raw.StartsWith($"{Root}/", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select (method, Constraint().Replace(raw, "{$1}").TrimEnd('/'), endpoint.RoutePattern);

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex PathParameter();

    [GeneratedRegex(@"\{(\w+)(?::[^}]*)?\}")]
    private static partial Regex Constraint();

    [GeneratedRegex("^[1-5][0-9][0-9]$|^default$")]
    private static partial Regex StatusCode();
}
