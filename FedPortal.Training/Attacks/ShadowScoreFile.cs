using System.Runtime.InteropServices;
using System.Text;

namespace FedPortal.Training.Attacks;

/// <summary>
/// Scores of the shadow models that are done, so that an attack that was killed goes on where it stopped. Bytes: the 8 characters
/// <c>FPSHAD01</c>; 64 characters of a fingerprint of data and settings; int32 little-endian number n of units; then for each model n float64
/// little-endian scores. A file of another experiment is begun anew, and a last model that a crash cut off is forgotten.
/// </summary>
public sealed class ShadowScoreFile : IDisposable
{
    private const int HeaderLength = 8 + 64 + 4;
    private static readonly byte[] Magic = "FPSHAD01"u8.ToArray();
    private readonly FileStream _file;
    private readonly int _units;

    /// <param name="path">Made when it is not there.</param>
    /// <param name="fingerprint">64 hexadecimal digits: equal ones mean the same models in the same order.</param>
    /// <param name="units">Scores of each model.</param>
    public ShadowScoreFile(string path, string fingerprint, int units)
    {
        if (fingerprint.Length != 64)
        {
            throw new ArgumentException($"Expected a fingerprint of 64 characters but got {fingerprint.Length}.", nameof(fingerprint));
        }

        _units = units;
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        byte[] header = [.. Magic, .. Encoding.ASCII.GetBytes(fingerprint), .. BitConverter.GetBytes(units)];
        byte[] found = new byte[HeaderLength];
        if (_file.ReadAtLeast(found, HeaderLength, throwOnEndOfStream: false) < HeaderLength || !found.AsSpan().SequenceEqual(header))
        {
            _file.SetLength(0);
            _file.Write(header);
        }

        Count = (int)((_file.Length - HeaderLength) / Stride);
        _file.SetLength(HeaderLength + (Count * Stride));
    }

    /// <summary>Models whose scores are there.</summary>
    public int Count { get; private set; }

    private long Stride => sizeof(double) * (long)_units;

    /// <summary>The scores are on the disk when it returns.</summary>
    public void Add(double[] scores)
    {
        if (scores.Length != _units)
        {
            throw new ArgumentException($"Expected {_units} scores but got {scores.Length}.", nameof(scores));
        }

        _file.Seek(0, SeekOrigin.End);
        _file.Write(MemoryMarshal.AsBytes(scores.AsSpan()));
        _file.Flush(flushToDisk: true);
        Count++;
    }

    public double[] Read(int model)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(model, Count);
        double[] scores = new double[_units];
        _file.Seek(HeaderLength + (model * Stride), SeekOrigin.Begin);
        _file.ReadExactly(MemoryMarshal.AsBytes(scores.AsSpan()));
        return scores;
    }

    public void Dispose() => _file.Dispose();
}
