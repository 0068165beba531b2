using FedPortal.Training.Aggregation;
using FedPortal.Training.Models;

namespace FedPortal.Training.Learning;

/// <summary>The server's half of a strategy. Part of the signed study.</summary>
public sealed record ServerOptimizerOptions
{
    /// <summary>η of the server: factor of the mean update (FedAvg) or length of an Adam step (FedAdam). Above 0.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Over the rounds of the study.</summary>
    public LearningRateSchedule Schedule { get; init; } = LearningRateSchedule.Constant;

    /// <summary>Rounds of the study, at least 1; the schedule runs over them.</summary>
    public required int Rounds { get; init; }

    /// <summary>Decay of FedAdam's first moment, in [0, 1).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of FedAdam's second moment, in [0, 1).</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <summary>τ of FedAdam, above 0: how small a typical update may be before it counts as noise.</summary>
    public double Adaptivity { get; init; } = 1e-3;

    /// <summary>The usual values: 1 for the plain mean, 0.01 for FedAdam.</summary>
    public static ServerOptimizerOptions For(FederatedStrategy strategy, int rounds) =>
        new() { LearningRate = strategy.Base() == StrategyBase.FedAdam ? 0.01 : 1, Rounds = rounds };
}

/// <summary>
/// Makes version n + 1 of the global model from version n and the aggregated update of round n + 1. It acts on the trained parameters;
/// running statistics (buffers) always move by the plain mean, because a step on a variance could make it negative.
/// </summary>
public abstract class ServerOptimizer
{
    private protected ServerOptimizer(ServerOptimizerOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.LearningRate);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Rounds, 1);
        Options = options;
    }

    public ServerOptimizerOptions Options { get; }

    public static ServerOptimizer Create(FederatedStrategy strategy, ServerOptimizerOptions options) =>
        strategy.Base() == StrategyBase.FedAdam ? new FedAdam(options) : new FedAvg(options);

    /// <exception cref="ArgumentException">The layouts differ, or the study has no further round.</exception>
    public GlobalModel Apply(GlobalModel model, AggregatedUpdate update)
    {
        if (model.Layout.Hash != update.Layout.Hash)
        {
            throw new ArgumentException($"The update has layout {update.Layout.Hash} but the model has {model.Layout.Hash}.", nameof(update));
        }

        if (model.Version >= Options.Rounds)
        {
            throw new ArgumentException($"The study has {Options.Rounds} rounds and the model is already version {model.Version}.", nameof(model));
        }

        float[] next = new float[model.Layout.ValueCount];
        ReadOnlySpan<float> old = model.Values.Span;
        ReadOnlySpan<float> difference = update.Difference.Span;
        int parameters = model.Layout.ParameterCount;
        double rate = Options.LearningRate * LearningRates.Factor(Options.Schedule, model.Version, Options.Rounds);
        Step(model.Layout, old[..parameters], difference[..parameters], next.AsSpan(0, parameters), rate);
        for (int i = parameters; i < next.Length; i++)
        {
            next[i] = (float)((double)old[i] + difference[i]);
        }

        return new GlobalModel(model.Layout, model.Version + 1, next);
    }

    /// <summary>Writes what a restart needs besides the model. Nothing, unless the strategy has memory.</summary>
    public virtual void SaveState(Stream destination)
    {
    }

    /// <summary>Reads what <see cref="SaveState"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The bytes are not this strategy's state for this layout; the message says why.</exception>
    public virtual void LoadState(Stream source, ModelLayout layout)
    {
    }

    private protected abstract void Step(ModelLayout layout, ReadOnlySpan<float> old, ReadOnlySpan<float> difference, Span<float> next, double rate);
}
