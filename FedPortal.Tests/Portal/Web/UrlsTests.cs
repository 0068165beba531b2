using FedPortal.Components;
using Xunit;

namespace FedPortal.Tests.Portal.Web;

public class UrlsTests
{
    [Theory]
    [InlineData("/rounds?state=Failed", true)]
    [InlineData("/", true)]
    [InlineData("//evil.example", false)]
    [InlineData("/\\evil.example", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("/\tx", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void OnlyAPathOfOurs_IsALocalAddress(string? url, bool expected) => Assert.Equal(expected, Urls.IsLocal(url));

    [Fact]
    public void EmptyQueryValues_AreLeftOut() =>
        Assert.Equal("/rounds?state=Failed&page=2", Urls.With(Urls.Rounds, ("state", "Failed"), ("study", null), ("sort", ""), ("page", 2)));
}
