using FedPortal.Training.Models;
using FedPortal.Training.PrivateHead;
using FedPortal.Training.Submission;

namespace FedPortal.Training.Compression;

/// <summary>
/// Which numbers of an update travel, and in what units: a public linear map from a model's difference to the vector that is clipped, rounded
/// and encrypted, the same at every institution of a round, and its way back at the portal.
/// </summary>
/// <remarks>
/// Parameters travel as they are. Running statistics (BatchNorm's) are other quantities on another scale, so they travel relative to the global
/// model's own: see <see cref="BufferUnits"/>.
/// </remarks>
public abstract class UpdateShape
{
    private protected UpdateShape(ModelLayout layout, int dimension)
    {
        Layout = layout;
        Dimension = dimension;
    }

    public ModelLayout Layout { get; }

    /// <summary>Values that travel.</summary>
    public int Dimension { get; }

    /// <summary>Largest absolute travelling value; larger ones are cut to it.</summary>
    public double CoordinateLimit { get; private set; }

    private protected BufferUnits Units { get; private set; } = BufferUnits.None;

    /// <summary>The shape of one round's updates.</summary>
    /// <param name="profile">The study's compression.</param>
    /// <param name="model">The global model that the round starts from.</param>
    /// <param name="clippingNorm">C of the round.</param>
    /// <param name="coordinateLimit">The study's, or null for 16 times the mean coordinate of a vector of norm C.</param>
    /// <param name="seed">The round's public seed.</param>
    /// <param name="lastChange">Top-k: the global model's move in the round before, or null in the first.</param>
    public static UpdateShape For(
        CompressionProfile profile, GlobalModel model, double clippingNorm, double? coordinateLimit, ReadOnlySpan<byte> seed, ReadOnlyMemory<float>? lastChange = null)
    {
        UpdateShape shape = profile.Kind switch
        {
            CompressionKind.None => new WholeShape(model.Layout),
            CompressionKind.RandomMask => new SelectedShape(model.Layout, CoordinateChoice.Random(model.Layout.ValueCount, profile.Fraction, seed)),
            CompressionKind.PublicTopK => new SelectedShape(model.Layout, CoordinateChoice.MostMoved(model.Layout.ValueCount, profile.Fraction, seed, lastChange)),
            CompressionKind.HeadOnly => new SelectedShape(model.Layout, LastLayer.Places(model.Layout)),
            CompressionKind.LowRank => new LowRankShape(model.Layout, profile.Rank, seed),
            _ => throw new ArgumentOutOfRangeException(nameof(profile), profile.Kind, "Not a known compression."),
        };
        shape.CoordinateLimit = LimitFor(shape.Dimension, clippingNorm, coordinateLimit);
        shape.Units = BufferUnits.Of(model, shape.CoordinateLimit);
        return shape;
    }

    /// <summary>A shape of which only the size is known, for working out a round before there is a model. Nothing can be encoded with it.</summary>
    /// <param name="model">The network.</param>
    /// <param name="dimension">Values that will travel.</param>
    /// <param name="clippingNorm">C of the round.</param>
    /// <param name="coordinateLimit">As in <see cref="For"/>.</param>
    public static UpdateShape Planned(ModelDescription model, int dimension, double clippingNorm, double? coordinateLimit) =>
        new PlannedShape(new ModelLayout(model, []), dimension) { CoordinateLimit = LimitFor(dimension, clippingNorm, coordinateLimit) };

    /// <summary>The shape of a private head's steps: the last layer along public directions. Its coordinates are sums over an institution's patients.</summary>
    /// <param name="model">The global model.</param>
    /// <param name="dimensions">Directions for each class.</param>
    /// <param name="coordinateLimit">Largest absolute coordinate of an institution's sum.</param>
    public static UpdateShape ForHead(GlobalModel model, int dimensions, double coordinateLimit) =>
        new ProjectedHeadShape(model.Layout, dimensions) { CoordinateLimit = coordinateLimit };

    /// <summary>From a model's difference to what travels.</summary>
    /// <param name="difference">As long as the layout.</param>
    /// <param name="travelling">As long as <see cref="Dimension"/>.</param>
    public void Encode(ReadOnlySpan<float> difference, Span<float> travelling)
    {
        Require(difference.Length, travelling.Length);
        EncodeCore(difference, travelling);
    }

    /// <summary>From what travelled to a model's difference; what did not travel becomes 0.</summary>
    public void Decode(ReadOnlySpan<float> travelling, Span<float> difference)
    {
        Require(difference.Length, travelling.Length);
        DecodeCore(travelling, difference);
    }

    /// <summary>For the decrypted mean: no running variance may vanish, see <see cref="BufferUnits.LeastPart"/>. Whoever has the mean can do it, so it costs no privacy.</summary>
    internal void KeepVariances(Span<float> difference) => Units.KeepVariances(difference);

    private protected abstract void EncodeCore(ReadOnlySpan<float> difference, Span<float> travelling);

    private protected abstract void DecodeCore(ReadOnlySpan<float> travelling, Span<float> difference);

    private static double LimitFor(int dimension, double clippingNorm, double? given) => given ?? Math.Min(clippingNorm, 16 * clippingNorm / Math.Sqrt(dimension));

    private void Require(int difference, int travelling)
    {
        if (difference != Layout.ValueCount || travelling != Dimension)
        {
            throw new ArgumentException($"Expected {Layout.ValueCount} values of which {Dimension} travel but got {difference} and {travelling}.");
        }
    }
}
