using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Kernels;
using FedPortal.Encryption.SecureAggregation.Rounds;
using FedPortal.Encryption.SecureAggregation.Sharing;

namespace FedPortal.Encryption.SecureAggregation.Unlocking;

/// <summary>A helper's one answer: the sum of the shares it holds of the accepted institutions' keys.</summary>
/// <remarks>
/// Bytes, version 1: "FPHA", u16 version, 32 bytes hash of the round description, 32 bytes hash of the accepted set, u16 helper (place in the
/// roster), the summed share (17 bits a coefficient); then 64 bytes signature of the helper.
/// An answer is bad when: magic, version, description or set differ; its length does not fit the parameter set; the sender is no helper; the
/// signature is not the helper's; an element is not below 65537.
/// </remarks>
public sealed class HelperAnswer
{
    private HelperAnswer(int helper, SummedShare share)
    {
        Helper = helper;
        Share = share;
    }

    /// <summary>The helper's place in the roster.</summary>
    public int Helper { get; }

    internal SummedShare Share { get; }

    /// <exception cref="FormatException">Bad in one of the ways that the class comment lists.</exception>
    public static HelperAnswer Open(ReadOnlySpan<byte> bytes, SignedRound round, AcceptedSet accepted)
    {
        RoundDescription description = round.Description;
        int degree = description.Set.Degree;
        int expected = 4 + 2 + 32 + 32 + 2 + SecretShare.ByteCount(degree) + Signatures.Bytes;
        var reader = new CanonicalReader(bytes, "helper answer");
        reader.Require(bytes.Length == expected, $"{expected} bytes", bytes.Length);
        reader.Header("FPHA", 1);
        reader.Require(reader.Bytes(32).SequenceEqual(round.Hash.Span), "this round's description", "another");
        reader.Require(reader.Bytes(32).SequenceEqual(accepted.Hash.Span), "this accepted set", "another");
        int helper = reader.U16();
        int position = description.Helpers.ToList().IndexOf(helper);
        reader.Require(position >= 0, "a helper of this round", helper);
        SignedMessage.Verify(round.Cards[helper], Signatures.Answer, bytes);

        ulong[] elements = new ulong[degree];
        ulong largest = WordPacking.AddTo(reader.Bytes(SecretShare.ByteCount(degree)), ShamirField.ElementBits, elements);
        reader.Require(largest < ShamirField.Prime, $"elements below {ShamirField.Prime}", largest);
        return new HelperAnswer(helper, new SummedShare(position + 1, [.. elements.Select(element => (int)element)]));
    }

    internal static byte[] Sign(SignedRound round, AcceptedSet accepted, InstitutionIdentity helper, ReadOnlySpan<ulong> elements)
    {
        var writer = new CanonicalWriter("FPHA", 1);
        writer.Bytes(round.Hash.Span);
        writer.Bytes(accepted.Hash.Span);
        writer.U16(round.PlaceOf(helper.Card));
        byte[] packed = new byte[SecretShare.ByteCount(elements.Length)];
        WordPacking.Pack(elements, ShamirField.ElementBits, packed);
        writer.Bytes(packed);
        return SignedMessage.Sign(helper, Signatures.Answer, writer.ToArray());
    }
}
