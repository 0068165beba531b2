using FedPortal.Training.Learning;
using FedPortal.Training.Models;

namespace FedPortal.Training.Compression;

/// <summary>
/// What of an institution's updates has not travelled yet: it is added to the next update (Seide et al. 2014; Karimireddy et al. 2019). It never leaves
/// the institution. Clipping and noise come later and are not fed back, so the promise of a round does not change.
/// </summary>
public sealed class ErrorFeedback(ModelLayout layout)
{
    private readonly float[] _waiting = new float[layout.ValueCount];

    /// <summary>What waits, to be kept over a restart.</summary>
    public ReadOnlyMemory<float> Waiting => _waiting;

    /// <summary>Goes on with what a file kept.</summary>
    public void Restore(ReadOnlySpan<float> waiting)
    {
        if (waiting.Length != _waiting.Length)
        {
            throw new ArgumentException($"Expected {_waiting.Length} waiting values but got {waiting.Length}.", nameof(waiting));
        }

        waiting.CopyTo(_waiting);
    }

    /// <returns>The update with all that waited; from now on what this shape leaves out waits.</returns>
    public ModelUpdate Apply(ModelUpdate update, UpdateShape shape)
    {
        float[] whole = new float[_waiting.Length];
        ReadOnlySpan<float> difference = update.Difference.Span;
        for (int i = 0; i < whole.Length; i++)
        {
            whole[i] = difference[i] + _waiting[i];
        }

        float[] travelling = new float[shape.Dimension];
        shape.Encode(whole, travelling);
        shape.Decode(travelling, _waiting);
        for (int i = 0; i < whole.Length; i++)
        {
            _waiting[i] = whole[i] - _waiting[i];
        }

        return new ModelUpdate(update.Layout, whole, update.SampleCount);
    }
}
