using FedPortal.Encryption.SecureAggregation.Identity;

namespace FedPortal.Encryption.SecureAggregation.Rounds;

/// <summary>A round description that was checked to come from the portal, with the pinned cards of its members.</summary>
public sealed class SignedRound
{
    private readonly InstitutionCard[] _cards;

    private SignedRound(RoundDescription description, InstitutionCard[] cards, InstitutionCard portal)
    {
        Description = description;
        _cards = cards;
        Portal = portal;
        Hash = description.Hash();
    }

    public RoundDescription Description { get; }

    /// <summary>The members' cards, in roster order.</summary>
    public IReadOnlyList<InstitutionCard> Cards => _cards;

    public InstitutionCard Portal { get; }

    /// <summary>SHA-256 of the description.</summary>
    public ReadOnlyMemory<byte> Hash { get; }

    /// <returns>The bytes that the portal publishes.</returns>
    public static byte[] Publish(InstitutionIdentity portal, RoundDescription description) =>
        SignedMessage.Sign(portal, Signatures.Description, description.Validated().ToBytes());

    /// <summary>Checks signature, form and that every member's fingerprint belongs to a pinned card of the same name.</summary>
    /// <exception cref="FormatException">Something does not hold; the message says what.</exception>
    public static SignedRound Open(ReadOnlySpan<byte> published, InstitutionCard portal, IEnumerable<InstitutionCard> pinned)
    {
        RoundDescription description = RoundDescription.Parse(SignedMessage.Verify(portal, Signatures.Description, published));
        Dictionary<string, InstitutionCard> byFingerprint = pinned.ToDictionary(card => card.Fingerprint);
        return new SignedRound(description, [.. description.Members.Select(member => Pinned(member, byFingerprint))], portal);
    }

    /// <returns>The place in the roster.</returns>
    /// <exception cref="ArgumentException">The institution is not a member.</exception>
    public int PlaceOf(InstitutionCard card)
    {
        int place = Array.FindIndex(_cards, member => member.Fingerprint == card.Fingerprint);
        return place >= 0 ? place : throw new ArgumentException($"Expected a member of the round but {card.Name} ({card.Fingerprint}) is none.");
    }

    private static InstitutionCard Pinned(RosterMember member, Dictionary<string, InstitutionCard> byFingerprint) =>
        byFingerprint.TryGetValue(member.Fingerprint, out InstitutionCard? card) && card.Name == member.Name
            ? card
            : throw new FormatException($"Expected pinned keys for {member.Name} but {member.Fingerprint} is not pinned under that name.");
}
