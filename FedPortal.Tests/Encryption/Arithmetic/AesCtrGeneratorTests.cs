using System.Buffers.Binary;
using System.Security.Cryptography;
using FedPortal.Encryption.Arithmetic;
using Xunit;

namespace FedPortal.Tests.Encryption.Arithmetic;

public class AesCtrGeneratorTests
{
    private static readonly byte[] Key = Convert.FromHexString("2b7e151628aed2a6abf7158809cf4f3c");

    // Around one block, around eight blocks and around the 256 blocks of the fallback.
    public static TheoryData<int> Lengths => [0, 1, 15, 16, 17, 31, 32, 127, 128, 129, 143, 144, 1000, 4095, 4096, 4097, 4112, 10_000];

    public static TheoryData<bool> Paths => System.Runtime.Intrinsics.X86.Aes.IsSupported ? [true, false] : [false];

    [Theory]
    [MemberData(nameof(Paths))]
    public void TheStreamIsTheCipherOfCounterAndNonce(bool useInstructions)
    {
        const ulong Nonce = 0x2A17_9373_117E_3DE9;
        byte[] expected = LibraryStream(Nonce, blocks: 3);

        byte[] actual = new byte[48];
        using var generator = new AesCtrGenerator(Key, Nonce, useInstructions);
        generator.Fill(actual);

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void KeyExpansion_AgreesWithTheStandardsCipher()
    {
        Assert.SkipUnless(System.Runtime.Intrinsics.X86.Aes.IsSupported, "This run has no AES instructions.");
        // SP 800-38A, F.1.1.
        byte[] plain = Convert.FromHexString("6bc1bee22e409f96e93d7e117393172a");
        ulong counter = BinaryPrimitives.ReadUInt64LittleEndian(plain), nonce = BinaryPrimitives.ReadUInt64LittleEndian(plain.AsSpan(8));
        var roundKeys = new System.Runtime.Intrinsics.Vector128<byte>[11];
        byte[] actual = new byte[16];

        AesCounterBlocks.ExpandKey(Key, roundKeys);
        AesCounterBlocks.Encrypt(roundKeys, nonce, counter, actual);

        Assert.Equal("3AD77BB40D7A3660A89ECAF32466EF97", Convert.ToHexString(actual));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void BothPathsGiveTheSameStream_AndEveryFillStartsAFreshBlock(int length)
    {
        byte[] fast = new byte[2 * length], slow = new byte[2 * length], expected = new byte[2 * length];
        int blocksPerFill = (length + 15) / 16;
        byte[] stream = LibraryStream(nonce: 7, 2 * blocksPerFill);
        stream.AsSpan(0, length).CopyTo(expected);
        stream.AsSpan(blocksPerFill * 16, length).CopyTo(expected.AsSpan(length));
        using var instructions = new AesCtrGenerator(Key, nonce: 7);
        using var library = new AesCtrGenerator(Key, nonce: 7, useInstructions: false);

        instructions.Fill(fast.AsSpan(0, length));
        instructions.Fill(fast.AsSpan(length));
        library.Fill(slow.AsSpan(0, length));
        library.Fill(slow.AsSpan(length));

        Assert.Equal(expected, fast);
        Assert.Equal(expected, slow);
    }

    [Fact]
    public void TwoGeneratorsOfTheOperatingSystemDiffer()
    {
        using var one = AesCtrGenerator.FromOperatingSystem();
        using var other = AesCtrGenerator.FromOperatingSystem();
        byte[] a = new byte[32], b = new byte[32];

        one.Fill(a);
        other.Fill(b);

        Assert.NotEqual(a, b);
    }

    [Fact]
    public void ADisposedGeneratorAndAWrongKeyAreRefused()
    {
        var generator = new AesCtrGenerator(Key, 1);
        generator.Dispose();

        Assert.Throws<ObjectDisposedException>(() => generator.Fill(new byte[16]));
        var error = Assert.Throws<ArgumentException>("key16", () => new AesCtrGenerator(new byte[15], 1));
        Assert.Contains("Expected a key of 16 bytes but got 15.", error.Message, StringComparison.Ordinal);
    }

    private static byte[] LibraryStream(ulong nonce, int blocks)
    {
        byte[] counters = new byte[blocks * 16];
        for (int i = 0; i < blocks; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(counters.AsSpan(16 * i), (ulong)i);
            BinaryPrimitives.WriteUInt64LittleEndian(counters.AsSpan((16 * i) + 8), nonce);
        }

        using var aes = Aes.Create();
        aes.Key = Key;
        return aes.EncryptEcb(counters, PaddingMode.None);
    }
}
