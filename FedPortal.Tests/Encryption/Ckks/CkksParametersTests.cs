using FedPortal.Encryption.Ckks;
using Xunit;

namespace FedPortal.Tests.Encryption.Ckks;

public class CkksParametersTests
{
    [Theory]
    [InlineData(8192, new[] { 60, 40, 40, 60 }, SecurityLevel.Classical128)]
    [InlineData(4096, new[] { 60, 49 }, SecurityLevel.Classical128)]
    [InlineData(2048, new[] { 54 }, SecurityLevel.Classical128)]
    [InlineData(4096, new[] { 38, 37 }, SecurityLevel.Classical192)]
    [InlineData(8192, new[] { 59, 59 }, SecurityLevel.Classical256)]
    public void ParametersWithinTheStandardsTableAreAccepted(int degree, int[] bits, SecurityLevel security)
    {
        var parameters = CkksParameters.Create(degree, bits, security);

        Assert.Equal(bits.Sum(), parameters.TotalBits);
        Assert.True(SecurityStandard.Of(degree, parameters.CoeffModulus) >= security);
    }

    [Theory]
    [InlineData(4096, new[] { 60, 50 }, SecurityLevel.Classical128, 109, 110)]
    [InlineData(4096, new[] { 60, 49 }, SecurityLevel.Classical192, 75, 109)]
    [InlineData(1024, new[] { 28 }, SecurityLevel.Classical128, 27, 28)]
    [InlineData(8192, new[] { 60, 60 }, SecurityLevel.Classical256, 118, 120)]
    [InlineData(2048, new[] { 55 }, SecurityLevel.Classical128, 54, 55)]
    public void InsecureParametersAreRefusedWithBothNumbers(int degree, int[] bits, SecurityLevel security, int allowed, int actual)
    {
        var error = Assert.Throws<ArgumentException>(() => CkksParameters.Create(degree, bits, security));

        Assert.Contains("insecure", error.Message, StringComparison.Ordinal);
        Assert.Contains($"at most {allowed} bits but it has {actual}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MalformedParametersAreRefused()
    {
        Assert.Throws<ArgumentException>(() => CkksParameters.Create(3000, [40]));
        Assert.Throws<ArgumentException>(() => CkksParameters.Create(512, [20]));
        Assert.Throws<ArgumentException>(() => CkksParameters.Create(65536, [40]));
        Assert.Throws<ArgumentException>(() => new CkksParameters(8192, []));
        Assert.Throws<ArgumentException>(() => new CkksParameters(8192, [1UL << 40]));
        Assert.Throws<ArgumentException>(() => new CkksParameters(8192, [12289]));
        ulong q = CkksParameters.Create(8192, [40]).CoeffModulus[0];
        Assert.Contains("different", Assert.Throws<ArgumentException>(() => new CkksParameters(8192, [q, q])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LevelsGoFromAllPrimesToOne_AndFreshDataLeavesOutTheSpecialPrime()
    {
        var context = new CkksContext(CkksParameters.Create(8192, [60, 40, 40, 60]));

        Assert.Equal([4, 3, 2, 1], context.Levels.Select(level => level.PrimeCount));
        Assert.Equal(3, context.FirstDataLevel.PrimeCount);
        Assert.True(context.KeyLevel.IsForKeysOnly && !context.FirstDataLevel.IsForKeysOnly);
        Assert.Equal(4, context.Levels.Select(level => level.Id).Distinct().Count());
        Assert.Null(context.Levels[3].Next);
        Assert.Same(context.Levels[1], context.FindLevel(context.FirstDataLevel.Id));

        var single = new CkksContext(CkksParameters.Create(2048, [54]));
        Assert.Same(single.KeyLevel, single.FirstDataLevel);
        Assert.False(single.KeyLevel.IsForKeysOnly);
    }
}
