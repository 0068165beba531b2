using System.Text.Json;
using FedPortal.Studies;
using FedPortal.Training.Accounting;
using FedPortal.Training.Learning;
using FedPortal.Training.Protocol;
using FedPortal.Training.Screening;
using FedPortal.Training.Submission;
using Xunit;

namespace FedPortal.Tests.Portal.Studies;

public class StudyFormTests
{
    public static TheoryData<string, Action<StudyForm>> BadFields => new()
    {
        { nameof(StudyForm.Name), form => form.Name = " " },
        { nameof(StudyForm.Question), form => form.Question = "" },
        { nameof(StudyForm.Labels), form => form.Labels = "one" },
        { nameof(StudyForm.Labels), form => form.Labels = "same\nsame" },
        { nameof(StudyForm.Roster), form => form.Roster.Clear() },
        { nameof(StudyForm.Roster), form => form.Roster[0].DatasetId = null },
        { nameof(StudyForm.Rounds), form => form.Rounds = "twelve" },
        { nameof(StudyForm.Rounds), form => form.Rounds = "1001" },
        { nameof(StudyForm.LearningRate), form => form.LearningRate = "0,001" },
        { nameof(StudyForm.NoiseIntensity), form => form.NoiseIntensity = "-1" },
        { nameof(StudyForm.NoiseIntensity), form => form.NoiseIntensity = "NaN" },
        { nameof(StudyForm.ValueBits), form => form.ValueBits = "17" },
        { nameof(StudyForm.SealModulusBits), form => form.SealModulusBits = "60; 49" },
        { nameof(StudyForm.ImageSize), form => form.ImageSize = "50" },
        { nameof(StudyForm.HighPercentile), form => form.HighPercentile = "0.5" },
        { nameof(StudyForm.Architecture), form => form.Architecture = "7" },
        { nameof(StudyForm.Strategy), form => form.Strategy = "FedAvg!" },
        { nameof(StudyForm.Holdout), form => form.Holdout = "somewhere" },
    };

    [Fact]
    public void AForm_MeansWhatItSays()
    {
        StudyForm form = Good();
        form.NoiseIntensity = "0.003";
        form.ParameterSet = "wide";
        form.Threshold = "4";
        form.Strategy = "fedadam";

        StudyReading reading = StudyFormReader.Read(form);

        Assert.Empty(reading.Problems);
        Assert.Equal(FederatedStrategy.ProtectedFedAdam, reading.Design.Strategy);
        Assert.Equal((0.003, "wide", 4), (reading.Design.Privacy.NoiseIntensity, reading.Design.Encryption.ParameterSet, reading.Design.Encryption.Threshold));
        Assert.Equal(5, reading.Roster.Count);
    }

    [Theory]
    [MemberData(nameof(BadFields))]
    public void ABadValue_IsRefusedAtItsField_AndStaysAsItWasTyped(string field, Action<StudyForm> spoil)
    {
        StudyForm form = Good();
        spoil(form);
        string before = JsonSerializer.Serialize(form, ProtocolJson.Options);

        StudyReading reading = StudyFormReader.Read(form);

        FieldProblem problem = Assert.Single(reading.Problems);
        Assert.Equal(field, problem.Field);
        Assert.NotEqual(StudyStep.Plan, problem.Step);
        Assert.Equal(before, JsonSerializer.Serialize(form, ProtocolJson.Options));
    }

    [Fact]
    public void ADesignWrittenToAForm_ReadsBackToItself()
    {
        StudyReading first = StudyFormReader.Read(Good());
        StudyDesign design = first.Design with
        {
            Privacy = new PrivacyProfile { NoiseIntensity = 0.1 + 0.2, ClippingNorm = 1.0 / 3, EpsilonCap = 12.5, Delta = 1e-7, AssumedColluders = 1, Schedule = NoiseScheduleKind.Geometric, NoiseFactor = 1.1 },
            Encryption = new EncryptionProfile { ValueBits = 12, Threshold = 4, SealModulusBits = [50, 40, 50], Weighting = UpdateWeighting.ByExamples, Compression = new CompressionProfile { Kind = CompressionKind.RandomMask, Fraction = 0.25 } },
            Screening = new ScreeningProfile { Sketch = new SketchProfile { Dimensions = 128, NoiseIntensity = 0.5 }, LeastCosine = -0.25 },
            Rounds = 30,
        };
        var study = new Study(design, first.Roster, null, false, DateTimeOffset.UnixEpoch);

        StudyReading again = StudyFormReader.Read(StudyFormWriter.Of(design, study.Roster, null));

        Assert.Empty(again.Problems);
        Assert.Equal(JsonSerializer.Serialize(design, ProtocolJson.Options), JsonSerializer.Serialize(again.Design, ProtocolJson.Options));
        Assert.Equal(first.Roster, again.Roster);
    }

    [Fact]
    public void EveryField_BelongsToAPage()
    {
        string[] homeless = [.. typeof(StudyForm).GetProperties().Select(property => property.Name)
            .Where(name => name is not (nameof(StudyForm.PreviewDataset) or nameof(StudyForm.Augment)) && new FieldProblem(name, "").Step == StudyStep.Plan)];

        Assert.Empty(homeless);
    }

    internal static StudyForm Good() => new()
    {
        Name = "Study",
        Question = "What is it?",
        Labels = "a\nb",
        Roster = [.. Enumerable.Range(0, 5).Select(i => new StudyFormSeat { InstitutionId = new Guid(i + 1, 0, 0, new byte[8]), DatasetId = new Guid(i + 100, 0, 0, new byte[8]) })],
    };
}
