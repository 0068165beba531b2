using FedPortal.Training.Datasets;
using FedPortal.Training.Datasets.Phantoms;
using FedPortal.Training.Imaging;
using Xunit;

namespace FedPortal.Tests.Training.Datasets;

public sealed class PhantomTests
{
    [Fact]
    public void OneSeed_GivesOnePicture_AndAnotherSeedAnother()
    {
        XrayImage first = PhantomGenerator.Generate(PhantomFinding.Covid19, PhantomStyle.All[2], 64, 5);
        XrayImage again = PhantomGenerator.Generate(PhantomFinding.Covid19, PhantomStyle.All[2], 64, 5);
        XrayImage other = PhantomGenerator.Generate(PhantomFinding.Covid19, PhantomStyle.All[2], 64, 6);

        Assert.Equal(first.Pixels.ToArray(), again.Pixels.ToArray());
        Assert.NotEqual(first.Pixels.ToArray(), other.Pixels.ToArray());
    }

    [Fact]
    public void Findings_BrightenTheLungs_AndLeaveTheFrameAlone()
    {
        double Mean(PhantomFinding finding, Func<int, int, bool> where) => Enumerable.Range(0, 40).Average(seed =>
        {
            XrayImage image = PhantomGenerator.Generate(finding, PhantomStyle.All[0], 64, (ulong)seed);
            return Enumerable.Range(0, 64 * 64).Where(i => where(i % 64, i / 64)).Average(i => (double)image.Pixels.Span[i]);
        });
        static bool IsLung(int x, int y) => y is > 24 and < 46 && x is (> 10 and < 24) or (> 40 and < 54);
        static bool IsFrame(int x, int y) => x < 4 || x > 59 || y < 4 || y > 59;

        double healthyLung = Mean(PhantomFinding.NoFinding, IsLung);
        double healthyFrame = Mean(PhantomFinding.NoFinding, IsFrame);

        Assert.True(Mean(PhantomFinding.Pneumonia, IsLung) > 1.1 * healthyLung);
        Assert.True(Mean(PhantomFinding.Covid19, IsLung) > 1.1 * healthyLung);
        Assert.InRange(Mean(PhantomFinding.Covid19, IsFrame) / healthyFrame, 0.9, 1.1);
    }

    [Fact]
    public void TheConsortium_IsUnequal_AndItsHoldoutIsBalanced()
    {
        var consortium = new PhantomConsortium(new PhantomConsortiumOptions());

        Assert.Equal([220, 180, 150, 110, 80], consortium.Institutions.Select(institution => institution.Items.Count));
        Assert.All(consortium.Institutions.Index(), one => Assert.All(one.Item.Items, item => Assert.Equal(one.Index, item.Style)));
        Assert.All(Enum.GetValues<PhantomFinding>(), finding => Assert.Equal(100, consortium.Holdout.Items.Count(item => item.Finding == finding)));
        PhantomItem[] all = [.. consortium.Institutions.Append(consortium.Holdout).SelectMany(institution => institution.Items)];
        Assert.Equal(1040, all.Select(item => item.Seed).Distinct().Count());
    }

    [Theory]
    [InlineData(1, 30)]
    [InlineData(7, 100)]
    [InlineData(12, 36)]
    public void AnyNumberOfInstitutions_SharesAllImages(int institutions, int images)
    {
        var consortium = new PhantomConsortium(new PhantomConsortiumOptions { InstitutionCount = institutions, ImageCount = images });

        Assert.Equal(institutions, consortium.Institutions.Count);
        Assert.Equal(images, consortium.Institutions.Sum(institution => institution.Items.Count));
    }

    // The picture must give the class away in the lungs, not at the edge: a linear model on the outer pixels stays near the 33 % of guessing.
    [Fact]
    public async Task ALinearModel_LearnsFromTheLungs_ButNotFromTheFrame()
    {
        var consortium = new PhantomConsortium(new PhantomConsortiumOptions { ImageCount = 400, HoldoutCount = 150, Size = 64 });
        PreprocessingPipeline pipeline = PreprocessingPipeline.Plain(32);
        var parts = new List<PreparedDataset>();
        foreach (PhantomInstitution institution in consortium.Institutions)
        {
            parts.Add(await consortium.PrepareAsync(institution, pipeline, null, TestContext.Current.CancellationToken));
        }

        PreparedDataset train = PreparedDataset.Concat(parts);
        PreparedDataset test = await consortium.PrepareAsync(consortium.Holdout, pipeline, null, TestContext.Current.CancellationToken);
        static bool IsFrame(int i) => i % 32 is < 3 or > 28 || i / 32 is < 3 or > 28;
        int[] frame = [.. Enumerable.Range(0, 1024).Where(IsFrame)];
        int[] inside = [.. Enumerable.Range(0, 1024).Where(i => !IsFrame(i) && i % 2 == 0 && i / 32 % 2 == 0)];

        double fromFrame = LinearModel.AccuracyOf(train, test, frame);
        double fromInside = LinearModel.AccuracyOf(train, test, inside);

        Assert.True(train.IsSynthetic);
        Assert.True(fromFrame < 0.5, $"The frame alone gives {fromFrame:P0}");
        Assert.True(fromInside > 0.6, $"The inside gives {fromInside:P0}");
    }
}
