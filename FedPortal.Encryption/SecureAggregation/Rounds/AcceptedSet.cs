using System.Security.Cryptography;
using FedPortal.Encryption.SecureAggregation.Identity;

namespace FedPortal.Encryption.SecureAggregation.Rounds;

/// <summary>V: the updates that will be summed, each with the hash of its ciphertext. The portal signs one for an attempt.</summary>
/// <remarks>
/// Bytes, version 1: "FPAS", u16 version, 32 bytes hash of the round description, u16 count, and for each update in ascending order: u16 place
/// in the roster, 32 bytes SHA-256 of the update's header and body; then 64 bytes signature of the portal.
/// A set is bad when: signature, magic, version or description differ; it is short or has bytes left over; places do not ascend or are not
/// in the roster; there are fewer than the description's minimum or threshold.
/// </remarks>
public sealed class AcceptedSet
{
    private readonly SortedDictionary<int, string> _hashes;

    private AcceptedSet(SortedDictionary<int, string> hashes, byte[] body)
    {
        _hashes = hashes;
        Hash = SHA256.HashData(body);
    }

    /// <summary>Places in the roster, ascending.</summary>
    public IReadOnlyCollection<int> Members => _hashes.Keys;

    /// <summary>SHA-256 of the set's unsigned bytes.</summary>
    public ReadOnlyMemory<byte> Hash { get; }

    /// <summary>Fixes and signs V. The hashes are 64 hexadecimal digits.</summary>
    public static byte[] Publish(InstitutionIdentity portal, SignedRound round, IReadOnlyDictionary<int, string> hashes)
    {
        var writer = new CanonicalWriter("FPAS", 1);
        writer.Bytes(round.Hash.Span);
        writer.U16(hashes.Count);
        foreach ((int place, string hash) in hashes.OrderBy(entry => entry.Key))
        {
            writer.U16(place);
            writer.Bytes(Convert.FromHexString(hash));
        }

        byte[] signed = SignedMessage.Sign(portal, Signatures.Accepted, writer.ToArray());
        Open(signed, round);
        return signed;
    }

    /// <exception cref="FormatException">Bad in one of the ways that the class comment lists.</exception>
    public static AcceptedSet Open(ReadOnlySpan<byte> published, SignedRound round)
    {
        ReadOnlySpan<byte> body = SignedMessage.Verify(round.Portal, Signatures.Accepted, published);
        var reader = new CanonicalReader(body, "accepted set");
        reader.Header("FPAS", 1);
        reader.Require(reader.Bytes(32).SequenceEqual(round.Hash.Span), "this round's description", "another");
        int count = reader.U16();
        RoundDescription description = round.Description;
        reader.Require(count >= description.SmallestAcceptedSet, $"at least {description.SmallestAcceptedSet} updates", count);
        var hashes = new SortedDictionary<int, string>();
        int last = -1;
        for (int i = 0; i < count; i++)
        {
            int place = reader.U16();
            reader.Require(place > last && place < description.Members.Count, $"a place between {last + 1} and {description.Members.Count - 1}", place);
            hashes.Add(place, Convert.ToHexStringLower(reader.Bytes(32)));
            last = place;
        }

        reader.End();
        return new AcceptedSet(hashes, body.ToArray());
    }

    /// <returns>The hash of a member's accepted update, or null where it is not in the set.</returns>
    public string? HashOf(int place) => _hashes.GetValueOrDefault(place);
}
