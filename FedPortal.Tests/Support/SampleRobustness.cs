using System.Text.Json;
using FedPortal.Data;
using FedPortal.Models;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Imaging;
using FedPortal.Training.Protocol;
using FedPortal.Training.Robustness;

namespace FedPortal.Tests.Support;

/// <summary>The robustness lab of the sample's version 1: every kind of result, a test under way and one that failed.</summary>
internal static class SampleRobustness
{
    private const int Size = 64;

    /// <returns>A test with pictures, and one of these.</returns>
    public static async Task<(Guid Run, string Picture)> AddToAsync(
        FedPortalDbContext db, BlobStore blobs, Guid study, Guid institution, Guid other, IReadOnlyList<string> classes, DateTimeOffset now)
    {
        var random = new Random(11);
        RobustnessAnswers Answers(RobustnessPlan plan, int count)
        {
            int[] labels = [.. Enumerable.Range(0, count).Select(i => i % classes.Count)];
            float[] luck = [.. Enumerable.Range(0, count * classes.Count).Select(_ => (float)(random.NextDouble() * 2))];
            Predictions At(double skill) => Predictions.FromLogits(
                classes, labels, [.. luck.Select((value, i) => value + (i % classes.Count == labels[i / classes.Count] ? (float)skill : 0))], isSynthetic: true);
            return new RobustnessAnswers(At(2), [.. plan.Curves.Where(curve => curve.Disturbance.IsOfPixels())
                .SelectMany(curve => curve.Strengths.Select((strength, step) => new PointAnswers(curve.Disturbance, strength, At(2 - (0.75 * (step + 1))))))]);
        }

        RobustnessRun Begun(RobustnessPlan plan, RobustnessTarget target)
        {
            now = now.AddSeconds(40);
            var run = new RobustnessRun(study, 1, plan, target, target == RobustnessTarget.Phantoms ? 120 : 0, "A. Admin", now);
            run.Begin([], now);
            db.Add(run);
            return run;
        }

        void Done(RobustnessRun run, RobustnessOutcome outcome)
        {
            string json = JsonSerializer.Serialize(outcome, ProtocolJson.Options);
            run.Finish(json, ContentHash.OfText(json), now.AddSeconds(30));
        }

        RobustnessPlan fgsm = RobustnessPlan.For(RobustnessTest.Fgsm);
        RobustnessPlan pgd = RobustnessPlan.For(RobustnessTest.Pgd);
        RobustnessPlan noise = RobustnessPlan.For(RobustnessTest.Noise);
        RobustnessPlan labels = RobustnessPlan.For(RobustnessTest.Labels);
        RobustnessAnswers held = Answers(fgsm, 150);
        Done(Begun(fgsm, RobustnessTarget.Holdouts), new RobustnessOutcome(true, "model version 1 on 150 held-out images of 2 hold-outs")
        {
            Report = RobustnessReports.From(fgsm, held),
            Parts = [new InstitutionRobustness(institution, RobustnessReports.From(fgsm, Answers(fgsm, 90))), new InstitutionRobustness(other, RobustnessReports.From(fgsm, Answers(fgsm, 60)))],
            Missing = ["Valley Community: its policy refuses attack tests."],
        });
        RobustnessRun pictured = Begun(pgd, RobustnessTarget.Phantoms);
        RobustnessPicture[] pictures = await PicturesAsync(blobs, Disturbance.Pgd, classes);
        Done(pictured, Phantoms() with { Report = RobustnessReports.From(pgd, Answers(pgd, 120)), Pictures = pictures });
        Done(Begun(noise, RobustnessTarget.Phantoms), Phantoms() with { Report = RobustnessReports.From(noise, Answers(noise, 120)) });
        RobustnessReport judged = RobustnessReports.From(labels, Answers(labels, 120));
        Done(Begun(labels, RobustnessTarget.Phantoms), Phantoms() with
        {
            Report = judged with { Curves = [.. judged.Curves, RobustnessReports.OfTraining([(0, Answers(labels, 60).Clean), (40, Answers(labels, 60).Clean)])] },
        });
        Done(Begun(RobustnessPlan.For(RobustnessTest.Inversion), RobustnessTarget.Phantoms), Phantoms() with { Inversion = await InversionAsync(blobs, classes) });
        Begun(noise, RobustnessTarget.Holdouts).Show("3 of 5 hold-outs are measured", 0.6, now.AddSeconds(20));
        Begun(fgsm, RobustnessTarget.Phantoms).Fail("The engine program ended with code 137.", now.AddSeconds(20));
        return (pictured.Id, pictures[0].Original);
    }

    private static RobustnessOutcome Phantoms() => new(true, "model version 1 on 120 phantoms that it never saw");

    private static async Task<RobustnessPicture[]> PicturesAsync(BlobStore blobs, Disturbance disturbance, IReadOnlyList<string> classes)
    {
        string original = await StoreAsync(blobs, (x, y) => 255 * (x + y) / (2 * Size));
        string difference = await StoreAsync(blobs, (x, y) => 127 + (x * 7 % 32) - (y * 5 % 32));
        string disturbed = await StoreAsync(blobs, (x, y) => (240 * (x + y) / (2 * Size)) + (x * y % 13));
        return [
            new RobustnessPicture(disturbance, 2, classes[1], classes[1], 0.97, classes[0], 0.81, 63, 2, original, difference, disturbed),
            new RobustnessPicture(disturbance, 16, classes[2], classes[2], 0.99, classes[2], 0.52, 7, 16, original, difference, disturbed)];
    }

    private static async Task<InvertedPicture[]> InversionAsync(BlobStore blobs, IReadOnlyList<string> classes)
    {
        string mean = await StoreAsync(blobs, (x, y) => Math.Abs(x - (Size / 2)) * 4);
        string picture = await StoreAsync(blobs, (x, y) => 128 + (int)(90 * Math.Sin(x / 6.0) * Math.Cos(y / 5.0)));
        return [.. classes.Select((name, c) => new InvertedPicture(name, 0.99, [.. classes.Select((_, other) => (double?)(other == c ? 0.31 : -0.12))], true, c == 2 ? null : picture, mean))];
    }

    private static async Task<string> StoreAsync(BlobStore blobs, Func<int, int, int> shade)
    {
        byte[] pixels = [.. Enumerable.Range(0, Size * Size).Select(i => (byte)Math.Clamp(shade(i % Size, i / Size), 0, 255))];
        using var png = new MemoryStream(GreyPng.Encode8(Size, Size, pixels));
        return (await blobs.ReceiveAsync(png, expectedHash: null, 1 << 20, CancellationToken.None)).Hash;
    }
}
