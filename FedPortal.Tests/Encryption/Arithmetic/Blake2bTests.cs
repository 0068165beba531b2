using System.Text;
using FedPortal.Encryption.Arithmetic;
using Xunit;

namespace FedPortal.Tests.Encryption.Arithmetic;

public class Blake2bTests
{
    [Fact]
    public void TheDigestOfAbcIsTheOneOfTheStandard()
    {
        // RFC 7693, appendix A.
        Assert.Equal(
            "BA80A53F981C4D0D6A2797B69F12F6E94C212F14685AC4B74B12BB6FDBFFA2D1" +
            "7D87C5392AAB792DC252D5DE4533CC9518D38AA8DBF1925AB92386EDD4009923",
            Digest(Encoding.ASCII.GetBytes("abc"), [], 64));
    }

    [Fact]
    public void TheStandardsSelfTestHolds()
    {
        // RFC 7693, appendix E: a digest of digests over several lengths of message, digest and key.
        var digests = new List<byte>();
        foreach (int length in new[] { 20, 32, 48, 64 })
        {
            foreach (int message in new[] { 0, 3, 128, 129, 255, 1024 })
            {
                byte[] input = Fibonacci(message, (uint)message), key = Fibonacci(length, (uint)length);
                digests.AddRange(Convert.FromHexString(Digest(input, [], length)));
                digests.AddRange(Convert.FromHexString(Digest(input, key, length)));
            }
        }

        Assert.Equal("C23A7800D98123BD10F506C61E29DA5603D763B8BBAD2E737F5E765A7BCCD475", Digest([.. digests], [], 32));
    }

    [Fact]
    public void TheExtendedOutputIsThePublishedOne_OnEveryPath()
    {
        byte[] seed = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];
        foreach (LaneWidth width in LaneWidths.Supported)
        {
            byte[] output = new byte[4096];

            Blake2b.Extend(new byte[8], seed, output, width);

            Assert.Equal("17B9767F6395A77A3D0F2F2BD234D8C6702918E8698E87A33E7D5A5AD6D37D67", Convert.ToHexString(output, 0, 32));
        }
    }

    [Theory]
    [InlineData(64), InlineData(128), InlineData(192), InlineData(448), InlineData(512), InlineData(576), InlineData(4096), InlineData(4160)]
    public void EveryPathExtendsAlike(int length)
    {
        byte[] key = Fibonacci(64, 9), message = Fibonacci(8, 1);
        byte[] expected = new byte[length];
        Blake2b.Extend(message, key, expected, LaneWidth.One);

        foreach (LaneWidth width in LaneWidths.Supported)
        {
            byte[] actual = new byte[length];
            Blake2b.Extend(message, key, actual, width);
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void WrongLengthsAreRefused()
    {
        Assert.Throws<ArgumentException>("digest", () => Blake2b.Hash([], [], new byte[65]));
        Assert.Throws<ArgumentException>("key", () => Blake2b.Hash([], new byte[65], new byte[64]));
        Assert.Throws<ArgumentException>("output", () => Blake2b.Extend([], [], new byte[65]));
    }

    private static string Digest(byte[] message, byte[] key, int length)
    {
        byte[] digest = new byte[length];
        Blake2b.Hash(message, key, digest);
        return Convert.ToHexString(digest);
    }

    // The generator of the standard's self-test.
    private static byte[] Fibonacci(int length, uint seed)
    {
        uint a = 0xDEAD4BAD * seed, b = 1;
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            uint t = a + b;
            a = b;
            b = t;
            bytes[i] = (byte)(t >> 24);
        }

        return bytes;
    }
}
