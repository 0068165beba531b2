using FedPortal.Training.Aggregation;
using FedPortal.Training.Learning;
using FedPortal.Training.Models;
using Xunit;

namespace FedPortal.Tests.Training.Learning;

public class ServerOptimizerTests
{
    private static readonly ModelLayout Layout = SmallLayout.Of(parameters: 2, buffers: 1);

    [Fact]
    public void FedAvg_AddsTheMeanTimesTheServerRate_ButMovesBuffersByThePlainMean()
    {
        var optimizer = ServerOptimizer.Create(FederatedStrategy.PlainFedAvg, new ServerOptimizerOptions { LearningRate = 0.5, Rounds = 3 });

        GlobalModel next = optimizer.Apply(new GlobalModel(Layout, 0, [1, 2, 3]), new AggregatedUpdate(Layout, [4, -8, -2], 10, 2));

        Assert.Equal([3f, -2f, 1f], next.Values.ToArray());
        Assert.Equal(1, next.Version);
    }

    [Fact]
    public void FedAdam_TwoRounds_MatchesNumbersWorkedOutByHand()
    {
        var optimizer = new FedAdam(new ServerOptimizerOptions { LearningRate = 0.1, Rounds = 5, Beta1 = 0.9, Beta2 = 0.99, Adaptivity = 0.001 });

        GlobalModel first = optimizer.Apply(new GlobalModel(Layout, 0, [1, 0, 2]), new AggregatedUpdate(Layout, [0.1f, -0.01f, 0.5f], 10, 2));
        GlobalModel second = optimizer.Apply(first, new AggregatedUpdate(Layout, [0.2f, 0.03f, 0.5f], 10, 2));

        // Round 1, first value: m = 0.1·0.1 = 0.01; v = 0.99e-6 + 0.01·0.01 = 1.0099e-4; 0.1·0.01/(0.01004938 + 0.001) = 0.0905029.
        // Round 1, second value: m = −0.001; v = 0.99e-6 + 1e-6 = 1.99e-6; 0.1·0.001/(0.00141067 + 0.001) = 0.0414822.
        // Round 2, first value: m = 0.9·0.01 + 0.02 = 0.029; v = 0.99·1.0099e-4 + 0.01·0.04 = 4.999801e-4; 0.0029/(0.02236023 + 0.001) = 0.1241426.
        // Round 2, second value: m = −0.0009 + 0.003 = 0.0021; v = 0.99·1.99e-6 + 0.01·0.0009 = 1.09701e-5; 0.00021/(0.00331211 + 0.001) = 0.0487000.
        AssertNear([1.0905029, -0.0414822, 2.5], first.Values.Span, 2e-7);
        AssertNear([1.2146454, 0.0072178, 3.0], second.Values.Span, 4e-7);
    }

    [Fact]
    public void FedAdam_RestartedFromItsState_GoesOnAsIfNothingHappened()
    {
        var options = new ServerOptimizerOptions { LearningRate = 0.1, Rounds = 5 };
        var unbroken = new FedAdam(options);
        var update = new AggregatedUpdate(Layout, [0.1f, -0.01f, 0.5f], 10, 2);
        GlobalModel first = unbroken.Apply(new GlobalModel(Layout, 0, [1, 0, 2]), update);
        var stored = new MemoryStream();
        unbroken.SaveState(stored);
        stored.Position = 0;

        var restarted = new FedAdam(options);
        restarted.LoadState(stored, Layout);

        Assert.Equal(unbroken.Apply(first, update).Values.ToArray(), restarted.Apply(first, update).Values.ToArray());
    }

    [Fact]
    public void FedAdam_StateBeforeTheFirstRound_IsEmptyAndLoads()
    {
        var stored = new MemoryStream();
        new FedAdam(new ServerOptimizerOptions { LearningRate = 0.1, Rounds = 5 }).SaveState(stored);

        Assert.Equal(0, stored.Length);
        new FedAdam(new ServerOptimizerOptions { LearningRate = 0.1, Rounds = 5 }).LoadState(stored, Layout);
    }

    [Theory]
    [InlineData(0, 1, "begin with FPADAM01")]
    [InlineData(8, 1, "has layout")]
    [InlineData(72, 1, "parameters but the model has 2")]
    [InlineData(79, 0x7F, "first moment 0")]
    [InlineData(87, 0x80, "negative second moment")]
    public void FedAdam_DamagedState_IsRefusedWithTheReason(int at, byte value, string reason)
    {
        byte[] state = StateAfterOneRound();
        state[at] = value == 0x7F ? (byte)0x7F : (byte)(state[at] ^ value);
        if (value == 0x7F)
        {
            state[at - 1] = 0x80;
        }

        var error = Assert.Throws<InvalidDataException>(() => Load(state));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FedAdam_ShortOrLongState_IsRefused()
    {
        byte[] state = StateAfterOneRound();

        Assert.Contains("but got 7", Assert.Throws<InvalidDataException>(() => Load(state[..^1])).Message, StringComparison.Ordinal);
        Assert.Contains("goes on", Assert.Throws<InvalidDataException>(() => Load([.. state, 0])).Message, StringComparison.Ordinal);
        Assert.Contains("whole header", Assert.Throws<InvalidDataException>(() => Load(state[..40])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Schedule_RunsOverTheRounds()
    {
        var options = new ServerOptimizerOptions { LearningRate = 1, Rounds = 4, Schedule = LearningRateSchedule.Step };
        var optimizer = new FedAvg(options);
        var update = new AggregatedUpdate(Layout, [1, 1, 0], 10, 2);
        var moves = new List<double>();
        var model = new GlobalModel(Layout, 0, [0, 0, 0]);
        for (int round = 0; round < 4; round++)
        {
            GlobalModel next = optimizer.Apply(model, update);
            moves.Add(next.Values.Span[0] - model.Values.Span[0]);
            model = next;
        }

        AssertNear([1, 1, 0.1, 0.01], [.. moves.Select(move => (float)move)], 1e-6);
        Assert.Throws<ArgumentException>(() => optimizer.Apply(model, update));
    }

    [Fact]
    public void Apply_UpdateOfAnotherLayout_NamesBothHashes()
    {
        ModelLayout other = SmallLayout.Of(3);

        var error = Assert.Throws<ArgumentException>(() => new FedAvg(ServerOptimizerOptions.For(FederatedStrategy.PlainFedAvg, 1))
            .Apply(new GlobalModel(Layout, 0, [1, 2, 3]), new AggregatedUpdate(other, [1, 2, 3], 1, 1)));

        Assert.Contains(Layout.Hash, error.Message, StringComparison.Ordinal);
        Assert.Contains(other.Hash, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StrategyNames_AreReadAsTheyArePrinted()
    {
        foreach (FederatedStrategy strategy in Enum.GetValues<FederatedStrategy>())
        {
            Assert.Equal(strategy, FederatedStrategies.Parse(FederatedStrategies.NameOf(strategy)));
            Assert.Equal(!strategy.IsProtected(), FederatedStrategies.NameOf(strategy).StartsWith("plain-", StringComparison.Ordinal));
        }

        Assert.Throws<FormatException>(() => FederatedStrategies.Parse("FedAvg"));
    }

    private static byte[] StateAfterOneRound()
    {
        var optimizer = new FedAdam(new ServerOptimizerOptions { LearningRate = 0.1, Rounds = 5 });
        optimizer.Apply(new GlobalModel(Layout, 0, [1, 0, 2]), new AggregatedUpdate(Layout, [0.1f, -0.01f, 0.5f], 10, 2));
        var stored = new MemoryStream();
        optimizer.SaveState(stored);
        return stored.ToArray();
    }

    private static void Load(byte[] state) =>
        new FedAdam(new ServerOptimizerOptions { LearningRate = 0.1, Rounds = 5 }).LoadState(new MemoryStream(state), Layout);

    private static void AssertNear(double[] expected, ReadOnlySpan<float> actual, double bound)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(actual[i], expected[i] - bound, expected[i] + bound);
        }
    }
}
