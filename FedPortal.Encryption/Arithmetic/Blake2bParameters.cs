namespace FedPortal.Encryption.Arithmetic;

/// <summary>The first three words of BLAKE2b's parameter block; salt and personalisation are zero here.</summary>
/// <remarks>
/// Word 0: digest length, key length, fanout, depth (a byte each), leaf length (32 bits). Word 1: node offset (32 bits), length of the extended
/// output (32 bits). Word 2: node depth and inner length (a byte each).
/// </remarks>
internal readonly record struct Blake2bParameters(ulong Word0, ulong Word1, ulong Word2)
{
    public static readonly ulong[] InitialValues =
    [
        0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1,
        0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179,
    ];

    private const ulong OneFanoutOneDepth = 0x01010000;

    public static Blake2bParameters Sequential(int digestBytes, int keyBytes) =>
        new(OneFanoutOneDepth | (ulong)digestBytes | ((ulong)keyBytes << 8), 0, 0);

    public static Blake2bParameters ExtendedRoot(int keyBytes, uint outputBytes) =>
        Sequential(Blake2b.MaxDigestBytes, keyBytes) with { Word1 = (ulong)outputBytes << 32 };

    /// <summary>Node i of the extended output: no key, fanout and depth 0, leaf and inner length 64.</summary>
    public static Blake2bParameters ExtendedNode(uint node, uint outputBytes) =>
        new(64 | (64UL << 32), node | ((ulong)outputBytes << 32), 64UL << 8);

    /// <summary>Writes the eight words that hashing starts from.</summary>
    public void Start(Span<ulong> state)
    {
        InitialValues.CopyTo(state);
        state[0] ^= Word0;
        state[1] ^= Word1;
        state[2] ^= Word2;
    }
}
