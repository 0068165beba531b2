using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using FedPortal.Identity;
using FedPortal.Operation.Monitoring;
using FedPortal.Tests.Support;
using Xunit;

namespace FedPortal.Tests.Portal.Operation;

public sealed partial class MonitoringTests(OperationHost host) : IClassFixture<OperationHost>
{
    [Fact]
    public async Task OnlyTheTokenOpensTheFigures()
    {
        using HttpClient nobody = host.NewClient();
        using HttpClient admin = await host.SignInAsync(await host.AddUserAsync(Roles.Admin));

        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync("/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await admin.GetAsync("/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync("another-token-of-monitoring-that-is-wrong"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(""));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(OperationHost.Token));
    }

    [Fact]
    public async Task TheExposition_KeepsTheRules_AndHasTheFigures()
    {
        SampleConsortium sample = await host.SampleAsync();
        using HttpClient client = await host.SignInAsync(await host.AddUserAsync(Roles.Auditor));
        for (int i = 0; i < 3; i++)
        {
            await client.GetStringAsync($"/rounds/{sample.CompletedRoundId}");
        }

        static bool IsThrice(Sample s) => s.Name == "fedportal_http_request_duration_seconds_count" && s.Labels["route"] == "/rounds/{Id:guid}" && s.Labels["status"] == "2xx" && s.Value >= 3;
        await ReadAsync(s => s.Name == "fedportal_scheduler_running" && s.Value == 1); // it begins in the background
        (string text, Exposition read) = await ReadAsync(IsThrice);

        Assert.Equal(1, ValueOf(read, "fedportal_rounds", ("state", "failed")));
        Assert.True(ValueOf(read, "fedportal_rounds", ("state", "completed")) >= 2);
        Assert.Equal(0, ValueOf(read, "fedportal_rounds", ("state", "unlocked")));
        Assert.Equal(1, ValueOf(read, "fedportal_scheduler_running"));
        Assert.Equal(1, ValueOf(read, "fedportal_jobs", ("kind", "Attack test"), ("state", "running")));
        Assert.True(ValueOf(read, "process_resident_memory_bytes") > 50e6);
        Assert.Contains(read.Samples, s => s.Name == "fedportal_study_epsilon" && s.Value > 0);
        Assert.Contains(read.Samples, IsThrice);
        Assert.Contains(read.Samples, s => s.Name == "fedportal_database_command_duration_seconds_count" && s.Value > 10);
        Assert.Contains(read.Samples, s => s.Name == "fedportal_stage_duration_seconds_count" && s.Value > 0);
        Assert.True(ValueOf(read, "fedportal_update_bytes_total") >= 0);

        // Patterns, not addresses; and nothing that names a house or a person.
        Assert.DoesNotContain($"{sample.CompletedRoundId}", text, StringComparison.Ordinal);
        Assert.All(new[] { "Northfield", "lake", "example.test", sample.InstitutionId.ToString() }, name => Assert.DoesNotContain(name, text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task EveryFigureThatPrometheusIsToldToWatch_IsThere()
    {
        await host.SampleAsync();
        (_, Exposition read) = await ReadAsync(s => s.Name == "fedportal_http_request_duration_seconds_count");
        HashSet<string> names = [.. read.Samples.Select(s => s.Name)];
        string rules = await File.ReadAllTextAsync(Path.Combine(SharedData.Root, "deploy", "prometheus", "alerts.yml"));

        string[] watched = [.. FigureName().Matches(rules).Select(match => match.Value).Distinct()];

        Assert.True(watched.Length >= 7, string.Join(", ", watched));
        Assert.All(watched, name => Assert.Contains(name, names));
    }

    [Fact]
    public void LabelsAndHelp_AreEscaped_AndComeBackAsTheyWere()
    {
        const string Nasty = "a \"quote\", a \\ backslash\nand a line, x=\"y\"";
        PrometheusText text = new PrometheusText().Family("nasty", "gauge", "first\nsecond \\ third").Sample("nasty", -0.5, ("text", Nasty), ("other", "")).Gauge("limit", "None.", double.PositiveInfinity);

        Exposition read = Exposition.Parse(text.ToString());

        Assert.Equal((Nasty, "", -0.5), (read.Samples[0].Labels["text"], read.Samples[0].Labels["other"], read.Samples[0].Value));
        Assert.Equal(double.PositiveInfinity, read.Samples[1].Value);
        Assert.Equal(3 + 2, text.ToString().Count(c => c == '\n') - 1);
    }

    [Fact]
    public void AHistogram_CountsWhatIsAtABoundBelowIt_AndKeepsItsSeriesFew()
    {
        var histogram = new LabelledHistogram("seconds", "Some.", ["route"], [1, 2]);
        foreach (double value in new[] { 0.5, 1, 1.5, 2, 99 })
        {
            histogram.Observe(value, "/a");
        }

        for (int i = 0; i < 3000; i++)
        {
            histogram.Observe(1, $"/scan/{i}");
        }

        var text = new PrometheusText();
        histogram.WriteTo(text);
        Exposition read = Exposition.Parse(text.ToString());

        Assert.Equal([2, 4, 5], read.Samples.Where(s => s.Name == "seconds_bucket" && s.Labels["route"] == "/a").Select(s => s.Value));
        Assert.Equal(104, ValueOf(read, "seconds_sum", ("route", "/a")));
        Assert.Equal(1001, read.Samples.Count(s => s.Name == "seconds_count"));
        Assert.Equal(3000 - 999, ValueOf(read, "seconds_count", ("route", "other")));
    }

    /// <summary>A request is measured after its answer has gone out: reads until such a sample is there, for two minutes at most.</summary>
    private async Task<(string Text, Exposition Read)> ReadAsync(Func<Sample, bool> awaited)
    {
        for (long started = TimeProvider.System.GetTimestamp(); ; await Task.Delay(20))
        {
            (string text, Exposition read) = await ReadAsync();
            if (read.Samples.Any(awaited) || TimeProvider.System.GetElapsedTime(started) > TimeSpan.FromMinutes(2))
            {
                return (text, read);
            }
        }
    }

    private async Task<(string Text, Exposition Read)> ReadAsync()
    {
        using HttpClient monitoring = host.NewClient();
        monitoring.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", OperationHost.Token);
        using HttpResponseMessage answer = await monitoring.GetAsync("/metrics");
        Assert.Equal(PrometheusText.ContentType, answer.Content.Headers.ContentType?.ToString());
        string text = await answer.Content.ReadAsStringAsync();
        return (text, Exposition.Parse(text));
    }

    private async Task<HttpStatusCode> StatusAsync(string token)
    {
        using HttpClient monitoring = host.NewClient();
        monitoring.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        using HttpResponseMessage answer = await monitoring.GetAsync("/metrics");
        return answer.StatusCode;
    }

    private static double ValueOf(Exposition read, string name, params (string Name, string Value)[] labels) =>
        read.Samples.Single(s => s.Name == name && s.Labels.Count == labels.Length && labels.All(label => s.Labels.TryGetValue(label.Name, out string? value) && value == label.Value)).Value;

    [GeneratedRegex(@"\bfedportal_[a-z_]+\b")]
    private static partial Regex FigureName();
}
