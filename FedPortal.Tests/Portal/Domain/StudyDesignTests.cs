using FedPortal.Studies;
using FedPortal.Training.Accounting;
using FedPortal.Training.Imaging;
using FedPortal.Training.Learning;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;
using Xunit;

namespace FedPortal.Tests.Portal.Domain;

public class StudyDesignTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, StudyDesign> BadDesigns => new()
    {
        { "name", Good() with { Name = " " } },
        { "labels", Good() with { Classes = ["one"] } },
        { "labels", Good() with { Classes = ["same", "same"] } },
        { "size", Good() with { Preprocessing = PreprocessingPipeline.Default(50) } },
        { "rounds", Good() with { Rounds = 0 } },
        { "quorum", Good() with { Quorum = 4 } },
        { "deadline", Good() with { DeadlineMinutes = 0 } },
        { "epochs", Good() with { Training = new TrainingPlan { Epochs = 0 } } },
        { "batch", Good() with { Training = new TrainingPlan { BatchSize = 0 } } },
        { "learning rate", Good() with { Training = new TrainingPlan { LearningRate = double.NaN } } },
        { "proximal", Good() with { Training = new TrainingPlan { ProximalTerm = 0.1 } } },
        { "proximal", Good() with { Strategy = FederatedStrategy.PlainFedProx } },
        { "clipping norm", Protected() with { Privacy = new PrivacyProfile { ClippingNorm = 0 } } },
        { "needs noise", Protected() with { Privacy = new PrivacyProfile { EpsilonCap = 4 }, Screening = new ScreeningProfile { Sketch = new SketchProfile { Dimensions = 0 } } } },
        { "bits", Protected() with { Encryption = new EncryptionProfile { ValueBits = 1 } } },
        { "norm limit", Protected() with { Screening = new ScreeningProfile { NormLimit = 0.5 } } },
        { "server", Good() with { Server = ServerOptimizerOptions.For(FederatedStrategy.PlainFedAvg, 99) } },
    };

    [Fact]
    public void AGoodDesign_HasNoProblems() => Assert.Empty(Good().Problems(rosterSize: 3));

    [Fact]
    public void AProtectedStudyOfTwo_IsRefused() => Assert.Contains("at least 3 institutions", Assert.Single(Protected().Problems(rosterSize: 2)), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(BadDesigns))]
    public void ABadValue_IsNamedAndRefused(string word, StudyDesign design)
    {
        string problem = Assert.Single(design.Problems(rosterSize: 3));

        Assert.Contains(word, problem, StringComparison.OrdinalIgnoreCase);
        Assert.Throws<ArgumentException>(() => new Study(design, Roster(3), null, false, Now));
    }

    private static StudyDesign Good() => new() { Strategy = FederatedStrategy.PlainFedAvg, Name = "Study", Question = "What is it?", Classes = ["a", "b"] };

    private static StudyDesign Protected() => Good() with { Strategy = FederatedStrategy.ProtectedFedAvg };

    private static (Guid, Guid)[] Roster(int count) => [.. Enumerable.Range(0, count).Select(_ => (Guid.NewGuid(), Guid.NewGuid()))];
}
