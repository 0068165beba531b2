using System.Runtime.InteropServices;
using FedPortal.Encryption.Arithmetic;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Training.Compression;
using FedPortal.Training.Datasets;
using FedPortal.Training.Learning;
using FedPortal.Training.Perturbation;
using FedPortal.Training.Protection;

namespace FedPortal.Training.Screening.Adversaries;

/// <summary>What a simulated dishonest institution does.</summary>
public enum AdversaryKind
{
    /// <summary>Trains on labels moved by one class.</summary>
    LabelFlip = 0,

    /// <summary>Sends the opposite of what it learned.</summary>
    SignFlip = 1,

    /// <summary>Sends what it learned many times over.</summary>
    Scaling = 2,

    /// <summary>Trains on labels moved by one class and sends that so many times over that it would replace the global model.</summary>
    ModelReplacement = 3,

    /// <summary>Sends a little noise instead of anything learned.</summary>
    FreeRider = 4,

    /// <summary>Trains on images with a trigger that are labelled as one class.</summary>
    Backdoor = 5,
}

/// <summary>
/// A dishonest institution of a simulation. It runs changed software: it need not clip, but it cannot send more than lanes hold, and its sketch is honest about what
/// it sends (a dishonest one makes the check of the sum fail).
/// </summary>
/// <param name="Kind">What it does.</param>
/// <param name="Boost">Its update is sent so many times over, without clipping; 1 clips like everybody.</param>
/// <param name="Seed">Of the free rider's noise.</param>
public sealed record Adversary(AdversaryKind Kind, double Boost, int Seed)
{
    /// <summary>How long the free rider's noise is, in clipping norms.</summary>
    private const double FreeRiderNorm = 0.02;

    /// <summary>The usual boost of a kind: 10 for scaling, the number of institutions for model replacement, else 1.</summary>
    public static double UsualBoost(AdversaryKind kind, int institutions) => kind switch
    {
        AdversaryKind.Scaling => 10,
        AdversaryKind.ModelReplacement => institutions,
        _ => 1,
    };

    /// <summary>What it trains on instead of its images.</summary>
    public PreparedDataset Poison(PreparedDataset data) => Kind switch
    {
        AdversaryKind.LabelFlip or AdversaryKind.ModelReplacement => data.With((label, pixels, _) => ((label + 1) % data.Classes.Count, pixels)),
        AdversaryKind.Backdoor => data.With((label, pixels, index) => index % 2 == 0 ? (BackdoorTrigger.Target, BackdoorTrigger.Stamp(pixels, data.ImageSize)) : (label, pixels)),
        _ => data,
    };

    /// <summary>What it sends instead of what it learned.</summary>
    public PerturbedUpdate Perturb(RoundProtection protection, SignedRound round, int place, ModelUpdate update, int threads)
    {
        RoundPerturbation perturbation = protection.Perturbation(round, place);
        return Kind switch
        {
            AdversaryKind.FreeRider => perturbation.Perturb(Noise(update, FreeRiderNorm * protection.Noise.ClippingNorm), threads),
            AdversaryKind.SignFlip => Sent(perturbation, Times(update, -Boost), threads),
            _ => Sent(perturbation, Times(update, Boost), threads),
        };
    }

    private PerturbedUpdate Sent(RoundPerturbation perturbation, ModelUpdate update, int threads) =>
        Boost == 1 ? perturbation.Perturb(update, threads) : perturbation.PerturbUnbounded(update, threads);

    private static ModelUpdate Times(ModelUpdate update, double factor) =>
        new(update.Layout, [.. update.Difference.ToArray().Select(value => (float)(value * factor))], update.SampleCount);

    private ModelUpdate Noise(ModelUpdate update, double norm)
    {
        double spread = norm * Math.Sqrt(12.0 / update.Layout.ParameterCount);
        uint[] words = new uint[update.Layout.ParameterCount];
        using (AesCtrGenerator stream = PublicStream.Open(BitConverter.GetBytes(Seed), "free rider 1", 0))
        {
            stream.Fill(MemoryMarshal.AsBytes(words.AsSpan()));
        }

        float[] values = new float[update.Layout.ValueCount];
        for (int i = 0; i < words.Length; i++)
        {
            values[i] = (float)(((words[i] / (double)uint.MaxValue) - 0.5) * spread);
        }

        return new ModelUpdate(update.Layout, values, update.SampleCount);
    }
}
