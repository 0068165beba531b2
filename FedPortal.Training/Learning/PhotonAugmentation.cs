using System.Buffers.Binary;
using FedPortal.Encryption.Arithmetic;
using FedPortal.Training.Perturbation;

namespace FedPortal.Training.Learning;

/// <summary>
/// Quantum noise on prepared training images, drawn anew each time an image is used. Seeded like every augmentation, so equal plans train
/// equally: it claims no privacy.
/// </summary>
internal sealed class PhotonAugmentation(double photons, int seed)
{
    // The pipeline's values: black is -2, white is 2.
    private const float Black = -2;
    private const float Range = 4;

    private readonly PhotonNoise _noise = new(photons);
    private float[] _buffer = [];
    private ulong _images;

    /// <returns>A noisy copy, valid until the next call. The mean stays; a pixel of intensity v has the variance v / photons.</returns>
    public ReadOnlySpan<float> Apply(ReadOnlySpan<float> pixels)
    {
        if (_buffer.Length != pixels.Length)
        {
            _buffer = new float[pixels.Length];
        }

        for (int i = 0; i < pixels.Length; i++)
        {
            _buffer[i] = Math.Clamp((pixels[i] - Black) / Range, 0, 1);
        }

        using RandomWords words = Words(_images++);
        _noise.Apply(words, _buffer);
        foreach (ref float value in _buffer.AsSpan())
        {
            value = (value * Range) + Black;
        }

        return _buffer;
    }

    private RandomWords Words(ulong image)
    {
        Span<byte> key = stackalloc byte[AesCtrGenerator.KeyBytes];
        key.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(key, seed);
        return new RandomWords(new AesCtrGenerator(key, nonce: image));
    }
}
