using System.Text.RegularExpressions;
using System.Xml.Linq;
using FedPortal.Tests.Support;
using Xunit;

namespace FedPortal.Tests.Architecture;

/// <summary>Texts of the folders that can be translated: they are in the folder's resource file, and nothing else is in it.</summary>
public partial class TextResourceTests
{
    private static readonly string[] Endings = ["Title", "Missing"];
    private static readonly string Components = Path.Combine(SharedData.Root, "FedPortal", "Components");

    public static TheoryData<string> Folders { get; } =
        [.. Directory.EnumerateFiles(Components, "*Texts.resx", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Components, file)).Order(StringComparer.Ordinal)];

    [Fact]
    public void ConvertedFolders_AreThoseThatTheDocumentationNames()
    {
        string documentation = File.ReadAllText(Path.Combine(SharedData.Root, "docs", "languages.md"));

        Assert.All(Folders, file => Assert.Contains($"`{Path.GetDirectoryName(file.Data)!.Replace('\\', '/')}`", documentation, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void EveryKeyIsUsed_AndEveryUsedKeyExists(string resource)
    {
        string[] keys = [.. XDocument.Load(Path.Combine(Components, resource)).Root!.Elements("data").Select(data => data.Attribute("name")!.Value)];
        string sources = string.Join('\n', SourcesOf(resource).Select(File.ReadAllText));
        string[] used = [.. Used().Matches(sources).Select(match => match.Groups[1].Value).Distinct()];

        Assert.Equal(keys.Distinct(), keys);
        Assert.Empty(used.Except(keys));

        // A key that is put together from parts is used as well.
        Assert.DoesNotContain(keys, key => !sources.Contains($"\"{key}\"", StringComparison.Ordinal)
            && !Endings.Any(ending => key.EndsWith(ending, StringComparison.Ordinal) && sources.Contains(key[..^ending.Length], StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void NoSentenceIsLeftInAPage(string resource)
    {
        string[] bare =
        [
            .. from file in SourcesOf(resource)
               where file.EndsWith(".razor", StringComparison.Ordinal)
               from Match match in Sentence().Matches(File.ReadAllText(file).Split("\n@code")[0])
               select $"{Path.GetFileName(file)}: {match.Value}",
        ];

        Assert.True(bare.Length == 0, string.Join('\n', bare));
    }

    private static IEnumerable<string> SourcesOf(string resource) =>
        Directory.EnumerateFiles(Path.GetDirectoryName(Path.Combine(Components, resource))!, "*.*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".cs" or ".razor");

    [GeneratedRegex("\\bTexts?\\[\"(\\w+)\"")]
    private static partial Regex Used();

    /// <summary>Three words between two tags, or in an attribute that people read.</summary>
    [GeneratedRegex("(?<=>)[^<>@{}();=]*[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}[^<>@{}();=]*(?=</)|(?<= (Title|Label|Lead|Hint|Note|Question|aria-label|title|alt|placeholder|Placeholder)=\")[^\"@]*[A-Za-z]{2,} [^\"@]*[A-Za-z]{2,} [^\"@]*[A-Za-z]{2,}[^\"@]*(?=\")")]
    private static partial Regex Sentence();
}
