using System.Text.RegularExpressions;
using System.Xml.Linq;
using FedPortal.Components.Shared;
using FedPortal.Tests.Support;
using Xunit;

namespace FedPortal.Tests.Architecture;

/// <summary>
/// Texts of what can be translated: a page's are in the resource file of its folder, a static class's in the file of its own name, and nothing else is in them.
/// What is read is found without a compiler; see <see cref="RazorText"/>.
/// </summary>
public partial class TextResourceTests
{
    private static readonly string Components = Path.Combine(SharedData.Root, "FedPortal", "Components");

    /// <summary>Names and formats that are the same in every language.</summary>
    private static readonly HashSet<string> Names =
        ["AUROC", "CSV", "JSON", "PDF", "SHA", "FedPortal"];

    public static TheoryData<string> Resources { get; } = [.. Files("*.resx").Where(file => !Path.GetFileNameWithoutExtension(file).Contains('.')).Select(Relative)];

    public static TheoryData<string> Folders { get; } = [.. Resources.Select(row => row.Data).Where(file => file.EndsWith("Texts.resx", StringComparison.Ordinal))];

    [Fact]
    public void WhatIsConverted_IsWhatTheDocumentationNames()
    {
        string documentation = File.ReadAllText(Path.Combine(SharedData.Root, "docs", "languages.md"));

        Assert.All(Resources, file => Assert.Contains(
            $"`{(IsOfFolder(file.Data) ? Path.GetDirectoryName(file.Data)!.Replace('\\', '/') : Path.GetFileNameWithoutExtension(file.Data))}`", documentation, StringComparison.Ordinal));
    }

    /// <summary>The compiler names a resource after the first class of the file beside it.</summary>
    [Theory]
    [MemberData(nameof(Resources))]
    public void EveryResource_IsFoundUnderTheNameOfItsClass(string resource) =>
        Assert.Contains($"FedPortal.Components.{Path.ChangeExtension(resource, "resources").Replace(Path.DirectorySeparatorChar, '.')}", typeof(StaticTexts).Assembly.GetManifestResourceNames());

    [Theory]
    [MemberData(nameof(Resources))]
    public void EveryKeyIsUsed_AndEveryUsedKeyExists(string resource)
    {
        string[] keys = [.. EntriesOf(resource).Select(entry => entry.Key)];
        string[] used = [.. UsesIn(resource).Select(use => use.Key).Distinct()];

        // A key that is chosen while the page runs stands as a string in the file that chooses.
        string[] chosen = [.. SourcesOf(resource).Where(source => Chosen().IsMatch(source)).SelectMany(source => CSharpText.Strings(source)).Select(text => text.Text)];

        Assert.Empty(used.Except(keys));
        Assert.Empty(keys.Except(used).Except(chosen));
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void EveryTextHasAPlaceForEachOfItsValues(string resource)
    {
        Dictionary<string, string> entries = EntriesOf(resource);
        string[] wrong =
        [
            .. from use in UsesIn(resource)
               where entries.ContainsKey(use.Key)
               let places = PlacesIn(entries[use.Key])
               where !places.SequenceEqual(Enumerable.Range(0, use.Values))
               select $"{use.Key} has the places {string.Join(", ", places)}, but is given {use.Values} values: {entries[use.Key]}",
        ];

        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void EveryTranslation_HasNoOtherKeysAndNoOtherPlaces(string resource)
    {
        Dictionary<string, string> english = EntriesOf(resource);
        string name = Path.GetFileNameWithoutExtension(resource);

        Assert.All(Files($"{name}.*.resx"), file => Assert.All(EntriesOf(Relative(file)), entry =>
        {
            Assert.True(english.TryGetValue(entry.Key, out string? text), $"{file} translates {entry.Key}, which English does not have.");
            Assert.Subset(PlacesIn(text).ToHashSet(), PlacesIn(entry.Value).ToHashSet());
        }));
    }

    /// <summary>A number at the end would say that there is another of the name, but not how the two differ.</summary>
    [Theory]
    [MemberData(nameof(Resources))]
    public void NoKeyIsTheNumberedTwinOfAnother(string resource)
    {
        string[] keys = [.. EntriesOf(resource).Keys];

        Assert.DoesNotContain(keys, key => keys.Contains(key.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9')) && char.IsAsciiDigit(key[^1]));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void NoEnglishIsLeftInAPage(string resource)
    {
        string[] bare =
        [
            .. from file in SourceFilesOf(resource)
               where file.EndsWith(".razor", StringComparison.Ordinal)
               from text in EnglishIn(File.ReadAllText(file), EntriesOf(resource).Keys)
               select $"{Path.GetFileName(file)}: {text}",
        ];

        Assert.True(bare.Length == 0, string.Join('\n', bare));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void NoSentenceIsLeftInTheCodeOfAPage(string resource)
    {
        string[] bare =
        [
            .. from file in SourceFilesOf(resource)
               let source = File.ReadAllText(file)
               from literal in CSharpText.Strings(file.EndsWith(".razor", StringComparison.Ordinal) ? source.Split("\n@code").ElementAtOrDefault(1) ?? "" : source)
               where Sentence().IsMatch(literal.Text) && !StaysEnglish().IsMatch(literal.Before[(literal.Before.LastIndexOf('\n') + 1)..])
               select $"{Path.GetFileName(file)}: {literal.Text}",
        ];

        Assert.True(bare.Length == 0, string.Join('\n', bare));
    }

    [Theory]
    [InlineData("<p>Nothing yet</p>", "Nothing yet")]
    [InlineData("@if (a)\n{\n    <b>@a</b> left over\n}", null)]
    [InlineData("<li>@if (a) {<b>@a</b>} left over</li>", "left over")]
    [InlineData("<li>@foreach (string a in All<string>()) { string b = a; <i>@b of @a</i> }</li>", "of")]
    [InlineData("<Tile Label=\"Images\" Value=\"@count\" />", "Images")]
    [InlineData("<Tile Label=\"@Texts[\"Images\"]\" Value=\"@($\"{a} of {b}\")\" />", " of ")]
    [InlineData("<td>@(isOn ? \"yes\" : Texts[\"No\"].Value)</td>", "yes")]
    [InlineData("<td class=\"number small\" title=\"@Texts[\"Read\", Count(\"N0\")]\">@At.ToString(\"yyyy-MM-dd HH:mm\")</td>", null)]
    [InlineData("<p>@Words.Count(Found.Count, \"image\")</p>", "image")]
    [InlineData("<p>@Texts[isOn ? \"On\" : \"Off\"]</p>", null)]
    [InlineData("<input placeholder=\"oncall@@hospital.example\" />", null)]
    [InlineData("<code>./fedportal epsilon</code>", null)]
    public void EnglishInAPage_IsFound(string page, string? expected) => Assert.Equal(expected, EnglishIn(page, ["On", "Off"]).FirstOrDefault());

    [Fact]
    public void ValuesOfAText_AreCounted()
    {
        (string, int)[] expected = [("None", 0), ("One", 1), ("Two", 2)];

        Assert.Equal(expected, UsesOf("Texts[\"None\"] texts[\"One\", Of(1, 2)] Texts[\"Two\", a ? \"]\" : $\"{b[0]},\", [1, 2]]"));
    }

    private static IEnumerable<string> EnglishIn(string page, IReadOnlyCollection<string> keys)
    {
        (IReadOnlyList<string> plain, IReadOnlyList<string> expressions) = RazorText.Of(page);
        IEnumerable<string> read = from expression in expressions
                                   from literal in CSharpText.Strings(expression)
                                   where IsRead(literal) && !(Chosen().IsMatch(expression) && keys.Contains(literal.Text))
                                   select literal.Text;
        return plain.Where(IsEnglish).Concat(read);
    }

    private static bool IsEnglish(string text) => Word().Matches(Address().Replace(text, "")).Any(word => !Names.Contains(word.Value));

    /// <summary>A string with two words, or one word that an expression chooses or counts; not the format of a number or a date.</summary>
    private static bool IsRead((string Before, string Text) literal) =>
        !Call().IsMatch(literal.Before) && IsEnglish(literal.Text)
        && (literal.Text.Contains(' ', StringComparison.Ordinal) || literal.Before.EndsWith('?') || literal.Before.EndsWith(':') || Counted().IsMatch(literal.Before));

    private static IEnumerable<(string Key, int Values)> UsesIn(string resource) => SourcesOf(resource).SelectMany(UsesOf);

    private static IEnumerable<(string Key, int Values)> UsesOf(string source) =>
        from use in Use().Matches(source)
        let parts = CSharpText.Arguments(source, use.Index + use.Value.IndexOf('[', StringComparison.Ordinal))
        select (parts[0].Trim('"'), parts.Count - 1);

    private static int[] PlacesIn(string text) => [.. Place().Matches(text).Select(place => int.Parse(place.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)).Distinct().Order()];

    private static Dictionary<string, string> EntriesOf(string resource) =>
        XDocument.Load(Path.Combine(Components, resource)).Root!.Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static bool IsOfFolder(string resource) => Folders.Any(row => row.Data == resource);

    private static IEnumerable<string> SourcesOf(string resource) => SourceFilesOf(resource).Select(File.ReadAllText);

    private static IEnumerable<string> SourceFilesOf(string resource)
    {
        string path = Path.Combine(Components, resource);
        return IsOfFolder(resource)
            ? Directory.EnumerateFiles(Path.GetDirectoryName(path)!, "*.*", SearchOption.AllDirectories)
                .Where(file => Path.GetExtension(file) == ".razor" || (Path.GetExtension(file) == ".cs" && !File.Exists(Path.ChangeExtension(file, ".resx"))))
            : [Path.ChangeExtension(path, ".cs")];
    }

    private static IEnumerable<string> Files(string pattern) => Directory.EnumerateFiles(Components, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    private static string Relative(string file) => Path.GetRelativePath(Components, file);

    [GeneratedRegex(@"\b[Tt]exts?\[""")]
    private static partial Regex Use();

    [GeneratedRegex(@"\b[Tt]exts?\[[^""]")]
    private static partial Regex Chosen();

    [GeneratedRegex(@"\{(\d+)[^}]*\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"\S+(@|://)\S+")]
    private static partial Regex Address();

    [GeneratedRegex("[A-Za-z]{2,}")]
    private static partial Regex Word();

    [GeneratedRegex(@"\bCount\([^""]*,$")]
    private static partial Regex Counted();

    [GeneratedRegex("[A-Za-z]{2,}[,.:;]? [A-Za-z]{2,}[,.:;]? [A-Za-z]{2,}")]
    private static partial Regex Sentence();

    /// <summary>Checks of forms, the audit log, and names that are stored.</summary>
    [GeneratedRegex(@"ErrorMessage =$|throw new|TellAsync\(|EndOthersAsync\(|string (where|outcome) =|\bName =$")]
    private static partial Regex StaysEnglish();

    [GeneratedRegex(@"(ToString|ToString\(.*|Urls\.\w+|nameof|Text)\($")]
    private static partial Regex Call();
}
