using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Xunit;

namespace FedPortal.Tests.Support;

/// <summary>Fills and posts the forms of plain pages as a browser without scripts does.</summary>
internal static class PageForms
{
    public static async Task<IDocument> ReadAsync(this HttpClient client, string page) =>
        await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync(page));

    /// <summary>Posts the form of that name with what the page put into it and these values.</summary>
    public static async Task<HttpResponseMessage> SubmitAsync(this HttpClient client, string page, string form, params (string Name, string Value)[] values)
    {
        IDocument document = await client.ReadAsync(page);
        IElement? found = document.QuerySelectorAll("form").FirstOrDefault(f => f.QuerySelector("input[name=_handler]")?.GetAttribute("value") == form);
        Assert.True(found is not null, $"{page} has no form '{form}'.");
        Dictionary<string, string> fields = found.QuerySelectorAll("input[name]").ToDictionary(input => input.GetAttribute("name")!, input => input.GetAttribute("value") ?? "");
        foreach ((string name, string value) in values)
        {
            fields[name] = value;
        }

        using var content = new FormUrlEncodedContent(fields);
        return await client.PostAsync(page, content);
    }

    /// <summary>The token that requests which change something carry.</summary>
    public static async Task<string> AntiforgeryTokenAsync(this HttpClient client, string page) =>
        (await client.ReadAsync(page)).QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
}
