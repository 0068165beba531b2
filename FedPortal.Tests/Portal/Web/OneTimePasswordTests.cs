using FedPortal.Identity;
using Xunit;

namespace FedPortal.Tests.Portal.Web;

public class OneTimePasswordTests
{
    [Fact]
    public void EveryPasswordIsNew_AndHasNoCharactersThatAreMistakenForOthers()
    {
        string[] passwords = [.. Enumerable.Range(0, 200).Select(_ => OneTimePassword.Create())];

        Assert.Equal(200, passwords.Distinct().Count());
        Assert.All(passwords, password => Assert.Matches("^([2-9a-hjkmnp-zA-HJ-NP-Z]{5}-){3}[2-9a-hjkmnp-zA-HJ-NP-Z]{5}$", password));
    }
}
