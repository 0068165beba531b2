using System.Globalization;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace FedPortal.Web;

/// <summary>
/// The language of the pages: of the reader's cookie, else of the browser, among those in <c>Portal:Cultures</c>; English where none fits and for every text that a
/// language does not have. Numbers and dates are written in the same way in every language: two people must not read one ε differently.
/// </summary>
internal static class CultureModule
{
    public const string Setting = "Portal:Cultures";
    public const string Cookie = "fedportal-language";
    public const string English = "en";

    /// <exception cref="InvalidOperationException">A configured name is no culture's.</exception>
    public static void AddPortalCultures(this IServiceCollection services, IConfiguration configuration)
    {
        CultureInfo[] languages = [.. Names(configuration).Select(CultureOf)];
        services.AddLocalization();

        // Made anew for every cell of a table otherwise; the reader's language is asked for at each text.
        services.AddSingleton(typeof(IStringLocalizer<>), typeof(StringLocalizer<>));
        services.Configure<RequestLocalizationOptions>(options =>
        {
            options.DefaultRequestCulture = new RequestCulture(CultureInfo.InvariantCulture, languages[0]);
            options.SupportedCultures = [CultureInfo.InvariantCulture];
            options.SupportedUICultures = languages;
            options.RequestCultureProviders =
            [
                new CustomRequestCultureProvider(context => Task.FromResult(Chosen(context))),
                new AcceptLanguageHeaderRequestCultureProvider(),
            ];
        });
    }

    /// <summary>The languages that a reader may choose from.</summary>
    public static IReadOnlyList<CultureInfo> LanguagesOf(IOptions<RequestLocalizationOptions> options) => [.. options.Value.SupportedUICultures ?? []];

    private static IEnumerable<string> Names(IConfiguration configuration) =>
        configuration.GetSection(Setting).Get<string[]>() is { Length: > 0 } names ? names.Prepend(English).Distinct(StringComparer.OrdinalIgnoreCase) : [English];

    private static CultureInfo CultureOf(string name)
    {
        try
        {
            return CultureInfo.GetCultureInfo(name);
        }
        catch (CultureNotFoundException unknown)
        {
            throw new InvalidOperationException($"{Setting} names '{name}', which is no language: expected names such as en, de or pt-BR.", unknown);
        }
    }

    private static ProviderCultureResult? Chosen(HttpContext context) =>
        context.Request.Cookies[Cookie] is { Length: > 0 and < 20 } name ? new ProviderCultureResult("", name) : null;
}
