using FedPortal.Encryption.SecureAggregation.Identity;
using FedPortal.Encryption.SecureAggregation.Rounds;

namespace FedPortal.Encryption.SecureAggregation.Submission;

/// <summary>What an institution says about its encrypted update, in the open and signed: how many examples are behind it, and its sketch.</summary>
/// <remarks>
/// Bytes, version 1: "FPUS", u16 version, 32 bytes hash of the round description, u16 sender (place in the roster), 32 bytes hash of the encrypted update,
/// i64 examples, u16 sketch length, that many i64 sketch values; then 64 bytes signature of the sender.
/// A statement is bad when: signature, magic, version or description differ; it is short or has bytes left over; the sender is not in the roster; there
/// are no examples or more than 2^40; a sketch value is beyond ±2^52.
/// </remarks>
public sealed class UpdateStatement
{
    private const long LargestValue = 1L << 52;

    private readonly byte[] _bytes;

    private UpdateStatement(byte[] bytes, int sender, string updateHash, long sampleCount, long[] sketch)
    {
        _bytes = bytes;
        Sender = sender;
        UpdateHash = updateHash;
        SampleCount = sampleCount;
        Sketch = sketch;
    }

    /// <summary>The sender's place in the roster.</summary>
    public int Sender { get; }

    /// <summary>Of the encrypted update it belongs to, 64 hexadecimal digits.</summary>
    public string UpdateHash { get; }

    /// <summary>Training examples behind the update, from 1.</summary>
    public long SampleCount { get; }

    /// <summary>Empty where the round has no sketches.</summary>
    public ReadOnlyMemory<long> Sketch { get; }

    public ReadOnlyMemory<byte> ToBytes() => _bytes;

    /// <summary>Signs a statement about the sender's own update.</summary>
    public static UpdateStatement Sign(SignedRound round, InstitutionIdentity sender, string updateHash, long sampleCount, ReadOnlySpan<long> sketch)
    {
        var writer = new CanonicalWriter("FPUS", 1);
        writer.Bytes(round.Hash.Span);
        writer.U16(round.PlaceOf(sender.Card));
        writer.Bytes(Convert.FromHexString(updateHash));
        writer.I64(sampleCount);
        writer.U16(sketch.Length);
        foreach (long value in sketch)
        {
            writer.I64(value);
        }

        return Open(SignedMessage.Sign(sender, Signatures.Statement, writer.ToArray()), round);
    }

    /// <exception cref="FormatException">Bad in one of the ways that the class comment lists.</exception>
    public static UpdateStatement Open(ReadOnlySpan<byte> bytes, SignedRound round)
    {
        var reader = new CanonicalReader(bytes.Length > Signatures.Bytes ? bytes[..^Signatures.Bytes] : [], "update statement");
        reader.Header("FPUS", 1);
        reader.Require(reader.Bytes(32).SequenceEqual(round.Hash.Span), "this round's description", "another");
        int sender = reader.U16();
        reader.Require(sender < round.Cards.Count, $"a sender among {round.Cards.Count} members", sender);
        SignedMessage.Verify(round.Cards[sender], Signatures.Statement, bytes);
        string hash = Convert.ToHexStringLower(reader.Bytes(32));
        long samples = reader.I64();
        reader.Require(samples is >= 1 and <= 1L << 40, "between 1 and 2^40 examples", samples);
        long[] sketch = new long[reader.U16()];
        for (int i = 0; i < sketch.Length; i++)
        {
            sketch[i] = reader.I64();
            reader.Require(sketch[i] is >= -LargestValue and <= LargestValue, $"sketch values within ±{LargestValue}", sketch[i]);
        }

        reader.End();
        return new UpdateStatement(bytes.ToArray(), sender, hash, samples, sketch);
    }
}
