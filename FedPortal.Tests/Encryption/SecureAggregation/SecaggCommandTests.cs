using System.CommandLine;
using System.Text.Json;
using FedPortal.Encryption.SecureAggregation.Advice;
using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Site.CommandLine.SecureAggregation;
using Xunit;

namespace FedPortal.Tests.Encryption.SecureAggregation;

public class SecaggCommandTests
{
    [Fact]
    public async Task Simulate_SumsExactly_WithDropoutsAndALiar()
    {
        (int exit, string output, _) = await Run("simulate --clients 10 --values 20000 --bits 8 --drop-out 1 --liars 1 --threads 1 --json");

        JsonElement report = JsonDocument.Parse(output).RootElement;
        Assert.Equal(0, exit);
        Assert.Equal("compact", report.GetProperty("set").GetString());
        Assert.Equal(0, report.GetProperty("wrongSums").GetInt64());
        Assert.Equal(20000, report.GetProperty("checkedSums").GetInt64());
        Assert.Equal(["institution 10"], report.GetProperty("liars").EnumerateArray().Select(name => name.GetString()));
    }

    [Theory]
    [InlineData("simulate --clients 7 --values 1000 --drop-out 3", "nothing was decrypted")]
    [InlineData("simulate --clients 33 --values 1000 --set compact", "needs 14 bits")]
    [InlineData("simulate --clients 5 --values 1000 --drop-out 6", "at most 5 dropouts")]
    [InlineData("advise --values 1000 --clients 0", "between 1 and 4096")]
    [InlineData("advise --values 1000 --clients 5 --security 100", "128, 192 or 256")]
    public async Task WhatCannotWork_FailsWithAReason(string line, string reason)
    {
        (int exit, string output, string error) = await Run(line);

        Assert.NotEqual(0, exit);
        Assert.Empty(output);
        Assert.Contains(reason, error);
    }

    [Fact]
    public async Task Advise_ListsWhatFitsAndWhyTheOthersDoNot()
    {
        (int exit, string output, _) = await Run("advise --values 23512130 --clients 33 --bits 8 --json");

        JsonElement[] rows = [.. JsonDocument.Parse(output).RootElement.EnumerateArray()];
        JsonElement compact = rows.Single(row => row.GetProperty("set").GetString() == "compact");
        Assert.Equal(0, exit);
        Assert.Equal("wide", rows[0].GetProperty("set").GetString());
        Assert.True(rows[0].GetProperty("protectSeconds").GetDouble() > 0);
        Assert.False(compact.GetProperty("fits").GetBoolean());
        Assert.Contains("needs 14 bits", compact.GetProperty("refusals")[0].GetString());
        Assert.Equal(JsonValueKind.Null, compact.GetProperty("protectSeconds").ValueKind);
    }

    [Fact]
    public void ExpectedErrorOfTheMean_IsWhatQuantisingUniformValuesLeaves()
    {
        // n = 12, b = 1: levels −1 and 1, a step of 2, error of one value uniform in ±1: 1/√3; of the mean 1/6.
        SetAdvice advice = ParameterAdvisor.Advise(new AdviceRequest(1000, SumDemand.Equal(12, 1, noiseDeviation: 0.5)), _ => new MachineSpeed(1e6, 2e6, 4e6))[0];

        Assert.Equal(1 / 6.0, advice.QuantisationError, 1e-12);
        Assert.Equal(1 / Math.Sqrt(12), advice.NoiseError, 1e-12);
        Assert.Equal([0.001, 0.006, 0.00025], [advice.ProtectSeconds!.Value, advice.SumSeconds!.Value, advice.DecryptSeconds!.Value]);
    }

    private static async Task<(int Exit, string Output, string Error)> Run(string line)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exit = await SecaggCommand.Create().Parse(line).InvokeAsync(new InvocationConfiguration { Output = output, Error = error });
        return (exit, output.ToString(), error.ToString());
    }
}
