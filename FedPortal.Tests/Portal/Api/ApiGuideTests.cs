using System.Diagnostics;
using FedPortal.Identity;
using FedPortal.Tests.Support;
using Xunit;

namespace FedPortal.Tests.Portal.Api;

/// <summary>Runs the examples of docs/api.md as they stand there.</summary>
public sealed class ApiGuideTests(PortalHost host) : IClassFixture<PortalHost>
{
    [Fact]
    public async Task EveryExample_Works()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "curl is not installed");
        await host.SampleAsync();
        string[] examples = [.. (await File.ReadAllTextAsync(Path.Combine(SharedData.Root, "docs", "api.md"))).Split("```sh\n").Skip(1).Select(part => part.Split("```")[0])];
        string token = await host.TokenAsync(await host.AddUserAsync(Roles.Admin), TokenScope.ReadWrite);
        using var folder = new TemporaryFolder();
        List<string> answers = [];
        foreach (string example in examples)
        {
            answers.Add(await RunAsync(example, token, folder.Path));
        }

        Assert.Equal(8, answers.Count);
        Assert.Contains("\"mayWrite\":true", answers[0], StringComparison.Ordinal);
        Assert.Contains("\"studyName\":", answers[1], StringComparison.Ordinal);
        string[] made = [.. answers[2].Split('}', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        Assert.Equal((2, made[0]), (made.Length, made[1]));
        Assert.Contains("The number of rounds", answers[3], StringComparison.Ordinal);
        Assert.Contains("\"isValid\":true", answers[4], StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"Round\"", answers[5], StringComparison.Ordinal);
        Assert.Contains("\"isOn\":false", answers[5], StringComparison.Ordinal);
        Assert.Contains("\"chanceOfGain\":", answers[6], StringComparison.Ordinal);
        Assert.Contains("\"openapi\"", await File.ReadAllTextAsync(Path.Combine(folder.Path, "openapi.json")), StringComparison.Ordinal);
    }

    // The token goes by the environment: an argument could be read by others on the machine.
    private async Task<string> RunAsync(string script, string token, string folder)
    {
        var start = new ProcessStartInfo("/bin/bash", ["-euo", "pipefail", "-c", script])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PORTAL"] = host.Address.ToString().TrimEnd('/'), ["TOKEN"] = token },
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{script}\nended with {process.ExitCode}: {await errors}{output}");
        return output;
    }
}
