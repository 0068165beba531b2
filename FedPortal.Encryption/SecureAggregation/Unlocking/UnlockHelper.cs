using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Sharing;
using FedPortal.Encryption.SecureAggregation.Submission;

namespace FedPortal.Encryption.SecureAggregation.Unlocking;

/// <summary>
/// One institution in one attempt, as a helper: it checks the envelopes addressed to it and answers once, for one accepted set.
/// </summary>
/// <remarks>It keeps nothing but the journal, so it can be made anew after a restart from the description, the envelopes and the own hash.</remarks>
public sealed class UnlockHelper
{
    private readonly SignedRound _round;
    private readonly InstitutionIdentity _identity;
    private readonly AnswerJournal _journal;
    private readonly string? _ownHash;
    private readonly int _place;
    private readonly Dictionary<int, ShareEnvelope> _envelopes = [];

    /// <param name="round">The verified description.</param>
    /// <param name="identity">The institution's keys; not disposed here.</param>
    /// <param name="journal">The institution's journal.</param>
    /// <param name="ownHash">The hash of the update that this institution submitted, or null if it submitted none.</param>
    public UnlockHelper(SignedRound round, InstitutionIdentity identity, AnswerJournal journal, string? ownHash)
    {
        _round = round;
        _identity = identity;
        _journal = journal;
        _ownHash = ownHash;
        _place = round.PlaceOf(identity.Card);
        if (!round.Description.Members[_place].IsHelper)
        {
            throw new ArgumentException($"Expected a helper of the round but {identity.Card.Name} is none.", nameof(identity));
        }
    }

    /// <summary>Checks an envelope and keeps it.</summary>
    /// <returns>Null when it is good; otherwise a complaint for the portal, which then leaves the sender out.</returns>
    public string? Receive(ReadOnlySpan<byte> envelope)
    {
        try
        {
            var opened = ShareEnvelope.Open(envelope, _round);
            if (opened.Recipient != _place)
            {
                return $"Expected an envelope for place {_place} but got one for {opened.Recipient}.";
            }

            if (_envelopes.TryGetValue(opened.Sender, out ShareEnvelope? earlier) && !earlier.ToBytes().Span.SequenceEqual(envelope))
            {
                return $"Expected the same envelope again but place {opened.Sender} sent another.";
            }

            opened.Decrypt(_round, _identity).Dispose();
            _envelopes[opened.Sender] = opened;
            return null;
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
    }

    /// <summary>Checks the accepted set, writes the journal, and answers. There is no second answer.</summary>
    /// <returns>The signed answer for the portal.</returns>
    /// <exception cref="RoundRefusedException">The set is bad, an envelope is missing, or the round was answered before.</exception>
    public byte[] Answer(ReadOnlySpan<byte> publishedSet) => Answer(publishedSet, _ => { });

    /// <summary>
    /// As <see cref="Answer(ReadOnlySpan{byte})"/>, but keeps the answer before the journal is written: a helper that is killed in between finds
    /// the same bytes again and may send them, and only them.
    /// </summary>
    /// <param name="publishedSet">V, as the portal signed it.</param>
    /// <param name="keep">Puts the answer where nobody else reads it; it must not leave the house before this method has returned.</param>
    public byte[] Answer(ReadOnlySpan<byte> publishedSet, Action<byte[]> keep)
    {
        AcceptedSet accepted = Check(publishedSet);
        ulong[] sum = GC.AllocateArray<ulong>(_round.Description.Set.Degree, pinned: true);
        foreach (int sender in accepted.Members)
        {
            using SecretShare share = _envelopes[sender].Decrypt(_round, _identity);
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] = (sum[i] + share.Elements[i]) % ShamirField.Prime;
            }
        }

        if (_journal.IsRecorded(_round.Description))
        {
            throw new RoundRefusedException($"Attempt {_round.Description.Attempt} of round {_round.Description.Round} was answered before.");
        }

        byte[] answer = HelperAnswer.Sign(_round, accepted, _identity, sum);
        keep(answer);
        return _journal.TryRecord(_round.Description, accepted.Hash) is { } refusal ? throw new RoundRefusedException(refusal) : answer;
    }

    private AcceptedSet Check(ReadOnlySpan<byte> publishedSet)
    {
        try
        {
            var accepted = AcceptedSet.Open(publishedSet, _round);
            if (accepted.HashOf(_place) is { } hash && hash != _ownHash)
            {
                throw new RoundRefusedException($"Expected our own update {_ownHash ?? "(none)"} in the accepted set but it names {hash}.");
            }

            int missing = accepted.Members.FirstOrDefault(sender => !_envelopes.ContainsKey(sender), -1);
            return missing < 0
                ? accepted
                : throw new RoundRefusedException($"Expected a share of every accepted institution but {_round.Cards[missing].Name}'s is missing.");
        }
        catch (FormatException exception)
        {
            throw new RoundRefusedException(exception.Message, exception);
        }
    }
}
