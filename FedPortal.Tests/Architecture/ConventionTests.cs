using FedPortal.Tests.Support;
using Xunit;

namespace FedPortal.Tests.Architecture;

/// <summary>House rules that no compiler analyzer checks.</summary>
public class ConventionTests
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
        var breaches =
            from file in Directory.EnumerateFiles(Root, "*.*", SearchOption.AllDirectories)
            where Path.GetExtension(file) is ".cs" or ".razor" && !IsGeneratedOrTest(file)
            from line in File.ReadLines(file).Index()
            where line.Item.Contains(text, StringComparison.Ordinal)
            select $"{Path.GetRelativePath(Root, file)}:{line.Index + 1}: {text} - {instead}";

        Assert.True(!breaches.Any(), string.Join(Environment.NewLine, breaches));
    }

    private static bool IsGeneratedOrTest(string file) =>
        Path.GetRelativePath(Root, file).Split(Path.DirectorySeparatorChar)
            .Any(part => part is "obj" or "bin" or "Migrations" or "FedPortal.Tests" or "build");
}
