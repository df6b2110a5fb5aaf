using System.Text;
using ShimService.Rpc.Grpc;

namespace ShimService.Rpc.Tests.Grpc;

public sealed class GrpcMessageTests
{
    [Theory]
    [InlineData("plain text", "plain text")]
    [InlineData("", "")]
    [InlineData("100%", "100%25")]
    [InlineData("a\nb\r", "a%0Ab%0D")]
    [InlineData("é€", "%C3%A9%E2%82%AC")]
    [InlineData("😀", "%F0%9F%98%80")]
    public void Encode_WhenDecoded_ThenIsTheSame(string message, string encoded)
    {
        Assert.Equal(encoded, GrpcMessage.Encode(message, 1000));
        Assert.Equal(message, GrpcMessage.Decode(encoded));
    }

    [Theory]
    [InlineData("%")]
    [InlineData("%2")]
    [InlineData("%zz")]
    [InlineData("50% off")]
    public void Decode_WhenItIsNoCode_ThenStaysAsItIs(string encoded) =>
        Assert.Equal(encoded, GrpcMessage.Decode(encoded));

    [Fact]
    public void Decode_WhenTheBytesAreNoText_ThenReplacesThem() =>
        Assert.Equal("a\ufffdb", GrpcMessage.Decode("a%FFb"));

    [Theory]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(100)]
    public void Encode_WhenLongerThanTheLimit_ThenIsCutBetweenCharacters(int limit)
    {
        string encoded = GrpcMessage.Encode(new string('é', 200), limit);

        Assert.True(encoded.Length <= limit);
        Assert.EndsWith("...", encoded, StringComparison.Ordinal);
        Assert.DoesNotContain('\ufffd', GrpcMessage.Decode(encoded));
    }

    [Fact]
    public void Encode_WhenExactlyTheLimit_ThenIsNotCut() =>
        Assert.Equal("0123456789", GrpcMessage.Encode("0123456789", 10));

    [Fact]
    public void Decode_WhenGivenAnything_ThenNeverThrowsAndEncodeTurnsItBack()
    {
        var random = new Random(4711);
        for (int round = 0; round < 3000; round++)
        {
            var text = new StringBuilder();
            for (int length = random.Next(40); length > 0; length--)
            {
                text.Append(random.Next(3) == 0 ? '%' : (char)random.Next(1, 0xd800));
            }

            string decoded = GrpcMessage.Decode(text.ToString());
            Assert.Equal(decoded, GrpcMessage.Decode(GrpcMessage.Encode(decoded, int.MaxValue)));
        }
    }
}
