using System.Buffers;
using Google.Protobuf;

namespace ShimService.Rpc;

/// <summary>Bytes to messages, with the one answer both transports give for bytes that are none.</summary>
public static class MessageCodec
{
    /// <summary>
    /// Largest message either transport takes by default, in bytes: ttrpc's limit, and gRPC's default.
    /// </summary>
    public const int DefaultLimit = 4 * 1024 * 1024;

    /// <summary>Errors: RpcException(InvalidArgument).</summary>
    public static IMessage Parse(MessageParser parser, ReadOnlySequence<byte> bytes)
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw Malformed(error);
        }
    }

    internal static IMessage Parse(MessageParser parser, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw Malformed(error);
        }
    }

    /// <summary>The same words on both transports and both sides.</summary>
    public static RpcException TooLarge(long size, long limit) => RpcException.ResourceExhausted(
        "MESSAGE_TOO_LARGE", $"a message of {size} bytes is above the limit of {limit} bytes");

    private static RpcException Malformed(InvalidProtocolBufferException error) => RpcException.Create(
        RpcStatusCode.InvalidArgument,
        "MALFORMED_MESSAGE",
        $"the message does not parse: {error.Message}",
        null,
        error);
}
