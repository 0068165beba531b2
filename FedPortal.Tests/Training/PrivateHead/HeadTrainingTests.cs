using FedPortal.Training.Accounting;
using FedPortal.Training.Perturbation;
using FedPortal.Training.PrivateHead;
using Xunit;

namespace FedPortal.Tests.Training.PrivateHead;

/// <summary>The head's mathematics against a second calculation, and whole trainings.</summary>
public class HeadTrainingTests
{
    [Fact]
    public void Gradient_EqualsTheSlopeOfTheLoss()
    {
        // Central differences of a loss written down here, in double.
        FeatureSet features = HeadSamples.Features(patients: 4, dimension: 5, classes: 3, seed: 9, imagesEach: 3);
        float[] values = [.. Enumerable.Range(0, 18).Select(i => MathF.Sin(i))];
        var head = new LinearHead(5, 3, values);
        (_, int[] images) = features.Patients[2];
        float[] gradient = new float[18];

        head.PatientGradient(features, images, gradient);

        for (int i = 0; i < values.Length; i++)
        {
            double[] above = [.. values.Select((value, j) => value + (j == i ? 1e-5 : 0))], below = [.. values.Select((value, j) => value - (j == i ? 1e-5 : 0))];
            Assert.Equal((Loss(above, features, images) - Loss(below, features, images)) / 2e-5, gradient[i], 1e-6);
        }
    }

    [Fact]
    public void PlainTraining_EqualsAnIndependentLogisticRegression()
    {
        FeatureSet[] sites = [HeadSamples.Features(10, 5, 3, seed: 1), HeadSamples.Features(14, 5, 3, seed: 2, imagesEach: 2, prefix: "q")];
        PrivateHeadPlan plan = HeadSamples.Plan(5, 3, 24, new NoiseShares(2)) with { Rounds = 15, LearningRate = 1.5, Momentum = 0.4, WeightDecay = 0.01 };

        var head = HeadTraining.Plain(sites, plan);

        double[] w = new double[18], v = new double[18];
        for (int step = 0; step < 15; step++)
        {
            double[] g = new double[18];
            foreach (FeatureSet site in sites)
            {
                foreach ((_, int[] images) in site.Patients)
                {
                    for (int i = 0; i < 18; i++)
                    {
                        g[i] += Slope(w, site, images, i) / 24;
                    }
                }
            }

            for (int i = 0; i < 18; i++)
            {
                v[i] = (0.4 * v[i]) + g[i];
                w[i] -= 1.5 * (v[i] + (i < 15 ? 0.01 * w[i] : 0));
            }
        }

        Assert.Equal(w, [.. head.Values.ToArray().Select(value => (double)value)], (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void AtEpsilonFour_FiveInstitutionsStillLearn_AndThePlanRecomputes()
    {
        FeatureSet[] sites = [.. Enumerable.Range(0, 5).Select(site => HeadSamples.Features(30, 8, 3, seed: site, prefix: $"s{site}-"))];
        PrivateHeadPlan plan = (HeadSamples.Plan(8, 3, 150, new NoiseShares(5, 0, 1)) with { Rounds = 15, SamplingRate = 0.5 }).WithNoiseFor(4);
        using RandomWords words = HeadSamples.Words(5);
        var rounds = new List<HeadRound>();

        var head = HeadTraining.Private(sites, plan, words, released: rounds.Add, ct: TestContext.Current.CancellationToken);

        Assert.Equal(15, rounds.Count);
        Assert.True(HeadSamples.Accuracy(head, FeatureSet.Concat(sites)) > 0.8);

        // The same plan is found again from (ε, δ, rounds, q), it just keeps its promise, and every round is charged as planned.
        Assert.Equal(plan, (plan with { NoiseMultiplier = 0 }).WithNoiseFor(4));
        var colluders = (EpsilonStatement)plan.Statement(PrivacyView.Colluders, 15, 5);
        Assert.InRange(colluders.Epsilon, 3.999, 4);
        Assert.All(rounds, round => Assert.All(round.Contributions, contribution => Assert.Equal(plan.Release, contribution.Release)));
        var accountant = new PrivacyAccountant(plan.Shares, RenyiOrders.Standard, plan.Delta);
        rounds.ForEach(round => accountant.Add(round.Contributions[0].Release, 5));
        Assert.Equal(colluders.Epsilon, ((EpsilonStatement)accountant.Statement(PrivacyView.Colluders)).Epsilon, 1e-9);
        Assert.True(((EpsilonStatement)accountant.Statement(PrivacyView.SingleUpdate)).Epsilon > 5);
    }

    [Fact]
    public void TheStep_DividesByTheExpectedNumber_NotByWhoWasDrawn()
    {
        PrivateHeadPlan plan = HeadSamples.Plan(2, 2, 40, new NoiseShares(2)) with { SamplingRate = 0.25, LearningRate = 0.5, Momentum = 0 };
        var server = new HeadServer(plan);
        long units = (long)plan.ScaledClip;

        LinearHead head = server.Apply([units, 0, 0, 0, 0, -units]);

        Assert.Equal(-0.05f, head.Values.Span[0], 6);
        Assert.Equal(0.05f, head.Values.Span[5], 6);
        Assert.Equal(1, server.Round);
    }

    [Fact]
    public void APlanThatMakesNoSense_SaysSo()
    {
        PrivateHeadPlan plan = HeadSamples.Plan(4, 1, 0, new NoiseShares(2, 1, 1)) with { SamplingRate = 0, Momentum = 1 };

        Assert.Equal(5, plan.Problems().Count);
        Assert.Throws<ArgumentException>(() => plan.Checked());
    }

    private static double Loss(double[] w, FeatureSet features, int[] images) => images.Average(image =>
    {
        double[] logits = Logits(w, features, image);
        return Math.Log(logits.Sum(Math.Exp)) - logits[features.Labels[image]];
    });

    private static double Slope(double[] w, FeatureSet features, int[] images, int index) => images.Average(image =>
    {
        double[] logits = Logits(w, features, image);
        int c = index < 15 ? index / 5 : index - 15;
        double p = Math.Exp(logits[c]) / logits.Sum(Math.Exp);
        return (p - (features.Labels[image] == c ? 1 : 0)) * (index < 15 ? features.Of(image)[index % 5] : 1);
    });

    private static double[] Logits(double[] w, FeatureSet features, int image)
    {
        float[] x = features.Of(image).ToArray();
        return [.. Enumerable.Range(0, 3).Select(c => w[15 + c] + x.Select((value, i) => w[(c * 5) + i] * value).Sum())];
    }
}
