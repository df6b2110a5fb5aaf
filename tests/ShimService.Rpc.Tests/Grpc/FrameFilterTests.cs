using System.Buffers;
using ShimService.Daemon.Grpc.Authority;
using ShimService.Rpc.Tests.Support;

namespace ShimService.Rpc.Tests.Grpc;

public sealed class FrameFilterTests
{
    [Fact]
    public void Run_WhenTheInputComesInPieces_ThenGivesTheSameBytes()
    {
        byte[] input = Conversation();
        byte[] whole = Filter(input, input.Length);
        Assert.NotEqual(input, whole);

        foreach (int piece in (int[])[1, 2, 3, 7, 64, 1000])
        {
            Assert.Equal(whole, Filter(input, piece));
        }
    }

    [Fact]
    public void Run_WhenTheInputIsMutated_ThenNeverThrowsAndLosesNothing()
    {
        byte[] original = Conversation();
        var random = new Random(7541);
        for (int round = 0; round < 5000; round++)
        {
            byte[] input = [.. original];
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                input[random.Next(24, input.Length)] = (byte)random.Next(256);
            }

            byte[] output = Filter(input, random.Next(1, 200));

            // What goes through is the input but for emptied values: never longer, the preface untouched.
            Assert.True(output.Length <= input.Length);
            Assert.Equal(input[..24], output[..24]);
        }
    }

    [Fact]
    public void TryRewrite_WhenTheBlockIsMalformed_ThenSaysSo()
    {
        var output = new ArrayBufferWriter<byte>();

        Assert.False(HeaderBlock.TryRewrite([0x41], output));
        Assert.False(HeaderBlock.TryRewrite([0x41, 0x05, (byte)'a'], output));
        Assert.False(HeaderBlock.TryRewrite([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], output));
    }

    private static byte[] Filter(byte[] input, int piece)
    {
        var filter = new FrameFilter();
        var output = new ArrayBufferWriter<byte>();
        int used = 0;
        for (int end = Math.Min(piece, input.Length); ; end = Math.Min(end + piece, input.Length))
        {
            var sequence = new ReadOnlySequence<byte>(input, used, end - used);
            used += (int)sequence.Slice(sequence.Start, filter.Run(sequence, output)).Length;
            if (end == input.Length)
            {
                break;
            }
        }

        // An unfinished frame at the end stays with the reader; the connection is over then.
        return output.WrittenSpan.ToArray();
    }

    // Preface, SETTINGS, padded HEADERS with priority, DATA, plain HEADERS.
    private static byte[] Conversation()
    {
        byte[] first = RawHttp2.PostHeaders("/a/b", RawHttp2.Indexed(1, "/run/x.sock"));
        byte[] second = RawHttp2.PostHeaders("/a/b", RawHttp2.Literal("host", "[::]:50051"));
        byte[] padded = [3, 0, 0, 0, 0, 16, .. first, 0, 0, 0];
        return
        [
            .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8,
            .. Frame(4, 0, 0, []),
            .. Frame(1, 0x4 | 0x8 | 0x20, 1, padded),
            .. Frame(0, 1, 1, new byte[300]),
            .. Frame(1, 0x4 | 0x1, 3, second),
        ];
    }

    private static byte[] Frame(byte type, byte flags, byte stream, byte[] payload) =>
        [0, (byte)(payload.Length >> 8), (byte)payload.Length, type, flags, 0, 0, 0, stream, .. payload];
}
