namespace FedPortal.Datasets;

/// <summary>How many images of one class a data set holds.</summary>
public sealed record ClassCount(string Class, int Train, int Holdout)
{
    public int Total => Train + Holdout;
}
