using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Sharing;

namespace FedPortal.Encryption.SecureAggregation.Unlocking;

/// <summary>Collects the helpers' answers for one accepted set until the sum's key can be put together.</summary>
/// <remarks>Not safe for several threads.</remarks>
public sealed class SumUnlocking(SignedRound round, AcceptedSet accepted)
{
    private readonly Dictionary<int, HelperAnswer> _answers = [];

    /// <summary>Helpers that have answered, by place in the roster.</summary>
    public IReadOnlyCollection<int> Answered => _answers.Keys;

    /// <summary>Whether there are enough answers; more make lies visible.</summary>
    public bool CanReconstruct => _answers.Count >= round.Description.Threshold;

    /// <summary>Takes in one answer.</summary>
    /// <returns>Null when it is taken; otherwise why it is put aside.</returns>
    public string? Receive(ReadOnlySpan<byte> answer)
    {
        try
        {
            var opened = HelperAnswer.Open(answer, round, accepted);
            return _answers.TryAdd(opened.Helper, opened) ? null : $"{round.Cards[opened.Helper].Name} has answered before.";
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Puts the key together.</summary>
    /// <param name="liars">Helpers (places in the roster) whose answers do not fit the others': they, or an institution that dealt to them, lied.</param>
    /// <returns>The key. The caller disposes it.</returns>
    /// <exception cref="ReconstructionException">Too few answers, or lies that cannot be located. Open a new attempt.</exception>
    public SumKey Reconstruct(out IReadOnlyList<int> liars)
    {
        RoundDescription description = round.Description;
        SummedShare[] shares = [.. _answers.Values.Select(answer => answer.Share).OrderBy(share => share.Point)];
        var key = SumKey.Reconstruct(shares, description.Threshold, description.Set.Degree, accepted.Members.Count, out IReadOnlyList<int> points);
        liars = [.. points.Select(point => description.Helpers[point - 1])];
        return key;
    }
}
