using System.Diagnostics;
using System.Globalization;
using FedPortal.Site.CommandLine;
using FedPortal.Site.CommandLine.Simulation;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using Xunit;

namespace FedPortal.Tests.Site;

/// <summary>How a simulation ends when it does not end well: loudly, and without processes left behind.</summary>
[Collection("Heavy")]
public class SimulationEndTests
{
    [Fact]
    public async Task KilledInstitution_FailsTheSimulation_AndTheMessageNamesIt()
    {
        var watcher = new KillingWatcher("hospital-b");

        CommandException failure;
        await using (var simulation = new FederationSimulation(Endless(), watcher))
        {
            failure = await Assert.ThrowsAsync<CommandException>(() => simulation.RunAsync(CancellationToken.None));
        }

        Assert.Contains("The process of hospital-b ended with code 137 while training round 1", failure.Message, StringComparison.Ordinal);
        Assert.True(await SiteProgram.AllEndAsync([.. watcher.Processes]), "An engine outlived its simulation.");
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("KILL", 137)]
    public async Task StoppedProgram_LeavesNoProcessBehind(string signal, int exitCode)
    {
        using Process program = SiteProgram.Start("simulate", "--strategy", "plain-fedavg", "--phantoms", "30", "--institutions", "2", "--size", "32", "--epochs", "1000", "--rounds", "1");
        while (await program.StandardOutput.ReadLineAsync() is { } line && !line.StartsWith("  pooled", StringComparison.Ordinal))
        {
        }

        int[] engines = SiteProgram.DescendantsOf(program.Id);
        using Process kill = Process.Start("kill", [$"-{signal}", program.Id.ToString(CultureInfo.InvariantCulture)]);
        await program.WaitForExitAsync();

        Assert.True(engines.Length >= 2, $"Expected two engines but found {engines.Length}.");
        Assert.Equal(exitCode, program.ExitCode);
        Assert.True(await SiteProgram.AllEndAsync(engines), "An engine outlived the program.");
    }

    private static SimulationSetup Endless() => new()
    {
        Images = PhantomFederation.Create(PhantomFederation.Options(30, institutions: 2, imageSize: 32, seed: 1)),
        Pipeline = PreprocessingPipeline.Default(32),
        Model = new ModelDescription(ClassifierArchitecture.ResNet50Slim, 3),
        Strategy = FederatedStrategy.PlainFedAvg,
        Plan = new TrainingPlan { Epochs = 1000 },
        Server = ServerOptimizerOptions.For(FederatedStrategy.PlainFedAvg, 1),
        Rounds = 1,
        Seed = 1,
        Resources = SimulationResources.For(2, 2),
    };

    /// <summary>Ends one institution's process at its third progress report.</summary>
    private sealed class KillingWatcher(string victim) : ISimulationWatcher
    {
        private int _reports;

        public HashSet<int> Processes { get; } = [];

        public void Loaded(InstitutionSummary institution)
        {
        }

        public void Started(string deviceName, ModelLayout layout)
        {
        }

        public void Completed(RoundResult round)
        {
        }

        public void Training(string institution, int processId, int round, TrainingProgress progress)
        {
            lock (Processes)
            {
                Processes.Add(processId);
                if (institution == victim && ++_reports == 3)
                {
                    using var process = Process.GetProcessById(processId);
                    process.Kill();
                }
            }
        }
    }
}
