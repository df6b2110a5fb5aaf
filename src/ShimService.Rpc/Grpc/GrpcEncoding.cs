using System.Buffers;
using System.IO.Compression;
using Google.Protobuf;

namespace ShimService.Rpc.Grpc;

/// <summary>Message compression: identity and gzip. Source: grpc/grpc doc/compression.md.</summary>
internal static class GrpcEncoding
{
    public const string Header = "grpc-encoding";
    public const string AcceptHeader = "grpc-accept-encoding";
    public const string Identity = "identity";
    public const string Gzip = "gzip";
    public const string Accepted = "identity,gzip";

    /// <summary>Whether messages marked as compressed are gzip. Errors: RpcException(Unimplemented).</summary>
    public static bool IsGzip(string? header) => header switch
    {
        null or "" or Identity => false,
        Gzip => true,
        _ => throw RpcException.Unimplemented($"grpc-encoding {header} is not supported; use one of {Accepted}"),
    };

    /// <summary>
    /// Unpacks one message. Errors: RpcException(ResourceExhausted) as soon as it grows above the limit, (Internal)
    /// for bytes that are no gzip.
    /// </summary>
    public static ReadOnlySequence<byte> Unpack(ReadOnlySequence<byte> message, int limit)
    {
        try
        {
            using var packed = new MemoryStream(message.ToArray());
            using var gzip = new GZipStream(packed, CompressionMode.Decompress);
            using var unpacked = new MemoryStream();
            byte[] chunk = ArrayPool<byte>.Shared.Rent(16 * 1024);
            try
            {
                int got;
                while ((got = gzip.Read(chunk)) > 0)
                {
                    if (unpacked.Length + got > limit)
                    {
                        throw MessageCodec.TooLarge(unpacked.Length + got, limit);
                    }

                    unpacked.Write(chunk, 0, got);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(chunk);
            }

            return new(unpacked.GetBuffer(), 0, (int)unpacked.Length);
        }
        catch (InvalidDataException error)
        {
            throw RpcException.Internal($"a message marked as gzip is none: {error.Message}", error);
        }
    }

    /// <summary>The message with its prefix, packed where that makes it smaller.</summary>
    public static ReadOnlyMemory<byte> Pack(IMessage message)
    {
        using var packed = new MemoryStream();
        packed.SetLength(GrpcFrames.PrefixSize);
        packed.Position = GrpcFrames.PrefixSize;
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            message.WriteTo(gzip);
        }

        int length = (int)packed.Length - GrpcFrames.PrefixSize;
        if (length >= message.CalculateSize())
        {
            return Plain(message);
        }

        byte[] bytes = packed.GetBuffer();
        GrpcFrames.WritePrefix(bytes, compressed: true, length);
        return bytes.AsMemory(0, GrpcFrames.PrefixSize + length);
    }

    /// <summary>The message with its prefix.</summary>
    public static ReadOnlyMemory<byte> Plain(IMessage message)
    {
        int size = message.CalculateSize();
        var frame = new byte[GrpcFrames.PrefixSize + size];
        GrpcFrames.WritePrefix(frame, compressed: false, size);
        message.WriteTo(frame.AsSpan(GrpcFrames.PrefixSize));
        return frame;
    }
}
