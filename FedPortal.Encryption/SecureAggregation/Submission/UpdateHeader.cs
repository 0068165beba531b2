using FedPortal.Encryption.SecureAggregation.Rounds;

namespace FedPortal.Encryption.SecureAggregation.Submission;

/// <summary>The beginning of an encrypted update.</summary>
/// <remarks>
/// An encrypted update, version 1: "FPEU", u16 version, u16 sender (place in the roster), 32 bytes hash of the round description, i64 value
/// count, u32 block count; then for each block N·limbs words of the set's word width as a dense little-endian bit stream (low limbs of all
/// coefficients first); then 64 bytes: the sender's signature over the SHA-256 of all bytes before it.
/// An update is bad when: magic, version or description differ; the sender is not in the roster; value or block count differ from the
/// description's; it is short or has bytes left over; a word is larger than rounding can make it; the signature is not the sender's.
/// </remarks>
internal static class UpdateHeader
{
    public const int Bytes = 4 + 2 + 2 + 32 + 8 + 4;

    public static byte[] Write(SignedRound round, int sender)
    {
        var writer = new CanonicalWriter("FPEU", 1);
        writer.U16(sender);
        writer.Bytes(round.Hash.Span);
        writer.I64(round.Description.ValueCount);
        writer.U32((uint)round.Description.BlockCount);
        return writer.ToArray();
    }

    /// <returns>The sender's place in the roster.</returns>
    public static int Read(ReadOnlySpan<byte> bytes, SignedRound round)
    {
        RoundDescription description = round.Description;
        var reader = new CanonicalReader(bytes, "encrypted update");
        reader.Header("FPEU", 1);
        int sender = reader.U16();
        reader.Require(sender < description.Members.Count, $"a sender among {description.Members.Count} members", sender);
        reader.Require(reader.Bytes(32).SequenceEqual(round.Hash.Span), "this round's description", "another");
        long values = reader.I64();
        reader.Require(values == description.ValueCount, $"{description.ValueCount} values", values);
        uint blocks = reader.U32();
        reader.Require(blocks == description.BlockCount, $"{description.BlockCount} blocks", blocks);
        reader.End();
        return sender;
    }

    /// <summary>Bytes of a whole update: header, blocks and signature.</summary>
    public static long TotalBytes(RoundDescription description) =>
        Bytes + ((long)description.BlockCount * description.Set.BytesPerBlock) + Identity.Signatures.Bytes;
}
