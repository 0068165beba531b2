using System.Security.Cryptography;
using FedPortal.Encryption.SecureAggregation.Parameters;

namespace FedPortal.Encryption.SecureAggregation.Rounds;

/// <summary>Everything a round's parties must agree on, in the one byte form that the portal signs.</summary>
/// <remarks>
/// Bytes, version 1: "FPRD", u16 version, text study, u32 round, u32 attempt, 32 bytes model hash, 32 bytes seed, text parameter set,
/// i64 value count, u16 value bits, f64 clipping norm, f64 noise deviation, i64 deadline (seconds since 1970), u16 minimum institutions,
/// u16 threshold, u16 member count, and for each member: text name, 32 bytes fingerprint, u32 weight, u16 helper (0 or 1).
/// A description is bad when: magic or version differ; it is short or has bytes left over; text is not UTF-8; the set is unknown; a number is
/// out of range (see <see cref="Validated"/>); a name or fingerprint occurs twice; the demand does not fit the set.
/// </remarks>
public sealed record RoundDescription
{
    public required string Study { get; init; }

    /// <summary>From 1.</summary>
    public required int Round { get; init; }

    /// <summary>From 1; every attempt has a fresh seed and fresh keys.</summary>
    public required int Attempt { get; init; }

    /// <summary>SHA-256 of the global model that the round starts from, 64 hexadecimal digits.</summary>
    public required string ModelHash { get; init; }

    /// <summary>32 public bytes from which a_j is expanded, 64 hexadecimal digits.</summary>
    public required string Seed { get; init; }

    public required ParameterSet Set { get; init; }

    public required long ValueCount { get; init; }

    public required int ValueBits { get; init; }

    public double ClippingNorm { get; init; }

    /// <summary>Standard deviation of the noise that each institution adds to its weighted integers.</summary>
    public double NoiseDeviation { get; init; }

    public required DateTimeOffset Deadline { get; init; }

    /// <summary>n_min: fewer accepted updates are never summed.</summary>
    public required int MinimumInstitutions { get; init; }

    /// <summary>V has at least this many updates: enough to hide each other, and as many as the threshold.</summary>
    public int SmallestAcceptedSet => Math.Max(MinimumInstitutions, Threshold);

    /// <summary>t: so many helpers are needed, and suffice, to unlock the sum.</summary>
    public required int Threshold { get; init; }

    public required IReadOnlyList<RosterMember> Members { get; init; }

    /// <summary>Members that hold shares, by their place in the roster; the share's point is the position here plus 1.</summary>
    public IReadOnlyList<int> Helpers => [.. Members.Index().Where(member => member.Item.IsHelper).Select(member => member.Index)];

    public SumDemand Demand => new(Members.Count, Members.Sum(member => (long)member.Weight), ValueBits, NoiseDeviation);

    public int BlockCount => Set.BlockCount(ValueCount);

    /// <summary>SHA-256 of the byte form: every later message of the attempt carries it.</summary>
    public byte[] Hash() => SHA256.HashData(ToBytes());

    /// <returns>⌊2h/3⌋ + 1 of h helpers.</returns>
    public static int DefaultThreshold(int helpers) => (2 * helpers / 3) + 1;

    /// <exception cref="FormatException">The bytes are no description, in one of the ways that the class comment lists.</exception>
    public static RoundDescription Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes, "round description");
        reader.Header("FPRD", 1);
        try
        {
            var description = new RoundDescription
            {
                Study = reader.Text(),
                Round = checked((int)reader.U32()),
                Attempt = checked((int)reader.U32()),
                ModelHash = Convert.ToHexStringLower(reader.Bytes(32)),
                Seed = Convert.ToHexStringLower(reader.Bytes(32)),
                Set = ParameterSets.Get(reader.Text()),
                ValueCount = reader.I64(),
                ValueBits = reader.U16(),
                ClippingNorm = reader.F64(),
                NoiseDeviation = reader.F64(),
                Deadline = DateTimeOffset.FromUnixTimeSeconds(reader.I64()),
                MinimumInstitutions = reader.U16(),
                Threshold = reader.U16(),
                Members = ReadMembers(ref reader),
            };
            reader.End();
            return description.Validated();
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            throw new FormatException(exception.Message, exception);
        }
    }

    public byte[] ToBytes()
    {
        var writer = new CanonicalWriter("FPRD", 1);
        writer.Text(Study);
        writer.U32((uint)Round);
        writer.U32((uint)Attempt);
        writer.Bytes(Convert.FromHexString(ModelHash));
        writer.Bytes(Convert.FromHexString(Seed));
        writer.Text(Set.Name);
        writer.I64(ValueCount);
        writer.U16(ValueBits);
        writer.F64(ClippingNorm);
        writer.F64(NoiseDeviation);
        writer.I64(Deadline.ToUnixTimeSeconds());
        writer.U16(MinimumInstitutions);
        writer.U16(Threshold);
        writer.U16(Members.Count);
        foreach (RosterMember member in Members)
        {
            writer.Text(member.Name);
            writer.Bytes(Convert.FromHexString(member.Fingerprint));
            writer.U32((uint)member.Weight);
            writer.U16(member.IsHelper ? 1 : 0);
        }

        return writer.ToArray();
    }

    /// <exception cref="ArgumentException">A number is out of range or the demand does not fit the set; the message names both sides.</exception>
    public RoundDescription Validated()
    {
        int helpers = Helpers.Count;
        Require(Study.Length is >= 1 and <= 200, "a study name of 1 to 200 characters", Study.Length);
        Require(Round >= 1 && Attempt >= 1, "a round and an attempt from 1", $"{Round} and {Attempt}");
        Require(IsHash(ModelHash) && IsHash(Seed), "a model hash and a seed of 64 hexadecimal digits", $"{ModelHash} and {Seed}");
        Require(ValueCount is >= 1 and <= 1L << 40, "between 1 and 2^40 values", ValueCount);
        Require(ClippingNorm >= 0 && double.IsFinite(ClippingNorm), "a clipping norm from 0", ClippingNorm);
        Require(Members.Count is >= 2 and <= 4000, "between 2 and 4000 members", Members.Count);
        Require(MinimumInstitutions >= 3 && MinimumInstitutions <= Members.Count, $"a minimum of 3 to {Members.Count} institutions", MinimumInstitutions);
        Require(Threshold > helpers / 2 && Threshold <= helpers, $"a threshold above half of {helpers} helpers", Threshold);
        Require(Members.All(member => IsHash(member.Fingerprint) && member.Weight >= 1), "fingerprints of 64 digits and weights from 1", "others");
        Require(Members.DistinctBy(member => member.Name).Count() == Members.Count, "different names", "one twice");
        Require(Members.DistinctBy(member => member.Fingerprint).Count() == Members.Count, "different fingerprints", "one twice");
        SetFit.Evaluate(Set, Demand, Set.SecurityLevel).Required();
        return this;
    }

    private static List<RosterMember> ReadMembers(ref CanonicalReader reader)
    {
        int count = reader.U16();
        var members = new List<RosterMember>();
        for (int i = 0; i < count; i++)
        {
            string name = reader.Text();
            string fingerprint = Convert.ToHexStringLower(reader.Bytes(32));
            int weight = checked((int)reader.U32());
            int helper = reader.U16();
            reader.Require(helper <= 1, "a helper mark of 0 or 1", helper);
            members.Add(new RosterMember(name, fingerprint, weight, helper == 1));
        }

        return members;
    }

    private static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);

    private static void Require(bool holds, string expected, object actual)
    {
        if (!holds)
        {
            throw new ArgumentException(FormattableString.Invariant($"Expected {expected} in the round description but got {actual}."));
        }
    }
}
