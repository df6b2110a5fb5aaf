using System.Buffers;
using ShimService.Rpc.Grpc;

namespace ShimService.Rpc.Tests.Grpc;

public sealed class GrpcFramesTests
{
    [Fact]
    public void TryCut_WhenMessagesFollowEachOther_ThenGivesThemInOrder()
    {
        byte[] bytes = [0, 0, 0, 0, 2, 7, 8, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        var buffer = new ReadOnlySequence<byte>(bytes);

        Assert.True(GrpcFrames.TryCut(ref buffer, 10, out bool first, out ReadOnlySequence<byte> message));
        Assert.Equal((false, "0708"), (first, Convert.ToHexString(message.ToArray())));
        Assert.True(GrpcFrames.TryCut(ref buffer, 10, out bool second, out message));
        Assert.Equal((true, 0L), (second, message.Length));
        Assert.False(GrpcFrames.TryCut(ref buffer, 10, out _, out _));
        Assert.Equal(4, buffer.Length);
    }

    [Fact]
    public void TryCut_WhenTheLengthIsAboveTheLimit_ThenIsResourceExhaustedBeforeTheBytesCome()
    {
        var buffer = new ReadOnlySequence<byte>([0, 0xff, 0xff, 0xff, 0xff]);

        RpcException error = Assert.Throws<RpcException>(() => GrpcFrames.TryCut(ref buffer, 10, out _, out _));

        Assert.Equal(RpcStatusCode.ResourceExhausted, error.Code);
    }

    [Fact]
    public void TryCut_WhenGivenAnything_ThenCutsOrRefuses()
    {
        var random = new Random(5);
        for (int round = 0; round < 5000; round++)
        {
            var bytes = new byte[random.Next(60)];
            random.NextBytes(bytes);
            if (bytes.Length > 4 && random.Next(2) == 0)
            {
                bytes[0] &= 1;
                bytes[1] = bytes[2] = bytes[3] = 0;
            }

            var buffer = new ReadOnlySequence<byte>(bytes);
            try
            {
                while (GrpcFrames.TryCut(ref buffer, 1000, out bool compressed, out ReadOnlySequence<byte> message))
                {
                    if (compressed)
                    {
                        GrpcEncoding.Unpack(message, 1000);
                    }
                }
            }
            catch (RpcException error)
            {
                Assert.True(error.Code is RpcStatusCode.Internal or RpcStatusCode.ResourceExhausted);
            }
        }
    }

    [Fact]
    public void Unpack_WhenAFewBytesGrowAboveTheLimit_ThenIsResourceExhausted()
    {
        var huge = new Conformance.EchoRequest { Data = Google.Protobuf.ByteString.CopyFrom(new byte[1_000_000]) };
        ReadOnlyMemory<byte> packed = GrpcEncoding.Pack(huge)[GrpcFrames.PrefixSize..];
        Assert.True(packed.Length < 10_000);

        RpcException error = Assert.Throws<RpcException>(() => GrpcEncoding.Unpack(new(packed), 100_000));

        Assert.Equal(RpcStatusCode.ResourceExhausted, error.Code);
    }
}
