using FedPortal.Datasets;
using Xunit;

namespace FedPortal.Tests.Portal.Domain;

public sealed class UploadListingTests
{
    [Theory]
    [InlineData("normal/a.png", null)]
    [InlineData("../a.png", "path")]
    [InlineData("/etc/passwd", "path")]
    [InlineData("normal/.hidden", "path")]
    [InlineData("normal//a.png", "path")]
    [InlineData("normal\\..\\a.png", "path")]
    [InlineData("a/b/c/d/e/f/g/h/i.png", "path")]
    [InlineData("normal/a\n.png", "path")]
    public void APath_MayOnlyPointInside(string path, string? expected)
    {
        string? problem = UploadListing.Problem("Winter", [new UploadFile(path, 10)], 1000);

        Assert.Equal(expected is null, problem is null);
        Assert.Contains(expected ?? "", problem ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void SizesNamesAndClashes_AreNamedInWords()
    {
        Assert.Contains("1001 bytes together", UploadListing.Problem("x", [new UploadFile("a", 1000), new UploadFile("b", 1)], 1000), StringComparison.Ordinal);
        Assert.Contains("has 0", UploadListing.Problem("x", [], 1000), StringComparison.Ordinal);
        Assert.Contains("name", UploadListing.Problem(" ", [new UploadFile("a", 1)], 1000), StringComparison.Ordinal);
        Assert.Contains("same path", UploadListing.Problem("x", [new UploadFile("a", 1), new UploadFile("a", 1)], 1000), StringComparison.Ordinal);
        Assert.Contains("folder", UploadListing.Problem("x", [new UploadFile("a", 1), new UploadFile("a/b", 1)], 1000), StringComparison.Ordinal);
        Assert.Contains("1 of the files", UploadListing.Problem("x", [new UploadFile("a", 0)], 1000), StringComparison.Ordinal);
    }
}
