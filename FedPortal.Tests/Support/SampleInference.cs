using System.Text.Json;
using FedPortal.Data;
using FedPortal.Inference;
using FedPortal.Institutions;
using FedPortal.Models;
using FedPortal.Training.Evaluation;
using FedPortal.Training.Explanation;
using FedPortal.Training.Protocol;
using Microsoft.EntityFrameworkCore;

namespace FedPortal.Tests.Support;

/// <summary>
/// What follows when the sample's version 2 is released: keys, a fortnight of pictures of which the last days are brighter, and two re-validations. It is signed,
/// and keys are made and used, as the portal does it.
/// </summary>
internal sealed class SampleInference(PortalHost host, Guid studyId)
{
    public const int Version = 2;

    private const int Days = 14;
    private const int BrightDays = 4;

    // Mean and standard deviation of each statistic, near those of chest X-rays.
    private static readonly (double Mean, double Spread)[] Usual =
        [(0.45, 0.05), (0.22, 0.02), (0.35, 0.04), (0.75, 0.06), (0.8, 0.04), (0.15, 0.05), (-0.1, 0.05), (0.1, 0.06), (0.08, 0.02), (2.2, 0.4)];

    private readonly Random _random = new(23);

    /// <summary>Hands predictions in as an institution does after an evaluation, with the spread of its pictures.</summary>
    /// <returns>The file's hash.</returns>
    public static async Task<string> HandInAsync(BlobStore blobs, Guid studyId, Guid institution, string modelHash, Predictions predictions)
    {
        var random = new Random(predictions.Count);
        var header = new PredictionsHeader(
            new MessageBinding(Guid.NewGuid(), studyId, Version, 1, institution), Version, modelHash, predictions.Classes, [.. predictions.Labels], predictions.IsSynthetic, [])
        {
            Inputs = InputReference.Of("sample", [.. Enumerable.Range(0, predictions.Count).Select(_ => Picture(random, brighter: 0))]),
        };
        return (await blobs.AddAsync(path => SubmissionFile.Write(path, header, predictions.Probabilities.Span), CancellationToken.None)).Hash;
    }

    public async Task AddAsync(Institution own, Institution other, EvaluationReport measured, EvaluationReport worse, DateTimeOffset now)
    {
        await ReleaseAsync();
        await AddKeysAsync(own.Id, other.Id, now);
        InferenceStore models = host.Services.GetRequiredService<InferenceStore>();
        ServedVersion model = (await models.FindAsync(studyId, Version, CancellationToken.None))!;
        ModelReference reference = (await models.ReferenceAsync(model, CancellationToken.None))!;
        await using FedPortalDbContext db = await host.Services.GetRequiredService<IDbContextFactory<FedPortalDbContext>>().CreateDbContextAsync();
        db.AddRange(Enumerable.Range(0, Days).Select(ago => DayOf(model, reference, now, ago)));
        db.Add(new ModelWatch(studyId, intervalDays: 30, "A. Admin", now));
        var first = new Revalidation(studyId, Version, [], "portal", now.AddDays(-9));
        first.Finish(JsonSerializer.Serialize(measured, ProtocolJson.Options), ReleaseComparison.Worse(measured, measured), remark: null, now.AddDays(-9).AddMinutes(4));
        var second = new Revalidation(studyId, Version, [], "A. Admin", now.AddDays(-1));
        second.Finish(JsonSerializer.Serialize(worse, ProtocolJson.Options), ReleaseComparison.Worse(measured, worse), "Valley Community: its site was silent for a day.", now.AddHours(-20));
        db.AddRange(first, second);
        await db.SaveChangesAsync();
    }

    /// <summary>Two people sign what the page shows them.</summary>
    private async Task ReleaseAsync()
    {
        ModelStore models = host.Services.GetRequiredService<ModelStore>();
        ReleaseStore releases = host.Services.GetRequiredService<ReleaseStore>();
        foreach (Signer signer in new[] { new Signer(Guid.NewGuid(), "A. Admin", SignerRole.Admin), new Signer(Guid.NewGuid(), "B. Auditor", SignerRole.Auditor) })
        {
            ReleaseEvidence evidence = (await models.FindAsync(Viewer.Everything, studyId, Version, int.MaxValue, CancellationToken.None))!.Evidence;
            string? reason = evidence.Exceeding.Count > 0 ? "Only phantoms were trained on; nobody is harmed." : null;
            SigningResult signed = await releases.SignAsync(studyId, Version, evidence.Digest, signer, reason, CancellationToken.None);
            if (signed.Refusal is { } refusal)
            {
                throw new InvalidOperationException(refusal);
            }
        }
    }

    private async Task AddKeysAsync(Guid own, Guid other, DateTimeOffset now)
    {
        InferenceKeyStore keys = host.Services.GetRequiredService<InferenceKeyStore>();
        async Task<Guid> MakeAsync(Guid institution, string name, int perDay)
        {
            string sent = await keys.CreateAsync(new InferenceKeyOffer(studyId, institution, name, perDay, RequestsPerMinute: 20, now.AddDays(90)), "A. Admin", CancellationToken.None);
            return (await keys.FindAsync(sent, CancellationToken.None))!.Id;
        }

        Guid busy = await MakeAsync(own, "Night shift's viewer", 500);
        for (int request = 0; request < 7; request++)
        {
            await keys.TakeAsync(busy, CancellationToken.None);
        }

        await MakeAsync(own, "Nightly check", 50);
        Guid revoked = await MakeAsync(other, "Old archive", 100);
        await keys.RevokeAsync(revoked, "A. Admin", CancellationToken.None);
    }

    private InferenceDay DayOf(ServedVersion model, ModelReference reference, DateTimeOffset now, int ago)
    {
        var day = new InferenceDay(studyId, Version, DateOnly.FromDateTime(now.UtcDateTime).AddDays(-ago), model.Classes.Count);
        for (int picture = 0; picture < 22 + (ago * 5 % 9); picture++)
        {
            InputStatistics inputs = Picture(_random, brighter: ago < BrightDays ? 0.12 : 0);
            float[] logits = [.. model.Classes.Select(_ => (float)(_random.NextDouble() * 2.6))];
            day.Add(ModelOpinion.Of(logits, inputs, model.Classes, reference), inputs);
        }

        return day;
    }

    private static InputStatistics Picture(Random random, double brighter)
    {
        // Nearly normal: three uniform numbers have a standard deviation of a half in all.
        double Deviation() => 2 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5);
        return InputStatistics.FromValues([.. InputStatistics.All.Select(statistic =>
            Usual[(int)statistic].Mean + (Usual[(int)statistic].Spread * Deviation()) + (statistic == InputStatistic.Brightness ? brighter : 0))]);
    }
}
