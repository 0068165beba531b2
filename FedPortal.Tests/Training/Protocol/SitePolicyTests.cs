using FedPortal.Tests.Support;
using FedPortal.Training.Learning;
using FedPortal.Training.Protocol;
using Xunit;

namespace FedPortal.Tests.Training.Protocol;

public class SitePolicyTests
{
    private static readonly Guid Study = Guid.Parse("7d1f3c7e-0000-4000-8000-000000000001");

    private static readonly StudyTerms Terms = new()
    {
        Strategy = FederatedStrategy.PlainFedAvg,
        IsProtected = true,
        Institutions = 5,
        MinimumInstitutions = 4,
        EncryptionMode = "OneTimeKey",
        ParameterSet = "compact",
        EpsilonCap = 3,
    };

    private static readonly SitePolicy Open = new() { Studies = [SitePolicy.All] };

    [Fact]
    public void ANewPolicy_AcceptsNoStudy_UntilTheHouseNamesOne()
    {
        Assert.Contains("accepts no study yet", Assert.Single(new SitePolicy().Refusals(Study, Terms)), StringComparison.Ordinal);
        Assert.Empty(new SitePolicy { Studies = [Study.ToString().ToUpperInvariant()] }.Refusals(Study, Terms));
        Assert.Contains("not one of them", Assert.Single(new SitePolicy { Studies = [Guid.Empty.ToString()] }.Refusals(Study, Terms)), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryLimit_RefusesWithBothSidesNamed()
    {
        AssertRefusal(Open, Terms with { IsProtected = false }, "plain-fedavg");
        AssertRefusal(Open with { MinimumInstitutions = 5 }, Terms, "at least 5 institutions, but the study allows 4");
        AssertRefusal(Open with { ParameterSets = ["precise"] }, Terms, "allows the parameter sets precise, but the study uses compact");
        AssertRefusal(Open with { EncryptionModes = ["SealCompatible"] }, Terms, "but the study uses OneTimeKey");
        AssertRefusal(Open with { EpsilonPerStudy = 2 }, Terms, "within ε = 2, but this study may spend 3");
        AssertRefusal(Open with { EpsilonPerStudy = 2 }, Terms with { EpsilonCap = null }, "promises no ε");
        AssertRefusal(Open with { EpsilonTotal = 2.5 }, Terms, "come to ε = 3, and this site's policy allows 2.5");
        Assert.Empty((Open with { EpsilonPerStudy = 3, EpsilonTotal = 3, ParameterSets = ["compact"], EncryptionModes = ["onetimekey"] }).Refusals(Study, Terms));
    }

    [Fact]
    public void WhatTheSitesOwnLedgersSay_Counts()
    {
        SitePolicy policy = Open with { EpsilonPerStudy = 3, EpsilonTotal = 4 };

        Assert.Empty(policy.Refusals(Study, Terms, new EpsilonForecast(2, 2)));
        Assert.Contains("All studies together would come to ε = 4.5", Assert.Single(policy.Refusals(Study, Terms, new EpsilonForecast(2.5, 2))), StringComparison.Ordinal);
        Assert.Equal(2, policy.Refusals(Study, Terms, new EpsilonForecast(double.PositiveInfinity, 0)).Count);
    }

    [Fact]
    public void HostedInstitutions_TakePartInPlainStudies() =>
        Assert.Empty(SitePolicy.Hosted.Refusals(Study, Terms with { IsProtected = false, Institutions = 2, MinimumInstitutions = 1, EpsilonCap = null }));

    [Theory]
    [InlineData("20:00-06:00", "23:30", true)]
    [InlineData("20:00-06:00", "06:00", false)]
    [InlineData("20:00-06:00", "12:00", false)]
    [InlineData("08:00-17:00", "08:00", true)]
    [InlineData("00:00-00:00", "13:00", true)]
    public void Hours_MayPassMidnight(string hours, string at, bool open) =>
        Assert.Equal(open, new SitePolicy { Hours = [hours] }.IsOpenAt(TimeOnly.Parse(at, System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public void DataFolders_HoldTheirSubfoldersAndNothingBeside()
    {
        var policy = new SitePolicy { DataFolders = ["/data/xrays"] };

        Assert.Null(policy.FolderRefusal("/data/xrays"));
        Assert.Null(policy.FolderRefusal("/data/xrays/2026"));
        Assert.NotNull(policy.FolderRefusal("/data/xrays-private"));
        Assert.NotNull(policy.FolderRefusal("/data/xrays/../secret"));
    }

    [Fact]
    public void TheFile_ReadsBackWhatWasWritten_AndCommentsAreAllowed()
    {
        using var folder = new TemporaryFolder();
        var home = new SiteHome(folder.Path);
        var policy = new SitePolicy { Studies = [Study.ToString()], EpsilonPerStudy = 4, Hours = ["20:00-06:00"], Threads = 2, AllowGpu = false };

        SitePolicyFile.Save(home, policy);
        string json = "// our house\n" + File.ReadAllText(home.PolicyFile);

        Assert.Equal(SitePolicyFile.ToJson(policy), SitePolicyFile.ToJson(SitePolicyFile.Load(home)));
        Assert.Equal(4, SitePolicyFile.Parse(json, "policy").EpsilonPerStudy);
        Assert.Equal(["policy.json"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("{\"alowPlain\": true}", "alowPlain")]
    [InlineData("{\"version\": 2}", "expected 1 but got 2")]
    [InlineData("{\"studies\": [\"everything\"]}", "everything")]
    [InlineData("{\"parameterSets\": [\"tiny\"]}", "tiny")]
    [InlineData("{\"hours\": [\"night\"]}", "night")]
    [InlineData("{\"dataFolders\": [\"xrays\"]}", "full paths")]
    [InlineData("{\"epsilonPerStudy\": -1}", "epsilonPerStudy")]
    [InlineData("not json", "is not a policy")]
    public void ABadFile_IsRefused_NotMended(string json, string why) =>
        Assert.Contains(why, Assert.Throws<InvalidDataException>(() => SitePolicyFile.Parse(json, "policy.json")).Message, StringComparison.Ordinal);

    private static void AssertRefusal(SitePolicy policy, StudyTerms terms, string why) =>
        Assert.Contains(why, Assert.Single(policy.Refusals(Study, terms)), StringComparison.Ordinal);
}
