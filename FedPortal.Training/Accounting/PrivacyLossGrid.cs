using FedPortal.Training.Accounting.Distributions;

namespace FedPortal.Training.Accounting;

/// <summary>Collects the privacy loss of one release on an even grid.</summary>
internal sealed class PrivacyLossGrid
{
    private readonly double _step;
    private readonly int _first;
    private readonly double[] _masses;
    private double _infinite;

    public PrivacyLossGrid(double step, double lowest, double highest)
    {
        _step = step;
        _first = (int)Math.Floor(lowest / step);
        _masses = new double[(int)Math.Ceiling(highest / step) - _first + 2];
    }

    public int First => _first;

    public int Count => _masses.Length;

    /// <summary>An outcome of probability <paramref name="mass"/> under P with one exact loss.</summary>
    public void AddAtom(double loss, double mass)
    {
        int below = (int)Math.Floor(loss / _step);
        double upper = mass * -LogSpace.ExpMinusOne((below * _step) - loss) / -LogSpace.ExpMinusOne(-_step);
        AddBetween(below, mass, upper);
    }

    /// <summary>All outcomes with a loss between two neighbouring grid points.</summary>
    /// <param name="below">Index of the lower grid point.</param>
    /// <param name="massP">Their probability under P.</param>
    /// <param name="massQ">Their probability under Q.</param>
    public void AddInterval(int below, double massP, double massQ)
    {
        double upper = (massP - (massQ * Math.Exp(below * _step))) / -LogSpace.ExpMinusOne(-_step);
        AddBetween(below, massP, upper);
    }

    public void AddAt(int index, double mass) => _masses[index - _first] += mass;

    public void AddInfinite(double mass) => _infinite += mass;

    public PrivacyLossDistribution Build() => new(_step, _first, _masses, _infinite);

    private void AddBetween(int below, double mass, double upper)
    {
        double moved = Math.Clamp(upper, 0, mass);
        _masses[below - _first] += mass - moved;
        _masses[below - _first + 1] += moved;
    }
}
