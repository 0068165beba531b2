using System.Diagnostics;
using FedPortal.Training.Processes;
using Xunit;

namespace FedPortal.Tests.Training.Processes;

/// <summary>What a real child finds in its environment. That all programs are started in this way is shown by <c>DependencyTests</c>.</summary>
public sealed class ChildProgramTests
{
    private const string Lister = "/usr/bin/env";
    private const string Value = "only-the-parent-knows";

    private static readonly string[] Secrets =
    [
        "ConnectionStrings__OfThisTest", "Any__OfThisTest", "Any:OfThisTest", "PGOFTHISTEST", "pgofthistest2", "FEDPORTAL_BACKUP_OFTHISTEST", "OFTHISTEST_PASSWORD", "OFTHISTEST_Passphrase",
        "OFTHISTEST_TOKEN", "OFTHISTEST_CLIENTSECRET", "OFTHISTEST_API_KEY",
    ];

    public static TheoryData<string> Ways { get; } = [nameof(ChildProgram.Of), nameof(ChildProgram.Engine), nameof(ChildProgram.Bare)];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task NoSecretReachesAChild_AndWhatItNeedsDoes(string way)
    {
        Array.ForEach(Secrets, name => Environment.SetEnvironmentVariable(name, Value));
        Environment.SetEnvironmentVariable("FEDPORTAL_OFTHISTEST", "for everybody");
        ProcessStartInfo start = way switch
        {
            nameof(ChildProgram.Of) => ChildProgram.Of(Lister, []),
            nameof(ChildProgram.Engine) => ChildProgram.Engine(Lister, []),
            _ => ChildProgram.Bare(Lister, []),
        };
        start.Environment["GIVEN_TOKEN"] = "by name";

        string found = await ListAsync(start);

        Assert.DoesNotContain(Value, found, StringComparison.Ordinal);
        Assert.All(Secrets, name => Assert.DoesNotContain(name, found, StringComparison.Ordinal));
        Assert.Contains("GIVEN_TOKEN=by name", found, StringComparison.Ordinal);
        Assert.Equal(way != nameof(ChildProgram.Bare), found.Contains("PATH=", StringComparison.Ordinal));
        Assert.Equal(way != nameof(ChildProgram.Bare), found.Contains("FEDPORTAL_OFTHISTEST=for everybody", StringComparison.Ordinal));
        bool isParents = way == nameof(ChildProgram.Of) && Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") is not null;
        Assert.Equal(way == nameof(ChildProgram.Engine) || isParents, found.Contains("OMP_WAIT_POLICY=", StringComparison.Ordinal));
    }

    [Fact]
    public void OnlyTheStreamsThatWereAskedFor_AreTheParents()
    {
        ProcessStartInfo some = ChildProgram.Of(Lister, ["-0"], "/", ChildPipes.Input | ChildPipes.Errors);
        ProcessStartInfo none = ChildProgram.Engine(Lister, [], pipes: ChildPipes.None);

        Assert.Equal((true, false, true, "/"), (some.RedirectStandardInput, some.RedirectStandardOutput, some.RedirectStandardError, some.WorkingDirectory));
        Assert.Equal((false, false, false, false), (none.RedirectStandardInput, none.RedirectStandardOutput, none.RedirectStandardError, none.UseShellExecute));
        Assert.Equal(["-0"], some.ArgumentList);
    }

    private static async Task<string> ListAsync(ProcessStartInfo start)
    {
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return output;
    }
}
