namespace FedPortal.Training.Comparison;

/// <summary>Everything that one run of one method came to. Every number was measured in that run.</summary>
public sealed record MethodResult
{
    /// <summary>One of <see cref="ComparedMethods.Names"/>.</summary>
    public required string Method { get; init; }

    /// <summary>Of first model, order and augmentation.</summary>
    public required int Seed { get; init; }

    /// <summary>The network, by its name on the command line.</summary>
    public required string Network { get; init; }

    /// <summary>Values of the network.</summary>
    public required int Values { get; init; }

    /// <summary>Any image is a phantom.</summary>
    public required bool IsSynthetic { get; init; }

    /// <summary>SHA-256, hex, of the held-out images and their labels: equal for all methods of a comparison.</summary>
    public required string HoldoutHash { get; init; }

    /// <summary>Over the hold-outs of all institutions.</summary>
    public required ComparedFigure Accuracy { get; init; }

    /// <summary>Macro, over the hold-outs of all institutions.</summary>
    public required ComparedFigure Auroc { get; init; }

    public required IReadOnlyList<SiteResult> Sites { get; init; }

    public required MethodTraffic Traffic { get; init; }

    /// <summary>Rounds of training; a method that works in one go has one.</summary>
    public required int Rounds { get; init; }

    /// <summary>On the clock, of all rounds, without preparing images and without evaluation.</summary>
    public required double Seconds { get; init; }

    /// <summary>Processor time of all processes over the same rounds.</summary>
    public required double CpuSeconds { get; init; }

    public required MeasuredPrivacy Privacy { get; init; }

    /// <summary>What a reader must know about this run, in words: settings that the method chooses for itself.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    public double SecondsPerRound => Seconds / Math.Max(1, Rounds);
}

/// <summary>One institution's own hold-out.</summary>
/// <param name="Site">As shown.</param>
/// <param name="TrainImages">Training images.</param>
/// <param name="Accuracy">On its hold-out.</param>
/// <param name="Auroc">On its hold-out; without a value where a class is missing in it.</param>
public sealed record SiteResult(string Site, int TrainImages, ComparedFigure Accuracy, ComparedFigure Auroc);

/// <summary>Bytes over the whole study, counted from the files and messages that were handed over.</summary>
/// <param name="UpPerSite">Mean of what an institution sent.</param>
/// <param name="DownPerSite">Mean of what an institution received.</param>
/// <param name="Total">Sent by anybody; everything is counted once.</param>
public sealed record MethodTraffic(long UpPerSite, long DownPerSite, long Total);

/// <summary>What the trained model gives away, measured, and what a mechanism promises.</summary>
/// <param name="Attacked">Which model was attacked, in words.</param>
/// <param name="Auc">Of the loss-threshold attack, training images against hold-out; ½ is guessing. Null when there were too few patients.</param>
/// <param name="Advantage">How much better than guessing, from −1 to 1.</param>
/// <param name="Members">Patients that were trained on.</param>
/// <param name="NonMembers">Patients of the hold-outs.</param>
/// <param name="Epsilon">ε of the published sum after all rounds where a mechanism gives one, else null.</param>
/// <param name="Delta">δ of <paramref name="Epsilon"/>.</param>
/// <param name="EpsilonWords">The same in words, with unit: what the accountant says, or "no ε".</param>
public sealed record MeasuredPrivacy(
    string Attacked, ComparedFigure? Auc, ComparedFigure? Advantage, int Members, int NonMembers, double? Epsilon, double? Delta, string EpsilonWords);
