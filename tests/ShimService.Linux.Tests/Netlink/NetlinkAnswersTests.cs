using ShimService.Linux.Native;
using ShimService.Linux.Netlink;

namespace ShimService.Linux.Tests.Netlink;

public sealed class NetlinkAnswersTests
{
    private const int Rounds = 20_000;
    private const int Seed = 20260722;

    /// <summary>Whatever the bytes are: an answer or none, and nothing is read that is not there.</summary>
    [Fact]
    public void Read_WhenTheBytesAreNoise_ThenItEndsWithoutAnError()
    {
        var random = new Random(Seed);
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);

            // Small lengths, so that walks get further than the first step.
            for (var index = 0; index + 1 < bytes.Length; index += random.Next(4, 24))
            {
                (bytes[index], bytes[index + 1]) = ((byte)random.Next(0, 40), 0);
            }

            var messages = new NetlinkMessages(bytes);
            while (messages.Next())
            {
                _ = NetlinkAnswers.Complaint(messages.Body, messages.Flags);
            }

            _ = NetlinkAnswers.Link(bytes);
            _ = NetlinkAnswers.Address(bytes);
            _ = NetlinkAnswers.Route(bytes);
            _ = NetlinkAnswers.NamespaceId(bytes);
            _ = NetlinkAnswers.Complaint(bytes, NetlinkNumbers.NLM_F_ACK_TLVS);
        }
    }

    [Theory]
    [InlineData("02:42:ac:11:00:02", true)]
    [InlineData("02-42-AC-11-00-02", true)]
    [InlineData("02:42:ac:11:00", false)]
    [InlineData("2:42:ac:11:00:02", false)]
    [InlineData("", false)]
    public void TryParse_WhenAnAddressIsWritten_ThenItIsReadBackOrRefused(string text, bool valid)
    {
        Assert.Equal(valid, MacAddress.TryParse(text, out var address));
        if (valid)
        {
            Assert.Equal(text.Replace('-', ':').ToLowerInvariant(), address.ToString());
            Assert.Equal(address, MacAddress.From(address.ToBytes()));
        }
    }
}
