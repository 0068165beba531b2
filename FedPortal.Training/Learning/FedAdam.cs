using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using FedPortal.Training.Models;

namespace FedPortal.Training.Learning;

/// <summary>
/// FedAdam (Reddi et al. 2021, algorithm 2): m ← β₁m + (1−β₁)Δ; v ← β₂v + (1−β₂)Δ²; w ← w + ηm / (√v + τ), from m = 0 and v = τ²,
/// without bias correction.
/// </summary>
/// <remarks>
/// The state, all numbers little-endian: the 8 bytes <c>FPADAM01</c> (01 is the version); 64 bytes layout hash in ASCII; int32 number n of
/// parameters; n float32 m; n float32 v. Bad are: other first bytes, another layout hash, another n, a short or long stream, and values that
/// are not finite or a negative v.
/// </remarks>
public sealed class FedAdam : ServerOptimizer
{
    private const int HeaderLength = 8 + 64 + 4;
    private float[]? _first;
    private float[]? _second;
    private string _layoutHash = "";

    public FedAdam(ServerOptimizerOptions options)
        : base(options)
    {
        ThrowUnlessDecay(options.Beta1, nameof(options.Beta1));
        ThrowUnlessDecay(options.Beta2, nameof(options.Beta2));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Adaptivity);
    }

    private static ReadOnlySpan<byte> Magic => "FPADAM01"u8;

    public override void SaveState(Stream destination)
    {
        if (_first is null || _second is null)
        {
            return;
        }

        Span<byte> header = stackalloc byte[HeaderLength];
        Magic.CopyTo(header);
        Encoding.ASCII.GetBytes(_layoutHash, header[8..72]);
        BinaryPrimitives.WriteInt32LittleEndian(header[72..], _first.Length);
        destination.Write(header);
        destination.Write(MemoryMarshal.AsBytes<float>(_first));
        destination.Write(MemoryMarshal.AsBytes<float>(_second));
    }

    /// <remarks>An empty stream is the state before the first round.</remarks>
    public override void LoadState(Stream source, ModelLayout layout)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        int read = source.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false);
        if (read == 0)
        {
            (_first, _second, _layoutHash) = (null, null, "");
            return;
        }

        CheckHeader(header[..read], layout);
        float[] first = ReadValues(source, layout.ParameterCount, "first");
        float[] second = ReadValues(source, layout.ParameterCount, "second");
        if (source.ReadByte() >= 0)
        {
            throw new InvalidDataException("The FedAdam state goes on after its last value.");
        }

        if (Array.Exists(second, value => value < 0))
        {
            throw new InvalidDataException("The FedAdam state holds a negative second moment.");
        }

        (_first, _second, _layoutHash) = (first, second, layout.Hash);
    }

    private protected override void Step(ModelLayout layout, ReadOnlySpan<float> old, ReadOnlySpan<float> difference, Span<float> next, double rate)
    {
        (float[] first, float[] second) = Moments(layout);
        double beta1 = Options.Beta1;
        double beta2 = Options.Beta2;
        double tau = Options.Adaptivity;
        for (int i = 0; i < next.Length; i++)
        {
            double delta = difference[i];
            double m = (beta1 * first[i]) + ((1 - beta1) * delta);
            double v = (beta2 * second[i]) + ((1 - beta2) * delta * delta);
            next[i] = (float)(old[i] + (rate * m / (Math.Sqrt(v) + tau)));
            first[i] = (float)m;
            second[i] = (float)v;
        }
    }

    private (float[] First, float[] Second) Moments(ModelLayout layout)
    {
        if (_first is null || _second is null)
        {
            _layoutHash = layout.Hash;
            _first = new float[layout.ParameterCount];
            _second = new float[layout.ParameterCount];
            _second.AsSpan().Fill((float)(Options.Adaptivity * Options.Adaptivity));
        }

        return _layoutHash == layout.Hash
            ? (_first, _second)
            : throw new ArgumentException($"The moments belong to layout {_layoutHash} but the model has {layout.Hash}.", nameof(layout));
    }

    private static void CheckHeader(ReadOnlySpan<byte> header, ModelLayout layout)
    {
        if (header.Length < HeaderLength || !header.StartsWith(Magic))
        {
            throw new InvalidDataException("Not a FedAdam state: it does not begin with FPADAM01 and a whole header.");
        }

        string hash = Encoding.ASCII.GetString(header[8..72]);
        if (hash != layout.Hash)
        {
            throw new InvalidDataException($"The FedAdam state has layout {hash} but the model has {layout.Hash}.");
        }

        int count = BinaryPrimitives.ReadInt32LittleEndian(header[72..]);
        if (count != layout.ParameterCount)
        {
            throw new InvalidDataException($"The FedAdam state has {count} parameters but the model has {layout.ParameterCount}.");
        }
    }

    private static float[] ReadValues(Stream source, int count, string moment)
    {
        float[] values = new float[count];
        Span<byte> bytes = MemoryMarshal.AsBytes(values.AsSpan());
        int read = source.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length)
        {
            throw new InvalidDataException($"Expected {bytes.Length} bytes of {moment} moments but got {read}.");
        }

        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        return bad < 0 ? values : throw new InvalidDataException($"The {moment} moment {bad} of the FedAdam state is {values[bad]}.");
    }

    private static void ThrowUnlessDecay(double value, string name)
    {
        if (!(value is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(name, value, "Expected a decay in [0, 1).");
        }
    }
}
