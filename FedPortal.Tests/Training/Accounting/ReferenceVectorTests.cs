using FedPortal.Tests.Support;
using FedPortal.Training.Accounting;
using Xunit;

namespace FedPortal.Tests.Training.Accounting;

/// <summary>Every row of the reference numbers, from an independent accountant, within the tolerance of the row.</summary>
public class ReferenceVectorTests
{
    public static TheoryData<string> Ids => [.. Enumerable.Range(1, 117).Select(number => $"V{number:000}").Where(id => !Absent.Contains(id))];

    // Numbers that the file does not use.
    private static readonly HashSet<string> Absent = [.. new[]
    {
        4, 5, 8, 9, 10, 11, 13, 15, 17, 20, 21, 22, 27, 28, 31, 32, 34, 36, 37, 38, 40, 43, 44, 46, 48, 53, 54, 55, 57, 61, 63, 64, 66, 68, 69, 72, 73,
        76, 80, 81, 82, 85, 86, 89, 91, 93, 94, 95, 98, 99, 102, 104, 105, 108, 110, 111, 114, 116,
    }.Select(number => $"V{number:000}")];

    [Theory]
    [MemberData(nameof(Ids))]
    public void TheAccountantGivesTheReferenceValue(string id)
    {
        ReferenceVector row = All().Single(vector => vector.Id == id);

        double actual = Compute(row);

        Assert.True(
            actual == row.Expected || Math.Abs(actual - row.Expected) <= row.Tolerance,
            $"{id} {row.Family}: expected {row.Expected:R} ± {row.Tolerance:g3} but got {actual:R}.");
    }

    [Fact]
    public void EveryRowOfTheFileIsACase() => Assert.Equal(Ids.Select(row => row.Data), All().Select(row => row.Id));

    private static IReadOnlyList<ReferenceVector> All() => ReferenceVector.Read(SharedData.Require("vectors/privacy/vectors.csv"));

    private static double Compute(ReferenceVector row) => row.Family switch
    {
        "gauss_exact" => GaussianPrivacy.ExactEpsilon(row.Delta, row["sensitivity"], row["sigma"], row.Rounds),
        "gauss_inverse" => GaussianPrivacy.ExactSigma(row["target_epsilon"], row.Delta, row["sensitivity"], row.Rounds),
        "gauss_rdp" => Epsilon(row, new GaussianMechanism(row["sensitivity"], row["sigma"]).Cost(RenyiOrders.Standard)),
        "schedule" => Schedule(row),
        "sgm_rdp_int" => Epsilon(row, new GaussianMechanism(1, row["sigma"]).Cost(RenyiOrders.Standard, row.SamplingRate)),
        "sgm_rdp_published" => Published(row),
        "sgm_pld" => PrivacyLoss.SubsampledGaussianEpsilon(row["sigma"], row.SamplingRate, row.Rounds, row.Delta),
        "skellam_pld" or "skellam_pld_sub" =>
            PrivacyLoss.SkellamEpsilon(row["variance_mu"], (int)row["shift"], row.SamplingRate, row.Rounds, row.Delta),
        "skellam_rdp" => SkellamPrivacy.Renyi(row["alpha"], row["l1"], row["l2"], row["variance_mu"]),
        "skellam_rdp_exact" => SkellamPrivacy.ExactRenyi(row["alpha"], (int)row["shift"], row["variance_mu"]),
        "skellam_pipeline" => Pipeline(row),
        "skellam_subsampled_zw5" => SubsampledSkellam(row, Subsampling.General),
        "skellam_subsampled_sym" => SubsampledSkellam(row, Subsampling.Symmetric),
        "centred_poisson" => CentredPoissonPrivacy.Epsilon(row.Delta, row["lambda"], (int)row["shift"]),
        "centred_poisson_delta" => CentredPoissonPrivacy.Delta(row["epsilon"], row["lambda"]),
        "centred_poisson_floor" => CentredPoissonPrivacy.DeltaFloor(row["lambda"], row["m"]),
        "negative" => Negative(row),
        "poisson_channel_rdp" => OffsetPoissonPrivacy.ExactRenyi(row["alpha"], row["rate_p"], row["rate_q"]),
        "poisson_channel_eps" => Epsilon(row, new OffsetPoissonMechanism(row["l2"], row["linf"], row["lambda_min"]).Cost(RenyiOrders.Standard)),
        "rounded_norm" => RoundedNorm.L2Bound(row["scaled_norm"], row["dim"], row["beta"]),
        "adaptive_clip" => AdaptiveClipping.UpdateNoiseMultiplier(row["z_total"], row["sigma_b"]),
        "filter" => new PrivacyFilter("study", row["epsilon_cap"], row.Delta, RenyiOrders.Standard)
            .RemainingReleases(new GaussianMechanism(row["sensitivity"], row["sigma"]).Cost(RenyiOrders.Standard)),
        "one_run_audit" => OneRunAudit.EpsilonLowerBound((int)row["m"], (int)row["guesses_r"], (int)row["correct_v"], row.Delta, row["p"]),
        "unit" => Epsilon(
            row,
            new GaussianMechanism(row["images_per_patient_max"] * row["sensitivity_per_image"], row["sigma"]).Cost(RenyiOrders.Standard)),
        _ => throw new NotSupportedException($"No case for the family {row.Family}."),
    };

    private static double Epsilon(ReferenceVector row, PrivacyCost each) =>
        PrivacyStatement.For(each.Repeat(row.Rounds), row.Delta) is EpsilonStatement known ? known.Epsilon : double.PositiveInfinity;

    private static double Schedule(ReferenceVector row)
    {
        double[] sigmas = row.Array("sigma_schedule");
        var schedule = new NoiseSchedule(sigmas, [.. sigmas.Select(_ => 1.0)]);
        PrivacyCost total = schedule.Cost((z, clip) => new GaussianMechanism(clip, z).Cost(RenyiOrders.Standard));
        return Assert.IsType<EpsilonStatement>(PrivacyStatement.For(total, row.Delta)).Epsilon;
    }

    private static double Published(ReferenceVector row) =>
        RenyiCurve.From(RenyiOrders.Tutorial, order => GaussianPrivacy.SubsampledRenyi(order, row["sigma"], row.SamplingRate))
            .Repeat(row.Rounds).ToEpsilon(row.Delta, RenyiConversion.Mironov).Epsilon;

    private static double Pipeline(ReferenceVector row)
    {
        int institutions = (int)row["clients_n"];
        var noise = new LatticeNoise((int)row["dim"], 1, row["scaled_clip_sC"], row["noise_multiplier_z_wrt_C"], new NoiseShares(institutions))
        {
            Beta = row["beta"],
        };
        return Epsilon(row, noise.Release().Cost((int)row["noise_contributors_k"], RenyiOrders.Standard));
    }

    private static double SubsampledSkellam(ReferenceVector row, Func<double, double, Func<double, double>, double> amplify)
    {
        var noise = new LatticeNoise((int)row["dim"], 1, row["scaled_clip_sC"], row["noise_multiplier_z_wrt_C"], new NoiseShares(1)) { Beta = row["beta"] };
        double Divergence(double order) => SkellamPrivacy.Renyi(order, noise.L1, noise.L2, noise.TotalVariance);
        return RenyiCurve.From(RenyiOrders.IntegersOnly, order => amplify(order, row.SamplingRate, Divergence))
            .Repeat(row.Rounds).ToEpsilon(row.Delta).Epsilon;
    }

    private static double Negative(ReferenceVector row) => row.Has("quantised")
        ? Epsilon(row, new CentredPoissonRealMechanism(row["lambda"], row["scale"]).Cost(RenyiOrders.Standard))
        : GaussianPrivacy.ExactEpsilon(row.Delta, row["sensitivity"], row["sigma"]);
}
