using FedPortal.Encryption.Arithmetic;
using FedPortal.Training.Models;
using FedPortal.Training.Perturbation;

namespace FedPortal.Training.Compression;

/// <summary>
/// Every weight matrix M (outputs by everything else) travels as M·Q, with Q a public random basis of a few directions with orthonormal columns;
/// the portal makes (ΣMQ)·Qᵀ of it. What lies outside these directions waits in the error feedback for a round that looks there. Matrices that would
/// not get smaller, and everything that is no matrix, travel whole.
/// </summary>
internal sealed class LowRankShape : UpdateShape
{
    private readonly (TensorEntry Tensor, int First, int Rank)[] _pieces;
    private readonly Dictionary<int, float[]> _bases;

    public LowRankShape(ModelLayout layout, int rank, ReadOnlySpan<byte> seed)
        : base(layout, layout.Tensors.Sum(tensor => CountOf(tensor, rank)))
    {
        int first = 0;
        _pieces = new (TensorEntry, int, int)[layout.Tensors.Count];
        _bases = [];
        for (int i = 0; i < _pieces.Length; i++)
        {
            TensorEntry tensor = layout.Tensors[i];
            int own = RankOf(tensor, rank);
            _pieces[i] = (tensor, first, own);
            first += CountOf(tensor, rank);
            int columns = own == 0 ? 0 : tensor.Count / tensor.Shape[0];
            if (own > 0 && !_bases.ContainsKey(columns))
            {
                _bases.Add(columns, Basis(columns, own, seed));
            }
        }
    }

    private protected override void EncodeCore(ReadOnlySpan<float> difference, Span<float> travelling)
    {
        foreach ((TensorEntry tensor, int first, int rank) in _pieces)
        {
            ReadOnlySpan<float> values = difference.Slice(tensor.Offset, tensor.Count);
            if (rank == 0)
            {
                values.CopyTo(travelling[first..]);
                Units.ToUnits(tensor.Offset, travelling.Slice(first, tensor.Count));
                continue;
            }

            int columns = tensor.Count / tensor.Shape[0];
            float[] basis = _bases[columns];
            for (int row = 0; row < tensor.Shape[0]; row++)
            {
                ReadOnlySpan<float> from = values.Slice(row * columns, columns);
                for (int direction = 0; direction < rank; direction++)
                {
                    travelling[first + (row * rank) + direction] = (float)VectorNorm.Dot(from, basis.AsSpan(direction * columns, columns));
                }
            }
        }
    }

    private protected override void DecodeCore(ReadOnlySpan<float> travelling, Span<float> difference)
    {
        foreach ((TensorEntry tensor, int first, int rank) in _pieces)
        {
            Span<float> values = difference.Slice(tensor.Offset, tensor.Count);
            if (rank == 0)
            {
                travelling.Slice(first, tensor.Count).CopyTo(values);
                Units.FromUnits(tensor.Offset, values);
                continue;
            }

            values.Clear();
            int columns = tensor.Count / tensor.Shape[0];
            float[] basis = _bases[columns];
            for (int row = 0; row < tensor.Shape[0]; row++)
            {
                Span<float> to = values.Slice(row * columns, columns);
                for (int direction = 0; direction < rank; direction++)
                {
                    AddTimes(to, basis.AsSpan(direction * columns, columns), travelling[first + (row * rank) + direction]);
                }
            }
        }
    }

    private static int RankOf(TensorEntry tensor, int rank) =>
        !tensor.IsBuffer && tensor.Shape.Count >= 2 && rank < tensor.Count / tensor.Shape[0] ? rank : 0;

    private static int CountOf(TensorEntry tensor, int rank) => RankOf(tensor, rank) == 0 ? tensor.Count : tensor.Shape[0] * rank;

    private static void AddTimes(Span<float> to, ReadOnlySpan<float> direction, float factor)
    {
        for (int i = 0; i < to.Length; i++)
        {
            to[i] += factor * direction[i];
        }
    }

    /// <summary>Random signs, made orthonormal one after the other (Gram, Schmidt, twice for accuracy).</summary>
    private static float[] Basis(int columns, int rank, ReadOnlySpan<byte> seed)
    {
        byte[] bits = new byte[columns * rank];
        using (AesCtrGenerator stream = PublicStream.Open(seed, "low rank 1", (ulong)columns))
        {
            stream.Fill(bits);
        }

        double[] basis = [.. bits.Select(bit => (bit & 1) == 0 ? 1.0 : -1.0)];
        for (int direction = 0; direction < rank; direction++)
        {
            Span<double> own = basis.AsSpan(direction * columns, columns);
            for (int pass = 0; pass < 2; pass++)
            {
                for (int earlier = 0; earlier < direction; earlier++)
                {
                    Subtract(own, basis.AsSpan(earlier * columns, columns));
                }
            }

            Normalise(own);
        }

        return [.. basis.Select(value => (float)value)];
    }

    private static void Subtract(Span<double> own, ReadOnlySpan<double> earlier)
    {
        double common = VectorNorm.Dot(own, earlier);
        for (int i = 0; i < own.Length; i++)
        {
            own[i] -= common * earlier[i];
        }
    }

    // Two rows of signs may be equal in tiny matrices; such a direction carries nothing.
    private static void Normalise(Span<double> own)
    {
        double norm = Math.Sqrt(VectorNorm.Dot(own, own));
        for (int i = 0; i < own.Length; i++)
        {
            own[i] = norm < 1e-6 ? 0 : own[i] / norm;
        }
    }
}
