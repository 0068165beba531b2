using System.CommandLine;
using System.Globalization;
using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Sharing;

namespace FedPortal.Site.CommandLine.SecureAggregation;

/// <summary><c>secagg simulate</c>: a whole round in this process, with the classes that institutions and portal use.</summary>
internal static class SimulateCommand
{
    public static Command Create()
    {
        var clients = new Option<int>("--clients") { Description = "Institutions.", Required = true };
        var values = new Option<int>("--values") { Description = "Values in an update.", DefaultValueFactory = _ => 1_000_000 };
        var bits = new Option<int>("--bits") { Description = "Bits of a value.", DefaultValueFactory = _ => 8 };
        var dropOut = new Option<int>("--drop-out") { Description = "Institutions that vanish, in turn before sharing, submitting and answering." };
        var liars = new Option<int>("--liars") { Description = "Helpers that answer with a wrong sum." };
        var set = new Option<string?>("--set") { Description = "Parameter set; the smallest that fits by default." };
        var threshold = new Option<int?>("--threshold") { Description = "Helpers needed to unlock; two thirds and one by default." };
        var helpers = new Option<int?>("--helpers") { Description = "Institutions that hold shares; up to 48 by default." };
        var threads = new Option<int>("--threads") { Description = "Cores to use.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var seed = new Option<ulong>("--seed") { Description = "Of the simulated values.", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "Print JSON." };
        var command = new Command("simulate", "Runs a round with random updates and compares every sum.")
            { clients, values, bits, dropOut, liars, set, threshold, helpers, threads, seed, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            TextWriter error = parsed.InvocationConfiguration.Error;
            try
            {
                int count = parsed.GetValue(clients);
                int sharing = parsed.GetValue(helpers) ?? Math.Min(count, 48);
                var demand = SumDemand.Equal(count, parsed.GetValue(bits));
                ParameterSet chosen = parsed.GetValue(set) is { } name ? ParameterSets.Get(name) : SetFit.Choose(demand).Set;
                var plan = new SimulationPlan(
                    SetFit.Evaluate(chosen, demand).Required(), parsed.GetValue(values), parsed.GetValue(dropOut), parsed.GetValue(liars),
                    parsed.GetValue(threshold) ?? RoundDescription.DefaultThreshold(sharing), sharing, parsed.GetValue(threads), parsed.GetValue(seed));
                using var simulation = new RoundSimulation(plan);
                SimulationReport report = simulation.Run(cancellationToken);
                await parsed.InvocationConfiguration.Output.WriteLineAsync(parsed.GetValue(json) ? CommandOutput.Json(report) : Describe(report));
                return report.WrongSums == 0 ? 0 : 1;
            }
            catch (ArgumentException exception)
            {
                await error.WriteLineAsync(exception.Message);
                return 2;
            }
            catch (Exception exception) when (exception is ReconstructionException or InvalidOperationException)
            {
                await error.WriteLineAsync("The round failed; nothing was decrypted. " + exception.Message);
                return 1;
            }
        });
        return command;
    }

    private static string Describe(SimulationReport report) => string.Create(CultureInfo.InvariantCulture, $"""
        {report.Set}: {report.Clients} institutions, {report.Values} values of {report.Bits} bits, threshold {report.Threshold} of {report.Helpers} helpers
        vanished {report.DroppedOut}, summed {report.Summed}, answered {report.Answered}, liars named: {(report.Liars.Count == 0 ? "none" : string.Join(", ", report.Liars))}
        wrong sums: {report.WrongSums} of {report.CheckedSums} ({report.SummedValues} values encrypted)
        {report.BytesPerValue:F4} bytes a value on the wire, {report.UpdateBytes} bytes an update; margin {report.MarginBits:F2} bits
        error deviation {report.ErrorDeviation:F1}, expected {report.ExpectedErrorDeviation:F1}, largest {report.LargestError:F0} of {report.Delta / 2}
        million values a second and core: protect {report.ProtectMegaValuesPerCore:F1}, inspect {report.InspectMegaValuesPerCore:F1}, sum {report.SumMegaValuesPerCore:F1}, decrypt {report.DecryptMegaValuesPerCore:F1}
        seconds: shares {report.ShareSeconds:F2}, protect {report.ProtectSeconds:F2}, inspect {report.InspectSeconds:F2}, sum {report.SumSeconds:F2}, answers {report.AnswerSeconds:F2}, reconstruct {report.ReconstructSeconds:F3}, decrypt {report.DecryptSeconds:F2}
        """);
}
