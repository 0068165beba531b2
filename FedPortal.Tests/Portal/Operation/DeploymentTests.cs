using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using FedPortal.Tests.Support;
using Xunit;

namespace FedPortal.Tests.Portal.Operation;

/// <summary>docker-compose.yml as docker-compose itself reads it, and the files beside it. There is no container engine in a test: images are not built.</summary>
public sealed partial class DeploymentTests
{
    private static readonly string Deploy = Path.Combine(SharedData.Root, "deploy");
    private static readonly string[] Sites = ["site-1", "site-2", "site-3", "site-4", "site-5"];

    [Theory]
    [InlineData("cpu")]
    [InlineData("gpu")]
    public async Task TheFile_IsWhatDockerComposeTakes_WithPortalDatabaseFiveSitesAndPrometheus(string profile)
    {
        using JsonDocument config = await ConfigAsync(profile);
        Dictionary<string, JsonElement> services = config.RootElement.GetProperty("services").EnumerateObject().ToDictionary(s => s.Name, s => s.Value);
        string[] active = [.. services.Where(s => !s.Value.TryGetProperty("profiles", out JsonElement profiles) || profiles.EnumerateArray().Any(p => p.GetString() == profile)).Select(s => s.Key).Order(StringComparer.Ordinal)];

        string suffix = profile == "gpu" ? "-gpu" : "";
        Assert.Equal(new[] { "portal", "postgres", "prometheus" }.Concat(Sites.Select(site => site + suffix)).Order(StringComparer.Ordinal), active);
        Assert.All(Sites, site =>
        {
            JsonElement service = services[site + suffix];
            Assert.Equal(profile == "gpu", service.TryGetProperty("deploy", out JsonElement deploy) && deploy.GetRawText().Contains("\"gpu\"", StringComparison.Ordinal));
            Assert.Contains($"{site}_token", service.GetProperty("secrets").GetRawText(), StringComparison.Ordinal);
            Assert.Contains($"\"{site}:/var/lib/fedportal-site", service.GetProperty("volumes").GetRawText(), StringComparison.Ordinal);
        });
        Assert.All(active, name =>
        {
            JsonElement service = services[name];
            Assert.True(service.GetProperty("read_only").GetBoolean(), $"{name} may write everywhere");
            Assert.Contains("no-new-privileges:true", service.GetProperty("security_opt").GetRawText(), StringComparison.Ordinal);
            Assert.Equal("ALL", service.GetProperty("cap_drop")[0].GetString());
        });
        Assert.All(new[] { "portal", "postgres", "prometheus" }, name => Assert.True(services[name].TryGetProperty("healthcheck", out _), $"{name} has no healthcheck"));
    }

    [Fact]
    public async Task NoSecretIsInTheFile_EachComesFromAFileOfItsOwn()
    {
        using JsonDocument config = await ConfigAsync("cpu");
        string text = config.RootElement.GetRawText();

        Assert.DoesNotMatch(new Regex("\"[A-Za-z_]*(PASSWORD|TOKEN|SECRET)\": *\"(?!/run/secrets)", RegexOptions.IgnoreCase), text);
        Assert.DoesNotContain("Password=", text, StringComparison.Ordinal);
        string[] files = [.. config.RootElement.GetProperty("secrets").EnumerateObject().Select(secret => secret.Value.GetProperty("file").GetString()!)];
        Assert.Equal(9, files.Distinct().Count());
        Assert.All(files, file => Assert.StartsWith(Path.Combine(Deploy, "secrets"), file, StringComparison.Ordinal));
        Assert.Contains("/deploy/secrets/", await File.ReadAllTextAsync(Path.Combine(SharedData.Root, ".gitignore")), StringComparison.Ordinal);
        Assert.Contains("deploy/secrets", await File.ReadAllTextAsync(Path.Combine(SharedData.Root, ".dockerignore")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryDockerfile_CopiesWhatIsThere_AndRunsAsItsOwnUser()
    {
        using JsonDocument config = await ConfigAsync("cpu");
        string[] used = [.. config.RootElement.GetProperty("services").EnumerateObject().Where(s => s.Value.TryGetProperty("build", out _)).Select(s => s.Value.GetProperty("build").GetProperty("dockerfile").GetString()!).Distinct()];
        Assert.Equal(["deploy/portal.Dockerfile", "deploy/site.Dockerfile", "deploy/site.gpu.Dockerfile"], used.Order(StringComparer.Ordinal));
        foreach (string path in used)
        {
            string text = await File.ReadAllTextAsync(Path.Combine(SharedData.Root, path));
            string[] copied = [.. CopyLine().Matches(text).Select(match => match.Groups["source"].Value)];

            // The CUDA build of libtorch is fetched by whoever builds the image; everything else is in the checkout.
            Assert.All(copied.Where(source => source != "deploy/libtorch"), source => Assert.True(Path.Exists(Path.Combine(SharedData.Root, source)), $"{path} copies {source}, which is not there"));
            Assert.Contains("COPY . .", text, StringComparison.Ordinal);
            Assert.Matches(new Regex("^USER fedportal$", RegexOptions.Multiline), text);
            Assert.All(FromLine().Matches(text).Select(match => match.Groups["image"].Value), image => Assert.DoesNotMatch(":latest$|^[^:]+$", image));
            Assert.All(Scripts().Matches(text).Select(match => match.Value), script => Assert.True(UnixModes.Of(Path.Combine(SharedData.Root, script)).HasFlag(UnixFileMode.UserExecute), $"{script} cannot be run"));
        }
    }

    [Fact]
    public async Task TheSecretsScript_MakesWhatTheFileWants_ForItsOwnerOnly_AndReplacesNothing()
    {
        using var folder = new TemporaryFolder();
        string secrets = folder.At("secrets");
        using JsonDocument config = await ConfigAsync("cpu");
        string[] wanted = [.. config.RootElement.GetProperty("secrets").EnumerateObject().Select(secret => Path.GetFileName(secret.Value.GetProperty("file").GetString()!)).Order(StringComparer.Ordinal)];

        await RunAsync(Path.Combine(Deploy, "make-secrets"), secrets);
        string password = await File.ReadAllTextAsync(Path.Combine(secrets, "postgres_password"));
        await RunAsync(Path.Combine(Deploy, "make-secrets"), secrets);

        Assert.Equal(wanted, Directory.GetFiles(secrets).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Matches("^[0-9a-f]{64}$", password);
        Assert.Equal(password, await File.ReadAllTextAsync(Path.Combine(secrets, "postgres_password")));
        Assert.EndsWith($"Password={password}", await File.ReadAllTextAsync(Path.Combine(secrets, "database")), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, UnixModes.Of(secrets));
        Assert.Equal("", await File.ReadAllTextAsync(Path.Combine(secrets, "site-3_token")));
    }

    [Fact]
    public async Task Prometheus_IsToldWhereThePortalIs_AndEveryRuleIsWhole()
    {
        using JsonDocument settings = await YamlAsync(Path.Combine(Deploy, "prometheus", "prometheus.yml"));
        using JsonDocument rules = await YamlAsync(Path.Combine(Deploy, "prometheus", "alerts.yml"));
        JsonElement job = settings.RootElement.GetProperty("scrape_configs")[0];

        Assert.Equal(("/metrics", "/run/secrets/metrics_token"), (job.GetProperty("metrics_path").GetString(), job.GetProperty("authorization").GetProperty("credentials_file").GetString()));
        Assert.Equal("portal:8080", job.GetProperty("static_configs")[0].GetProperty("targets")[0].GetString());
        Assert.Equal("/etc/prometheus/alerts.yml", settings.RootElement.GetProperty("rule_files")[0].GetString());
        JsonElement[] all = [.. rules.RootElement.GetProperty("groups").EnumerateArray().SelectMany(group => group.GetProperty("rules").EnumerateArray())];
        Assert.True(all.Length >= 6);
        Assert.Equal(all.Length, all.Select(rule => rule.GetProperty("alert").GetString()).Distinct().Count());
        Assert.All(all, rule =>
        {
            Assert.Matches("^[0-9]+[mh]$", rule.GetProperty("for").GetString());
            Assert.Contains(rule.GetProperty("labels").GetProperty("severity").GetString(), new[] { "warning", "critical" });
            Assert.True(rule.GetProperty("annotations").GetProperty("summary").GetString()!.Length > 10);
            string expression = rule.GetProperty("expr").GetString()!;
            Assert.Equal(expression.Count(c => c == '('), expression.Count(c => c == ')'));
        });
    }

    private static async Task<JsonDocument> ConfigAsync(string profile)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/docker-compose"), "docker-compose is not installed: ./fedportal test installs it.");
        string yaml = await RunAsync("/usr/bin/docker-compose", "--project-directory", SharedData.Root, "-f", Path.Combine(SharedData.Root, "docker-compose.yml"), "--profile", profile, "config");
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.At("config.yml"), yaml);
        return await YamlAsync(folder.At("config.yml"));
    }

    // docker-compose brings Debian's YAML parser for Python with it.
    private static async Task<JsonDocument> YamlAsync(string path)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/docker-compose"), "docker-compose is not installed: ./fedportal test installs it.");
        return JsonDocument.Parse(await RunAsync("/usr/bin/python3", "-c", "import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))", path));
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = SharedData.Root })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program}: {await errors}");
        return output;
    }

    [GeneratedRegex(@"^COPY (?!--from)(?<source>\S+) \S+$", RegexOptions.Multiline)]
    private static partial Regex CopyLine();

    [GeneratedRegex(@"^FROM (?<image>\S+)", RegexOptions.Multiline)]
    private static partial Regex FromLine();

    [GeneratedRegex(@"deploy/site-entrypoint")]
    private static partial Regex Scripts();
}
