using FedPortal.Encryption.Ckks;
using FedPortal.Encryption.SecureAggregation.Advice;
using FedPortal.Encryption.SecureAggregation.Parameters;
using FedPortal.Training.Accounting;
using FedPortal.Training.Compression;
using FedPortal.Training.Learning;
using FedPortal.Training.Protection;
using FedPortal.Training.Submission;

namespace FedPortal.Studies;

/// <summary>Works a study's flight plan out of its settings, its roster and what was measured. The same code serves the wizard, field by field, and the plan that is signed.</summary>
public static class StudyForecaster
{
    private const int SketchValueBytes = 8;

    /// <param name="design">May still have problems; what they make impossible is left out with the reason.</param>
    /// <param name="roster">The chosen institutions, as far as they have a data set.</param>
    /// <param name="classes">Held-out images of each class over the whole roster.</param>
    /// <param name="figures">What earlier rounds took.</param>
    /// <param name="measure">Speed of this machine with a set, or null where it is not measured.</param>
    public static StudyForecast Make(
        StudyDesign design, IReadOnlyList<PlannedSeat> roster, IReadOnlyDictionary<string, int> classes, StageFigures figures, Func<ParameterSet, MachineSpeed?> measure)
    {
        bool isProtected = design.Strategy.IsProtected();
        var network = new PlannedNetwork(NetworkSize.ValueCount(design.Model with { ClassCount = Math.Max(2, design.Classes.Count) }), "from the network's structure");
        long travelling = isProtected ? Travelling(design, network.ValueCount) : network.ValueCount;
        var forecast = new StudyForecast { Network = network, Evidence = EvidenceOf(classes) };
        forecast = isProtected ? WithProtection(forecast, design, roster, (int)travelling, measure) : forecast with
        {
            PrivacyReason = "no noise is added, so nothing is accounted",
            EncryptionReason = "updates are added in the clear",
            Error = new PlannedError(0, 0, null, null, "Updates are added as 32-bit numbers: only their rounding, about one part in ten million."),
        };
        SetAdvice? chosen = forecast.Sets.FirstOrDefault(set => set.Fit.Set.Name == forecast.Encryption?.Set);
        return forecast with
        {
            Traffic = TrafficOf(design, isProtected, network.ValueCount, chosen),
            Stages = StageForecast.Of(design, isProtected, roster, travelling, figures, chosen),
        };
    }

    private static StudyForecast WithProtection(StudyForecast forecast, StudyDesign design, IReadOnlyList<PlannedSeat> roster, int travelling, Func<ParameterSet, MachineSpeed?> measure)
    {
        int n = roster.Count;
        if (n < 3)
        {
            string few = $"A protected sum needs at least 3 institutions with data sets, but {n} are chosen.";
            return forecast with { PrivacyReason = few, EncryptionReason = few };
        }

        // Worked out with whatever set fits, so that the privacy is known even where the chosen set is refused.
        IReadOnlyList<int> weights = RoundProtection.WeightsFor(design.Encryption, [.. roster.Select(seat => (long)seat.TrainCount)]);
        RoundProtection ProtectionOf(int round) => RoundProtection.For(
            design.Privacy, design.Encryption with { ParameterSet = null, Mode = EncryptionMode.OneTimeKey }, design.Screening,
            UpdateShape.Planned(design.Model, travelling, design.Privacy.ClippingNormOf(round), design.Encryption.CoordinateLimit), weights, round);
        try
        {
            RoundProtection first = ProtectionOf(1);
            forecast = forecast with
            {
                Privacy = PrivacyForecast.Of(design.Privacy, n, design.Rounds, ProtectionOf),
                Error = ErrorOf(first, n),
            };
            return WithEncryption(forecast, design.Encryption, first.Fit.Demand, travelling, measure);
        }
        catch (ArgumentException refused)
        {
            return forecast with { PrivacyReason = forecast.Privacy is null ? refused.Message : "", EncryptionReason = refused.Message };
        }
    }

    private static StudyForecast WithEncryption(StudyForecast forecast, EncryptionProfile encryption, SumDemand demand, int travelling, Func<ParameterSet, MachineSpeed?> measure)
    {
        if (encryption.Mode == EncryptionMode.SealCompatible)
        {
            return forecast with { EncryptionReason = SealProblem(encryption, demand) ?? SealVerdict(encryption, demand) };
        }

        IReadOnlyList<SetAdvice> sets = [.. ParameterAdvisor.Advise(new AdviceRequest(travelling, demand, encryption.SecurityLevel), set => measure(set) ?? new MachineSpeed(double.NaN, double.NaN, double.NaN))
            .Select(WithoutUnmeasured)];
        SetAdvice chosen = encryption.ParameterSet is { } name ? sets.First(set => set.Fit.Set.Name == name) : sets[0];
        return chosen.Fit.Fits
            ? forecast with { Sets = sets, Encryption = SetPlan(encryption, chosen, demand.Institutions) }
            : forecast with { Sets = sets, EncryptionReason = string.Join(" ", chosen.Fit.Refusals) };
    }

    private static PlannedError ErrorOf(RoundProtection protection, int n)
    {
        LatticeNoise noise = protection.Noise;
        double weights = protection.Weights.Sum();
        double squares = Math.Sqrt(protection.Weights.Sum(weight => (double)weight * weight));
        double quantisation = protection.QuantisationStep / Math.Sqrt(6) * squares / weights;
        double added = Math.Sqrt(n * noise.LocalVariance) * protection.QuantisationStep / weights;
        double signal = noise.NoiseMultiplier > 0 ? weights / (noise.LargestWeight * noise.NoiseMultiplier * Math.Sqrt(noise.Dimension) * Math.Sqrt((double)n / noise.Shares.SizedFor)) : 0;
        return new PlannedError(
            quantisation, added, noise.ClippingNorm, noise.NoiseMultiplier > 0 ? signal : null,
            FormattableString.Invariant($"One standard deviation. Randomised rounding to steps of L/(2^{protection.Encryption.ValueBits - 1} − 1), L = {protection.Shape.CoordinateLimit:0.###e0}: step·√(Σw²/6)/Σw. Noise: √(n·μ)·step/Σw, μ the variance each institution adds. Values beyond L are cut, which no formula foretells."));
    }

    // Of low-rank updates this is the most that can travel: how many values do depends on the network's matrices.
    private static long Travelling(StudyDesign design, long values) => design.Privacy.Regime == PrivacyRegime.PrivateHead
        ? (design.Privacy.HeadDimensions + 1L) * Math.Max(2, design.Classes.Count)
        : design.Encryption.Compression.Kind switch
        {
            CompressionKind.RandomMask or CompressionKind.PublicTopK => Math.Max(1, (long)Math.Ceiling(design.Encryption.Compression.Fraction * values)),
            CompressionKind.HeadOnly => (NetworkSize.FeaturesOf(design.Architecture) + 1L) * Math.Max(2, design.Classes.Count),
            _ => values,
        };

    private static string? SealProblem(EncryptionProfile encryption, SumDemand demand)
    {
        try
        {
            _ = CkksParameters.Create(encryption.SealDegree, encryption.SealModulusBits, (SecurityLevel)encryption.SecurityLevel);
        }
        catch (ArgumentException refused)
        {
            return refused.Message;
        }

        int needed = encryption.SealScaleBits + demand.NeededLaneBits + 1;
        int data = DataBits(encryption);
        return needed > data
            ? $"A sum of {demand.NeededLaneBits} bits at a scale of 2^{encryption.SealScaleBits} needs {needed} bits, but the modulus without SEAL's special prime has {data}."
            : null;
    }

    private static PlannedEncryption SetPlan(EncryptionProfile encryption, SetAdvice advice, int n)
    {
        ParameterSet set = advice.Fit.Set;
        return new PlannedEncryption(
            encryption.Mode.ToString(), set.Name, set.Degree, set.ModulusBits, advice.AllowedModulusBits, System.Numerics.BigInteger.Log(set.Delta, 2), set.Lanes, set.LaneBits,
            encryption.ValueBits, encryption.ThresholdFor(n), advice.Fit.MarginBits, advice.SecurityEstimateBits);
    }

    // Institutions send one-time-key ciphertexts only: nothing else would be said silently in its place.
    private static string SealVerdict(EncryptionProfile encryption, SumDemand demand) =>
        $"These SEAL parameters would carry the sum with a margin of {DataBits(encryption) - encryption.SealScaleBits - demand.NeededLaneBits - 1} bits, in {SealBytes(encryption)} bytes a block, "
        + "but rounds run with one-time keys only. The SEAL form is there for the command 'ckks' and for comparisons.";

    // SEAL's last prime is for keys only.
    private static int DataBits(EncryptionProfile encryption) => encryption.SealModulusBits.Take(encryption.SealModulusBits.Count - 1).Sum();

    private static PlannedTraffic TrafficOf(StudyDesign design, bool isProtected, long values, SetAdvice? set)
    {
        long model = 4 * values;
        return isProtected
            ? new PlannedTraffic(set?.UpdateBytes ?? 0, design.Screening.Sketch.Dimensions * SketchValueBytes, set?.ShareBytes ?? 0, model, 2)
            : new PlannedTraffic(model, 0, 0, model, 2);
    }

    // A seeded ciphertext holds one polynomial of N coefficients over all data primes, eight bytes a residue.
    private static long SealBytes(EncryptionProfile encryption) => encryption.SealDegree * 8L * (encryption.SealModulusBits.Count - 1);

    private static PlannedEvidence EvidenceOf(IReadOnlyDictionary<string, int> classes)
    {
        int images = classes.Values.Sum();
        (string? rarest, int count) = classes.Count == 0 ? (null, 0) : classes.Select(c => (c.Key, c.Value)).MinBy(c => c.Value);
        return new PlannedEvidence(
            images, DetectableEffect.AccuracyDifference(images), rarest, count, DetectableEffect.AurocAboveChance(count, images - count), DetectableEffect.Formula);
    }

    private static SetAdvice WithoutUnmeasured(SetAdvice advice) => advice with
    {
        ProtectSeconds = Known(advice.ProtectSeconds),
        SumSeconds = Known(advice.SumSeconds),
        DecryptSeconds = Known(advice.DecryptSeconds),
    };

    private static double? Known(double? seconds) => seconds is { } value && double.IsFinite(value) ? value : null;
}
