namespace FedPortal.Datasets;

/// <summary>How many images of one class a data set holds.</summary>
public sealed record ClassCount(string Class, int Train, int Holdout)
{
    public int Total => Train + Holdout;

    /// <summary>Training images of all classes together.</summary>
    public static int TrainOf(IReadOnlyList<ClassCount> classes) => classes.Sum(c => c.Train);

    /// <summary>Held-out images of all classes together.</summary>
    public static int HoldoutOf(IReadOnlyList<ClassCount> classes) => classes.Sum(c => c.Holdout);
}
