using System.Text.RegularExpressions;
using FedPortal.Tests.Support;
using Xunit;

namespace FedPortal.Tests.Architecture;

/// <summary>House rules that no compiler analyzer checks.</summary>
public partial class ConventionTests
{
    private static readonly string Root = SharedData.Root;

    [Theory]
    [InlineData("DateTime.Now", "ask the injected TimeProvider")]
    [InlineData("DateTime.UtcNow", "ask the injected TimeProvider")]
    [InlineData("DateTimeOffset.UtcNow", "ask the injected TimeProvider")]
    [InlineData("async void", "an exception in it ends the process; return Task")]
    [InlineData(".GetAwaiter().GetResult()", "await instead; this blocks a Blazor circuit")]
    [InlineData("#region", "split the file instead")]
    [InlineData("value=\"@true\"", "a browser gets no text from it, so nothing can be chosen; bind words")]
    [InlineData("value=\"@false\"", "a browser gets no text from it, so nothing can be chosen; bind words")]
    public void SourceDoesNotContain(string text, string instead)
    {
        string[] breaches = [.. Lines(Root).Where(line => line.Text.Contains(text, StringComparison.Ordinal)).Select(line => $"{line.Place}: {text} - {instead}")];

        Assert.True(breaches.Length == 0, string.Join(Environment.NewLine, breaches));
    }

    /// <summary>A click and a link right after it: what carries a person's name into a store is done whether or not the person stays.</summary>
    [Fact]
    public void WhatAPersonDecides_IsNotGivenUpWhenThePersonLeaves()
    {
        string[] breaches = [.. Lines(Path.Combine(Root, "FedPortal", "Components")).Where(line => DecisionGivenUp().IsMatch(line.Text)).Select(line => $"{line.Place}: {line.Text.Trim()}")];

        Assert.True(breaches.Length == 0, string.Join(Environment.NewLine, breaches));
    }

    private static IEnumerable<(string Place, string Text)> Lines(string folder) =>
        from file in Directory.EnumerateFiles(folder, "*.*", SearchOption.AllDirectories)
        where Path.GetExtension(file) is ".cs" or ".razor" && !IsGeneratedOrTest(file)
        from line in File.ReadLines(file).Index()
        select ($"{Path.GetRelativePath(Root, file)}:{line.Index + 1}", line.Item);

    [GeneratedRegex(@"(\bactor|\bperson|NameOf\(|\(await Reader\)\.User|ReaderAsync\(\)).*, Leaving\)")]
    private static partial Regex DecisionGivenUp();

    private static bool IsGeneratedOrTest(string file) =>
        Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar)
            .Any(part => part is "obj" or "bin" or "Migrations" or "FedPortal.Tests" or "build");
}
