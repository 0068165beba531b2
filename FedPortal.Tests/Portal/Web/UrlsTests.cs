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

    [Theory]
    [InlineData("/rounds", false, "/rounds")]
    [InlineData("/rounds", true, "/account/password?returnUrl=%2Frounds")]
    [InlineData(null, true, "/account/password")]
    [InlineData("//evil.example", false, "/")]
    public void WhoeverSignedIn_GoesWhereTheyWantedTo_AfterAPasswordThatIsDue(string? returnUrl, bool mustChangePassword, string expected) =>
        Assert.Equal(expected, Urls.AfterSignIn(returnUrl, mustChangePassword));

    [Fact]
    public void EmptyQueryValues_AreLeftOut() =>
        Assert.Equal("/rounds?state=Failed&page=2", Urls.With(Urls.Rounds, ("state", "Failed"), ("study", null), ("sort", ""), ("page", 2)));
}
