using System.Text.RegularExpressions;
using FedPortal.Identity;
using FedPortal.Tests.Support;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

[Collection("Browser")]
public sealed class AccountCommandTests(PortalHost host) : IClassFixture<PortalHost>
{
    [Fact]
    public async Task AnAccountIsMade_ItsOneTimePasswordIsPrintedOnce_AndOpensTheDoor()
    {
        (int status, string output, _) = await RunAsync("account", "create", "--email", "ada@example.test");

        Assert.Equal(0, status);
        string password = Assert.Single(Regex.Matches(output, "One-time password: (\\S+)")).Groups[1].Value;
        using HttpClient client = await host.SignInAsync("ada@example.test", password);
        using HttpResponseMessage page = await client.GetAsync("/");
        Assert.Equal("/account/password", page.Headers.Location?.OriginalString);

        (int again, string nothing, _) = await RunAsync("account", "create", "--email", "eve@example.test", "--if-no-admin");
        Assert.Equal((0, ""), (again, nothing));

        (int taken, string none, string reason) = await RunAsync("account", "create", "--email", "ada@example.test");
        Assert.Equal((1, ""), (taken, none));
        Assert.Contains("already taken", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("account", "create")]
    [InlineData("account", "create", "--email", "no address")]
    [InlineData("account", "create", "--email", "x@example.test", "--role", "Owner")]
    [InlineData("account", "create", "--email", "x@example.test", "--role", "Coordinator")]
    [InlineData("account", "delete", "--email", "x@example.test")]
    public async Task WrongArguments_MakeNothing_AndSayWhatIsExpected(params string[] args)
    {
        (int status, string output, string errors) = await RunAsync(args);

        Assert.Equal((2, ""), (status, output));
        Assert.StartsWith("usage:", errors, StringComparison.Ordinal);
    }

    private async Task<(int Status, string Output, string Errors)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int status = await AccountCommand.RunAsync(host.Services, args, output, errors);
        return (status, output.ToString(), errors.ToString());
    }
}
