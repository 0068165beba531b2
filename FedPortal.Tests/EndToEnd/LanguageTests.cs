using System.Globalization;
using FedPortal.Identity;
using FedPortal.Tests.Support;
using FedPortal.Web;
using Microsoft.Extensions.Localization;
using Xunit;

namespace FedPortal.Tests.EndToEnd;

/// <summary>A language that exists only here: every text of the resource files comes in brackets. What is not in brackets was not translated.</summary>
public sealed class LanguageTests(LanguageTests.BracketedHost host) : IClassFixture<LanguageTests.BracketedHost>
{
    private const string Bracketed = "tlh";

    [Theory]
    [InlineData("/", "[Overview]", "[What waits for you]")]
    [InlineData("/", "[Active institutions]", "[Failed rounds]")]
    [InlineData("/studies", "[Studies of the consortium]", "[New study]")]
    [InlineData("/rounds", "[Rounds]", "[State]")]
    [InlineData("/privacy", "[By study]", "[Assessment of risk]")]
    [InlineData("/privacy/what-if", "[Compute]", "[Scale s]")]
    [InlineData("/people", "[People]", "[Accounts]")]
    [InlineData("/institutions", "[Institutions]", "[Short code]")]
    [InlineData("/planning", "[Gates closed]", "[Sign out]")]
    [InlineData("/planning", "[Cost and return]", "[Roadmap]")]
    [InlineData("/models", "[Ask a model]", "[Pooled accuracy]")]
    [InlineData("/models/inference", "[Keys for programs]", "[Released models]")]
    [InlineData("/comparison", "[How]", "[Choose what to compare]")]
    [InlineData("/audit", "[Signed up to entry]", "[Log]")]
    [InlineData("/operation/jobs", "[Retention]", "[Scheduler]")]
    [InlineData("/docs/api", "[OpenAPI 3.1 document]", "[One of ")]
    public async Task Page_ComesInTheLanguageOfTheReader(string path, string one, string other)
    {
        string english = await PageAsync(path, language: null);
        string translated = await PageAsync(path, Bracketed);

        Assert.DoesNotContain(one, english, StringComparison.Ordinal);
        Assert.Contains("<html lang=\"en\"", english, StringComparison.Ordinal);
        Assert.Contains(one, translated, StringComparison.Ordinal);
        Assert.Contains(other, translated, StringComparison.Ordinal);
        Assert.Contains($"<html lang=\"{Bracketed}\"", translated, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LanguageThatIsNotOffered_FallsBackToEnglish() =>
        Assert.Contains("<html lang=\"en\"", await PageAsync("/account/sign-in", "fr-CA"), StringComparison.Ordinal);

    [Fact]
    public async Task LanguageWithoutTexts_FallsBackToEnglishTexts()
    {
        string page = await PageAsync("/account/sign-in", "de");

        Assert.Contains("<html lang=\"de\"", page, StringComparison.Ordinal);
        Assert.Contains("Sign in", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookie_ComesBeforeTheBrowsersLanguage()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/account/sign-in");
        request.Headers.Add("Accept-Language", "de");
        request.Headers.Add("Cookie", $"{CultureModule.Cookie}={Bracketed}");

        using HttpResponseMessage answer = await host.NewClient().SendAsync(request);

        Assert.Contains("[Sign in]", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<string> PageAsync(string path, string? language)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (language is not null)
        {
            request.Headers.Add("Accept-Language", language);
        }

        // Who is signed in is sent on from the sign-in page.
        HttpClient reader = path == "/account/sign-in" ? host.NewClient() : await host.AdminAsync();
        using HttpResponseMessage answer = (await reader.SendAsync(request)).EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync();
    }

    public sealed class BracketedHost : PortalHost
    {
        private Task<HttpClient>? _admin;

        public Task<HttpClient> AdminAsync() => _admin ??= NewAdminAsync();

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            base.ConfigureWebHost(builder);
            builder.UseSetting($"{CultureModule.Setting}:0", "de");
            builder.UseSetting($"{CultureModule.Setting}:1", Bracketed);
            builder.ConfigureServices(services =>
            {
                services.AddSingleton<ResourceManagerStringLocalizerFactory>();
                services.AddSingleton<IStringLocalizerFactory, BracketedTexts>();
            });
        }

        private async Task<HttpClient> NewAdminAsync()
        {
            await SampleAsync();
            return await SignInAsync(await AddUserAsync(Roles.Admin));
        }
    }

    private sealed class BracketedTexts(ResourceManagerStringLocalizerFactory english) : IStringLocalizerFactory
    {
        public IStringLocalizer Create(Type resourceSource) => new Localizer(english.Create(resourceSource));

        public IStringLocalizer Create(string baseName, string location) => new Localizer(english.Create(baseName, location));

        private sealed class Localizer(IStringLocalizer english) : IStringLocalizer
        {
            public LocalizedString this[string name] => Bracket(english[name]);

            public LocalizedString this[string name, params object[] arguments] => Bracket(english[name, arguments]);

            public IEnumerable<LocalizedString> GetAllStrings(bool includeParentCultures) => english.GetAllStrings(includeParentCultures);

            private static LocalizedString Bracket(LocalizedString text) =>
                CultureInfo.CurrentUICulture.Name.Equals(Bracketed, StringComparison.OrdinalIgnoreCase) ? new LocalizedString(text.Name, $"[{text.Value}]") : text;
        }
    }
}
