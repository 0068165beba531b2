using System.Globalization;
using System.Resources;
using FedPortal.Components.Shared;
using Xunit;

namespace FedPortal.Tests.Portal.Web;

/// <summary>Texts of static classes. This class has a resource file of its own beside it, and one in German that leaves a text out.</summary>
public class StaticTextsTests
{
    private static readonly StaticTexts Texts = new(typeof(StaticTextsTests));

    [Theory]
    [InlineData("en", "Accepted")]
    [InlineData("de", "Angenommen")]
    [InlineData("fr", "Accepted")]
    public void Text_IsThatOfTheReadersLanguage(string language, string expected) => Assert.Equal(expected, In(language, () => Texts["Accepted"]));

    [Fact]
    public void TextThatALanguageDoesNotHave_ComesInEnglish() => Assert.Equal("Rejected", In("de", () => Texts["Rejected"]));

    [Fact]
    public void Values_StandWhereTheLanguagePutsThem() => Assert.Equal("0.5 zu 2 Stimmen", In("de", () => Texts["Votes", 2, 0.5]));

    [Fact]
    public void UnknownText_IsNamed() => Assert.Contains("Waiting", Assert.Throws<MissingManifestResourceException>(() => Texts["Waiting"]).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(1, "image", null, "1 image")]
    [InlineData(2, "image", null, "2 images")]
    [InlineData(2, "entry", "entries", "2 entries")]
    [InlineData(1, "Bild|Bilder", null, "1 Bild")]
    [InlineData(1200, "Bild|Bilder", null, "1,200 Bilder")]
    [InlineData(0, "Bild|Bilder", null, "0 Bilder")]
    public void CountedWord_HasTheFormOfItsNumber(int count, string one, string? many, string expected) => Assert.Equal(expected, Words.Count(count, one, many));

    [Theory]
    [InlineData(1, "One waits.|Some wait.", "One waits.")]
    [InlineData(3, "One waits.|Some wait.", "Some wait.")]
    [InlineData(3, "Somebody waits.", "Somebody waits.")]
    public void Sentence_HasTheFormOfItsNumber(int count, string forms, string expected) => Assert.Equal(expected, Words.Form(count, forms));

    private static string In(string language, Func<string> read)
    {
        CultureInfo before = CultureInfo.CurrentUICulture;
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        try
        {
            return read();
        }
        finally
        {
            CultureInfo.CurrentUICulture = before;
        }
    }
}
