using System.Globalization;

namespace FedPortal.Studies;

/// <summary>Turns typed text into values and keeps, for each field, why it could not.</summary>
internal sealed class FieldReader
{
    private readonly List<FieldProblem> _problems = [];

    public IReadOnlyList<FieldProblem> Problems => _problems;

    public void Refuse(string field, string text) => _problems.Add(new FieldProblem(field, text));

    /// <returns>The number, or <paramref name="low"/> with a problem noted.</returns>
    public int Whole(string field, string text, string name, int low, int high)
    {
        if (int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= low && value <= high)
        {
            return value;
        }

        Refuse(field, string.Create(CultureInfo.InvariantCulture, $"{name} must be a whole number from {low} to {high}, but is '{text.Trim()}'."));
        return low;
    }

    /// <returns>The number, or null where the field is empty.</returns>
    public int? OptionalWhole(string field, string text, string name, int low, int high) =>
        string.IsNullOrWhiteSpace(text) ? null : Whole(field, text, name, low, high);

    /// <returns>The number, or <paramref name="otherwise"/> with a problem noted.</returns>
    public double Number(string field, string text, string name, double low, double high, double otherwise)
    {
        if (double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= low && value <= high)
        {
            return value;
        }

        Refuse(field, string.Create(CultureInfo.InvariantCulture, $"{name} must be a number from {low:0.###############} to {high:0.###}, with a point, but is '{text.Trim()}'."));
        return otherwise;
    }

    public double? OptionalNumber(string field, string text, string name, double low, double high) =>
        string.IsNullOrWhiteSpace(text) ? null : Number(field, text, name, low, high, low);

    public T Choice<T>(string field, string text, string name)
        where T : struct, Enum
    {
        if (Enum.TryParse(text, out T value) && Enum.IsDefined(value))
        {
            return value;
        }

        Refuse(field, $"{name} must be one of {string.Join(", ", Enum.GetNames<T>())}, but is '{text}'.");
        return default;
    }
}
