using System.Security.Cryptography;
using FedPortal.Training.Ledger;
using Xunit;

namespace FedPortal.Tests.Training.Ledger;

public sealed class LedgerExportTests : IDisposable
{
    private readonly SampleLedger _ledger = new();

    public LedgerExportTests()
    {
        using var portal = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using LedgerWriter writer = _ledger.Create(double.PositiveInfinity);
        writer.Record(SampleLedger.Release(1));
        writer.Record(SampleLedger.Release(2, "magic") with { CiphertextHashes = [] });
        writer.Add(LedgerLine.Sign(
            new LedgerCountersignature { Sequence = 2, RowHash = writer.Head, Signer = "the \"portal\"", Key = LedgerLine.PublicKeyText(portal) },
            portal));
    }

    [Fact]
    public void TheCsvExportHoldsEverything() => Assert.Equal(_ledger.Lines, LedgerExport.ReadLines(LedgerExport.ToCsv(_ledger.Lines)));

    [Fact]
    public void TheJsonExportHoldsEverything() => Assert.Equal(_ledger.Lines, LedgerExport.ReadLines(LedgerExport.ToJson(_ledger.Lines)));

    [Fact]
    public void TheFileItselfIsReadAsItIs() => Assert.Equal(_ledger.Lines, LedgerExport.ReadLines(File.ReadAllText(_ledger.Path)));

    [Fact]
    public void AChangedCellOfTheCsvIsFoundInItsRow()
    {
        string csv = LedgerExport.ToCsv(_ledger.Lines);
        int second = csv.LastIndexOf("\nrow,", StringComparison.Ordinal);
        string changed = csv[..second] + csv[second..].Replace("magic", "skellam", StringComparison.Ordinal);

        LedgerProblem? problem = LedgerVerifier.Verify(LedgerExport.ReadLines(changed)).Problem;

        Assert.NotNull(problem);
        Assert.Equal((2, LedgerProblemKind.Hash), (problem.Row, problem.Kind));
    }

    [Theory]
    [InlineData("[1, 2")]
    [InlineData("header,only\nline\nrow,1")]
    [InlineData("")]
    [InlineData("header,a,b\nline,round,round\nrow,1,1")]
    public void RubbishIsAProblemAndNoCrash(string text) => Assert.NotNull(LedgerVerifier.Verify(LedgerExport.ReadLines(text)).Problem);

    public void Dispose() => _ledger.Dispose();
}
