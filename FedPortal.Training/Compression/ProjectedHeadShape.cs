using FedPortal.Training.Models;
using FedPortal.Training.PrivateHead;

namespace FedPortal.Training.Compression;

/// <summary>
/// A private head inside a whole network: only the last layer moves, and its weights only along public directions. With the directions as rows of
/// P, orthonormal, what travels of a change ΔW, Δb is ΔW·P' and Δb; what comes back is (ΔW·P')·P. The rest of the network stays as it is.
/// </summary>
internal sealed class ProjectedHeadShape : UpdateShape
{
    private readonly TensorEntry _weight;
    private readonly TensorEntry _bias;
    private readonly int _features;
    private readonly int _classes;
    private readonly int _dimensions;
    private readonly float[] _directions;

    public ProjectedHeadShape(ModelLayout layout, int dimensions)
        : base(layout, LinearHead.ValueCount(dimensions, layout.Description.ClassCount))
    {
        (_weight, _bias) = LastLayer.Of(layout);
        _classes = _weight.Shape[0];
        _features = _weight.Shape[1];
        _dimensions = dimensions <= _features
            ? dimensions
            : throw new ArgumentException($"Expected at most {_features} head dimensions, the features of {layout.Description.Architecture}, but got {dimensions}.", nameof(dimensions));
        _directions = PublicProjection.Directions(PrivateHeadDefaults.ProjectionSeed, _features, dimensions);
    }

    private protected override void EncodeCore(ReadOnlySpan<float> difference, Span<float> travelling)
    {
        for (int c = 0; c < _classes; c++)
        {
            ReadOnlySpan<float> row = difference.Slice(_weight.Offset + (c * _features), _features);
            for (int d = 0; d < _dimensions; d++)
            {
                double along = 0;
                ReadOnlySpan<float> direction = Direction(d);
                for (int i = 0; i < row.Length; i++)
                {
                    along += (double)row[i] * direction[i];
                }

                travelling[(c * _dimensions) + d] = (float)along;
            }
        }

        difference.Slice(_bias.Offset, _classes).CopyTo(travelling[(_classes * _dimensions)..]);
    }

    private protected override void DecodeCore(ReadOnlySpan<float> travelling, Span<float> difference)
    {
        difference.Clear();
        for (int c = 0; c < _classes; c++)
        {
            Span<float> row = difference.Slice(_weight.Offset + (c * _features), _features);
            for (int d = 0; d < _dimensions; d++)
            {
                float along = travelling[(c * _dimensions) + d];
                ReadOnlySpan<float> direction = Direction(d);
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] += along * direction[i];
                }
            }
        }

        travelling[(_classes * _dimensions)..].CopyTo(difference[_bias.Offset..]);
    }

    private ReadOnlySpan<float> Direction(int row) => _directions.AsSpan(row * _features, _features);
}
