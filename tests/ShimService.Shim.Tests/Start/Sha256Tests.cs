using System.Security.Cryptography;
using ShimService.Shim.Start;

namespace ShimService.Shim.Tests.Start;

public sealed class Sha256Tests
{
    [Fact]
    public void Hex_WhenOfAnyLengthAroundTheBlocks_ThenWhatTheClassLibraryAnswers()
    {
        var random = new Random(7);
        for (var length = 0; length <= 300; length++)
        {
            var data = new byte[length];
            random.NextBytes(data);

            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(data)), Sha256.Hex(data));
        }
    }

    // FIPS 180-4's own example.
    [Fact]
    public void Hex_WhenOfAbc_ThenThePublishedDigest() => Assert.Equal(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Sha256.Hex("abc"u8));
}
