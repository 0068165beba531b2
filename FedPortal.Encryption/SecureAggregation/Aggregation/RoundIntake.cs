using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Submission;

namespace FedPortal.Encryption.SecureAggregation.Aggregation;

/// <summary>
/// The portal's side of one attempt until V is fixed: it takes in envelopes and verdicts on updates, hears complaints, and decides who is in.
/// It has no key to read anything.
/// </summary>
/// <remarks>Not safe for several threads. What it holds can be rebuilt from the stored messages.</remarks>
public sealed class RoundIntake(SignedRound round)
{
    private readonly Dictionary<(int Sender, int Recipient), ShareEnvelope> _envelopes = [];
    private readonly Dictionary<int, string> _updates = [];
    private readonly Dictionary<int, string> _excluded = [];
    private bool _closed;

    /// <summary>Members that are not in V although something of theirs arrived, with the reason.</summary>
    public IReadOnlyDictionary<int, string> Excluded => _excluded;

    /// <summary>Members that would be in V if it were fixed now: a good update, and an envelope for every helper.</summary>
    public IReadOnlyList<int> Ready =>
        [.. _updates.Keys.Where(place => !_excluded.ContainsKey(place) && HasAllEnvelopes(place)).Order()];

    /// <summary>Takes in one envelope. The same bytes may come again; a different envelope for the same helper excludes the sender.</summary>
    public Verdict Receive(ReadOnlySpan<byte> envelope)
    {
        try
        {
            var opened = ShareEnvelope.Open(envelope, round);
            if (_closed)
            {
                return new Verdict(opened.Sender, "The accepted set is fixed.");
            }

            bool known = _envelopes.TryGetValue((opened.Sender, opened.Recipient), out ShareEnvelope? earlier);
            if (known && !earlier!.ToBytes().Span.SequenceEqual(envelope))
            {
                return Exclude(opened.Sender, $"{Name(opened.Sender)} sent two different envelopes for {Name(opened.Recipient)}.");
            }

            _envelopes[(opened.Sender, opened.Recipient)] = opened;
            return new Verdict(opened.Sender, null);
        }
        catch (FormatException exception)
        {
            return new Verdict(-1, exception.Message);
        }
    }

    /// <summary>Takes in the verdict on an update. The same update may come again; a different one excludes the sender.</summary>
    public Verdict Receive(Verdict update)
    {
        if (!update.Accepted)
        {
            return update;
        }

        if (_closed)
        {
            return update with { Refusal = "The accepted set is fixed." };
        }

        if (_updates.TryGetValue(update.Sender, out string? earlier) && earlier != update.Hash)
        {
            return Exclude(update.Sender, $"{Name(update.Sender)} sent two different updates in one attempt.");
        }

        _updates[update.Sender] = update.Hash!;
        return update;
    }

    /// <summary>A helper could not open an envelope, or screening found an update wanting: its sender stays out of V.</summary>
    public Verdict Exclude(int sender, string reason)
    {
        if (_closed)
        {
            return new Verdict(sender, "The accepted set is fixed.");
        }

        _excluded.TryAdd(sender, reason);
        return new Verdict(sender, reason);
    }

    /// <returns>The envelopes that one helper has to fetch.</returns>
    public IReadOnlyList<ReadOnlyMemory<byte>> EnvelopesFor(int helper) =>
        [.. _envelopes.Values.Where(envelope => envelope.Recipient == helper).OrderBy(envelope => envelope.Sender).Select(envelope => envelope.ToBytes())];

    /// <summary>Fixes V, for <see cref="AcceptedSet.Publish"/> to sign. Only once: a portal that signs two sets for an attempt gets no sum.</summary>
    /// <returns>The hashes of the accepted updates by place in the roster.</returns>
    /// <exception cref="InvalidOperationException">Too few institutions are ready, or V was fixed before.</exception>
    public IReadOnlyDictionary<int, string> Close()
    {
        int needed = round.Description.SmallestAcceptedSet;
        if (_closed || Ready.Count < needed)
        {
            throw new InvalidOperationException(_closed
                ? "Expected to fix the accepted set once but it was fixed before."
                : $"Expected at least {needed} complete institutions but {Ready.Count} are.");
        }

        _closed = true;
        return Ready.ToDictionary(place => place, place => _updates[place]);
    }

    private bool HasAllEnvelopes(int sender) =>
        round.Description.Helpers.All(helper => _envelopes.ContainsKey((sender, helper)));

    private string Name(int place) => round.Description.Members[place].Name;
}
