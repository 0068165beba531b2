using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.Seal;
using FedPortal.Site.CommandLine;
using FedPortal.Site.CommandLine.Ckks;
using FedPortal.Tests.Encryption.Seal;
using FedPortal.Tests.Support;
using Xunit;

namespace FedPortal.Tests.Encryption.Ckks;

/// <summary>The verbs, run as the program runs them, on files in a folder of their own.</summary>
public sealed class CkksCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ckks-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("none", false), InlineData("zlib", true), InlineData("zstd", false)]
    public async Task ASumOfEncryptedFilesDecryptsToTheSumOfTheValues(string compression, bool coefficients)
    {
        double[] first = TestValues.Uniform(100, 1), second = TestValues.Uniform(60, 2);
        WriteValues("a", first);
        WriteValues("b", second);
        string[] packing = coefficients ? ["--coefficients"] : [];
        JsonObject made = await RunAsync("params", "--degree", "4096", "--bits", "60,49", "--out", At("parms"), "--compression", compression);
        await RunAsync("keygen", "--params", At("parms"), "--secret", At("sk"), "--public", At("pk"), "--seeded", "--compression", compression);
        await RunAsync(["encrypt", "--params", At("parms"), "--public", At("pk"), "--values", At("a"), "--out", At("1"), "--compression", compression, .. packing]);
        await RunAsync(["encrypt", "--params", At("parms"), "--secret", At("sk"), "--values", At("b"), "--seeded", "--out", At("2"), .. packing]);
        JsonObject seeded = await RunAsync("info", At("2"), "--params", At("parms"));
        await RunAsync("add", "--params", At("parms"), "--out", At("sum"), At("1"), At("2"));
        JsonObject decrypted = await RunAsync(["decrypt", "--params", At("parms"), "--secret", At("sk"), "--in", At("sum"), "--count", "100", .. packing]);

        double[] actual = [.. decrypted["values"]!.AsArray().Select(value => (double)value!)];
        Assert.InRange(TestValues.LargestDifference(first.Select((v, i) => v + (i < 60 ? second[i] : 0)), actual), 0, 1e-7);
        Assert.Equal(109, (int)made["totalBits"]!);
        Assert.Equal(128, (int)made["securityBits"]!);
        Assert.Equal(("ciphertext", true, 40.0), ((string)seeded["kind"]!, (bool)seeded["seeded"]!, (double)seeded["scaleBits"]!));
    }

    [Fact]
    public async Task TheFilesOfSealAreUnderstood()
    {
        string vectors = SharedData.Require("vectors/seal");
        string parameters = Path.Combine(vectors, "d.parms");
        JsonObject ids = await RunAsync("ids", "--params", parameters);
        JsonObject key = await RunAsync("info", Path.Combine(vectors, "d.pks"), "--params", parameters);
        JsonObject info = await RunAsync("info", parameters);
        await RunAsync("decrypt", "--params", parameters, "--secret", Path.Combine(vectors, "d.sk"), "--in", Path.Combine(vectors, "d.ct_seeded"), "--out", At("values"));

        var files = new SealVectors("d");
        double[] values = [.. (await File.ReadAllLinesAsync(At("values"))).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
        Assert.InRange(TestValues.LargestDifference(files.Values, values), 0, 1e-7);
        Assert.Equal(files.Context.FirstDataLevel.Id.ToString(), (string)ids["levels"]![1]!["id"]!);
        Assert.Equal(("public key", true, "4.4"), ((string)key["kind"]!, (bool)key["seeded"]!, (string)key["version"]!));
        Assert.Equal(("parameters", 4096), ((string)info["kind"]!, (int)info["degree"]!));
    }

    [Fact]
    public async Task BadArgumentsEndWithTwoAndOneLine()
    {
        await RunAsync("params", "--degree", "2048", "--bits", "54", "--out", At("parms"));
        await RunAsync("keygen", "--params", At("parms"), "--secret", At("sk"), "--public", At("pk"));
        await File.WriteAllTextAsync(At("text"), "1.5\nmany\n");

        Assert.Contains("at most 54 bits but it has 55", await UsageAsync("params", "--degree", "2048", "--bits", "55", "--out", At("x")), StringComparison.Ordinal);
        Assert.Contains("--bits", await UsageAsync("params", "--degree", "2048", "--bits", "5x", "--out", At("x")), StringComparison.Ordinal);
        Assert.Contains("--minor", await UsageAsync("params", "--degree", "2048", "--bits", "54", "--out", At("x"), "--minor", "5"), StringComparison.Ordinal);
        Assert.Contains("no file", await UsageAsync("ids", "--params", At("nothing")), StringComparison.Ordinal);
        Assert.Contains("not overwritten", await UsageAsync("keygen", "--params", At("parms"), "--secret", At("sk"), "--public", At("pk")), StringComparison.Ordinal);
        Assert.Contains("either --public or --secret", await UsageAsync("encrypt", "--params", At("parms"), "--values", At("text"), "--out", At("x")), StringComparison.Ordinal);
        Assert.Contains("line 2", await UsageAsync("encrypt", "--params", At("parms"), "--public", At("pk"), "--values", At("text"), "--out", At("x")), StringComparison.Ordinal);
        Assert.Contains("--count", await UsageAsync("decrypt", "--params", At("parms"), "--secret", At("sk"), "--in", At("pk"), "--count", "9999"), StringComparison.Ordinal);
        Assert.NotEmpty(CkksCommand.Create().Parse(["add", "--params", At("parms"), "--out", At("x"), At("pk")]).Errors);
        Assert.NotEmpty(CkksCommand.Create().Parse(["params", "--degree", "many"]).Errors);
    }

    [Fact]
    public async Task ADamagedFileIsNamedWithTheReason_AndASecretKeyIsPrivate()
    {
        await RunAsync("params", "--degree", "1024", "--bits", "27", "--out", At("parms"));
        await RunAsync("keygen", "--params", At("parms"), "--secret", At("sk"), "--public", At("pk"));
        await File.WriteAllBytesAsync(At("cut"), (await File.ReadAllBytesAsync(At("sk")))[..^1]);

        var error = await Assert.ThrowsAsync<CommandException>(() => RunAsync("decrypt", "--params", At("parms"), "--secret", At("cut"), "--in", At("pk")));

        Assert.Equal(ExitCodes.Failed, error.ExitCode);
        Assert.Contains(At("cut"), error.Message, StringComparison.Ordinal);
        Assert.Contains("the file has", error.Message, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(At("sk")));
        }

        var context = new CkksContext(SealParametersFile.Read(await File.ReadAllBytesAsync(At("parms"))));
        using SecretKey key = SealSecretKeyFile.Read(await File.ReadAllBytesAsync(At("sk")), context);
        Assert.Equal(1, key.Level.PrimeCount);
    }

    [Fact]
    public async Task WithoutJsonNumbersAndIdsAreLines()
    {
        WriteValues("a", [1.5, -2.25]);
        await RunAsync("params", "--degree", "2048", "--bits", "54", "--out", At("parms"));
        await RunAsync("keygen", "--params", At("parms"), "--secret", At("sk"), "--public", At("pk"));
        await RunAsync("encrypt", "--params", At("parms"), "--secret", At("sk"), "--values", At("a"), "--out", At("1"));

        string[] numbers = await LinesAsync("decrypt", "--params", At("parms"), "--secret", At("sk"), "--in", At("1"), "--count", "2");
        string[] ids = await LinesAsync("ids", "--params", At("parms"));
        string[] info = await LinesAsync("info", At("parms"));

        Assert.InRange(TestValues.LargestDifference([1.5, -2.25], numbers.Select(line => double.Parse(line, CultureInfo.InvariantCulture))), 0, 1e-8);
        Assert.StartsWith("1 primes, data: ", Assert.Single(ids), StringComparison.Ordinal);
        Assert.Contains("degree: 2048", info);
        Assert.Contains("primeBits: 54", info);
    }

    private static async Task<string[]> LinesAsync(params string[] args)
    {
        var output = new StringWriter();
        Assert.Equal(ExitCodes.Done, await CkksCommand.Create().Parse(args).InvokeAsync(new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false }));
        return output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<JsonObject> RunAsync(params string[] args)
    {
        var output = new StringWriter();
        int exitCode = await CkksCommand.Create().Parse([.. args, "--json"])
            .InvokeAsync(new InvocationConfiguration { Output = output, EnableDefaultExceptionHandler = false });
        Assert.Equal(ExitCodes.Done, exitCode);
        return JsonNode.Parse(output.ToString())!.AsObject();
    }

    private static async Task<string> UsageAsync(params string[] args)
    {
        var error = await Assert.ThrowsAsync<UsageException>(() => RunAsync(args));
        Assert.Equal(ExitCodes.BadArguments, error.ExitCode);
        Assert.DoesNotContain('\n', error.Message);
        return error.Message;
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private void WriteValues(string name, double[] values) =>
        File.WriteAllLines(At(name), values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
}
