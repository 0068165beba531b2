using System.Numerics;
using FedPortal.Encryption.SecureAggregation.Submission;

namespace FedPortal.Training.Submission;

/// <summary>Perturbed integers moved up by weight·M, so that without noise none is below zero: the form that lanes take.</summary>
internal sealed class OffsetLattice(ReadOnlyMemory<int> lattice, int offset, IProgress<SubmissionProgress>? progress) : ILatticeSource
{
    private long _done;

    public long Count => lattice.Length;

    public void Read(long first, Span<int> destination)
    {
        ReadOnlySpan<int> values = lattice.Span.Slice((int)first, destination.Length);
        var shift = new Vector<int>(offset);
        int i = 0;
        for (; i <= values.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            (new Vector<int>(values[i..]) + shift).CopyTo(destination[i..]);
        }

        for (; i < values.Length; i++)
        {
            destination[i] = values[i] + offset;
        }

        progress?.Report(new SubmissionProgress(Interlocked.Add(ref _done, values.Length), Count));
    }
}
