using System.Security.Cryptography;
using FedPortal.Data;
using FedPortal.Tests.Support;
using Xunit;

namespace FedPortal.Tests.Portal.Data;

public sealed class BlobStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BlobStore _blobs;
    private readonly byte[] _content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];

    public BlobStoreTests() => _blobs = new BlobStore(_folder.Path);

    private string Hash => Convert.ToHexStringLower(SHA256.HashData(_content));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ABlob_IsKeptUnderItsHash()
    {
        StoredBlob stored = await ReceiveAsync(Hash, _content.Length);

        Assert.Equal(new StoredBlob(Hash, _content.Length), stored);
        Assert.Equal(_content, await File.ReadAllBytesAsync(_blobs.PathOf(Hash)));
    }

    [Fact]
    public async Task AnotherHash_IsRefusedWithBothHashes_AndLeavesNothing()
    {
        string other = new('0', 64);

        InvalidDataException refused = await Assert.ThrowsAsync<InvalidDataException>(() => ReceiveAsync(other, _content.Length));

        Assert.Contains(other, refused.Message, StringComparison.Ordinal);
        Assert.Contains(Hash, refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task OneByteTooMany_IsRefused_AndLeavesNothing()
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => ReceiveAsync(Hash, _content.Length - 1));

        Assert.Empty(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void WhatAKilledPortalLeftHalfWritten_IsDeleted()
    {
        File.WriteAllBytes(_folder.At("half.part"), [1, 2, 3]);

        Assert.Equal(1, _blobs.DeleteLeftovers());
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("")]
    [InlineData("ABCDEF")]
    public void OnlyAHash_NamesABlob(string name) => Assert.Throws<ArgumentException>(() => _blobs.PathOf(name));

    private Task<StoredBlob> ReceiveAsync(string hash, long maxBytes) =>
        _blobs.ReceiveAsync(new MemoryStream(_content), hash, maxBytes, CancellationToken.None);
}
